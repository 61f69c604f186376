"""Group commit: nobody is answered before COMMIT, and one's failure is not another's."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.sandbox.writer import MOST, GroupCommit


class Disk:
    """A database whose commits can be held up, and are counted."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.connection.execute("CREATE TABLE kept(value INTEGER NOT NULL)")
        self.commits = 0
        self.connection.set_trace_callback(self._seen)
        self.lock = threading.Lock()
        self.group = GroupCommit(self.connection, self.lock)

    def _seen(self, statement: str) -> None:
        self.commits += statement == "COMMIT"

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While inside, a transaction of its own is under way and everything else waits."""
        begun, end = threading.Event(), threading.Event()

        def work(_: sqlite3.Connection) -> None:
            begun.set()
            end.wait()

        self.group.submit(work)
        begun.wait()
        yield
        end.set()

    def values(self) -> list[int]:
        with self.lock:
            return [v for (v,) in self.connection.execute("SELECT value FROM kept ORDER BY value")]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "x.db")
    yield made
    made.group.close()
    made.connection.close()


def insert(value: int):
    def work(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO kept VALUES(?)", (value,))
        return value

    return work


def test_what_waits_while_the_disk_is_busy_shares_one_commit(disk: Disk) -> None:
    with disk.busy():
        futures = [disk.group.submit(insert(value)) for value in range(MOST)]
        assert not any(future.done() for future in futures)
    assert [future.result(30) for future in futures] == list(range(MOST))
    assert disk.values() == list(range(MOST))
    assert disk.commits == 1 + 1


def test_a_transaction_has_a_most(disk: Disk) -> None:
    with disk.busy():
        futures = [disk.group.submit(insert(value)) for value in range(2 * MOST + 1)]
    for future in futures:
        future.result(30)
    assert disk.commits == 1 + 3
    assert len(disk.values()) == 2 * MOST + 1


def test_a_future_is_done_only_after_its_commit(disk: Disk, tmp_path: Path) -> None:
    seen: list[int] = []
    heard = threading.Event()

    def look(_: object) -> None:
        seen.extend(other.execute("SELECT count(*) FROM kept").fetchone())
        heard.set()

    other = sqlite3.connect(tmp_path / "x.db", check_same_thread=False)
    with disk.busy():
        disk.group.submit(insert(1)).add_done_callback(look)
    assert heard.wait(30)
    assert seen == [1]
    other.close()


def test_one_failure_is_undone_alone(disk: Disk) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO kept VALUES(99)")
        raise KeyError("no")

    with disk.busy():
        before, bad, after = (disk.group.submit(work) for work in (insert(1), fails, insert(2)))
    assert before.result(30) == 1
    assert after.result(30) == 2
    with pytest.raises(KeyError):
        bad.result(30)
    assert disk.values() == [1, 2]


def test_a_failed_commit_is_told_to_all_of_it(disk: Disk) -> None:
    disk.connection.execute("CREATE TABLE one(id INTEGER PRIMARY KEY)")
    disk.connection.execute("PRAGMA foreign_keys=ON")
    disk.connection.execute("CREATE TABLE two(id REFERENCES one(id) DEFERRABLE INITIALLY DEFERRED)")

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO two VALUES(7)")  # found out at COMMIT

    with disk.busy():
        futures = [disk.group.submit(work) for work in (insert(0), broken, insert(2))]
    for future in futures:
        with pytest.raises(sqlite3.IntegrityError):
            future.result(30)
    assert disk.values() == []
    assert disk.group.submit(insert(5)).result(30) == 5


def test_closing_commits_what_waits(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "y.db")
    with disk.busy():
        futures = [disk.group.submit(insert(value)) for value in range(5)]
        closing = threading.Thread(target=disk.group.close)
        closing.start()
    closing.join()
    assert [future.result(0) for future in futures] == list(range(5))
    disk.connection.close()
