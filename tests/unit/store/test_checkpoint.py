"""The log goes back into the file beside the writer, and a checkpoint that fails harms nobody."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
from contextlib import closing

from kiosk import clock
from kiosk.store.checkpoint import EVERY, Checkpoints
from kiosk.store.database import Database


def put(database, number):
    with database.transaction() as tx:
        tx.execute("INSERT INTO meta(name, value) VALUES (?, 'x')", (str(number),))


def rows_without_the_log(database, copy):
    """What is in the file alone, as if its log were gone."""
    shutil.copy(database.path, copy)
    with closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as alone:
        try:
            return alone.execute("SELECT count(*) FROM meta").fetchone()[0]
        except sqlite3.OperationalError:
            return 0  # not even the table


def wait_for_checkpoints():
    for thread in threading.enumerate():
        if thread.name == "checkpoint":
            thread.join()


def test_after_so_many_commits_the_file_alone_holds_them(tmp_path):
    with Database(tmp_path / "app.db", clock.now) as database:
        for number in range(EVERY - 1):
            put(database, number)
        wait_for_checkpoints()
        assert rows_without_the_log(database, tmp_path / "before.db") == 0
        put(database, EVERY)
        wait_for_checkpoints()
        assert rows_without_the_log(database, tmp_path / "after.db") == EVERY


def test_the_log_does_not_grow_with_every_commit(tmp_path):
    with Database(tmp_path / "app.db", clock.now) as database:
        log, sizes = tmp_path / "app.db-wal", []
        for _ in range(4):
            for number in range(EVERY):
                put(database, f"{len(sizes)}-{number}")
            wait_for_checkpoints()
            sizes.append(log.stat().st_size)
    assert sizes[3] <= sizes[1]


def test_a_reader_in_the_middle_of_a_read_holds_nobody_up(tmp_path):
    with Database(tmp_path / "app.db", clock.now) as database:
        put(database, "first")
        with closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM meta").fetchone() == (1,)
            for number in range(2 * EVERY):
                put(database, number)
            wait_for_checkpoints()
            assert reader.execute("SELECT count(*) FROM meta").fetchone() == (1,)
        assert database.read().number("SELECT count(*) FROM meta") == 2 * EVERY + 1


def test_closing_waits_for_the_one_that_runs(tmp_path):
    with Database(tmp_path / "app.db", clock.now) as database:
        for number in range(EVERY):
            put(database, number)
    assert not [one for one in threading.enumerate() if one.name == "checkpoint"]
    assert not (tmp_path / "app.db-wal").exists()


def test_a_checkpoint_that_fails_is_logged_and_tried_again(tmp_path, caplog):
    checkpoints = Checkpoints(tmp_path / "missing" / "app.db")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            for _ in range(EVERY):
                checkpoints.committed()
            checkpoints.close()
    assert [record.message for record in caplog.records] == ["checkpoint: SQLITE_CANTOPEN"] * 2


def test_a_commit_stands_where_no_thread_can_be_started(tmp_path, monkeypatch):
    def no_room(_thread):
        raise RuntimeError("can't start new thread")

    with Database(tmp_path / "app.db", clock.now) as database:
        monkeypatch.setattr(threading.Thread, "start", no_room)
        for number in range(EVERY + 1):
            put(database, number)
        assert database.read().number("SELECT count(*) FROM meta") == EVERY + 1
