"""kill -9 at any moment: what was said is stored, what is stored is whole."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time

import pytest

from kiosk.faults import Fault
from kiosk.outbox import sent
from kiosk.store.database import Database
from kiosk.store.lock import state_lock
from tests.faults.store.start import start
from tests.unit.dossiers.office import MovableClock, open_office

ROUNDS = 25


def kill_after(child, lines: int, seconds: float) -> str:
    """Kills the child at a random moment after it has said some lines; gives all it said."""
    said = "".join(child.stdout.readline() for _ in range(lines))
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL, "it ended by itself"
    return said + rest


def whole_lines(said: str) -> list[list[str]]:
    return [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]


def test_kill_between_and_inside_hand_ins(tmp_path):
    dice = random.Random(118)
    said: dict[str, str] = {}
    acknowledged: set[str] = set()
    for _ in range(ROUNDS):
        child = start("hand_in", tmp_path)
        lines, seconds = dice.randrange(1, 20), dice.uniform(0, 0.05)
        for first, second in whole_lines(kill_after(child, lines, seconds)):
            if first == "acknowledged":
                acknowledged.add(second)
            else:
                said[first] = second
    assert len(said) > 3 * ROUNDS

    office = open_office(tmp_path)
    office.register.enter_waiting()
    read = office.database.read()
    assert read.number("SELECT count(*) FROM intake") == 0
    assert read.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert read.rows("PRAGMA foreign_key_check") == []
    stored = {row["key"]: row["code"] for row in read.rows("SELECT key, code FROM dossier")}
    assert said.items() <= stored.items()
    assert read.number("SELECT count(*) FROM outbox") == 2 * len(stored)
    per_dossier = "SELECT count(*) FROM outbox WHERE dossier_id = dossier.id"
    assert read.number(f"SELECT count(*) FROM dossier WHERE ({per_dossier}) <> 2") == 0
    kept = read.rows("SELECT seq, key FROM outbox WHERE state = 'acknowledged'")
    assert acknowledged <= {row["key"] for row in kept}
    assert {sent.receipt(read, row["seq"]) for row in kept} == {b"receipt"}
    for row in read.rows("SELECT sha256 FROM attachment"):
        office.attachments.read(row["sha256"])
    numbers = [row["number"] for row in read.rows("SELECT number FROM ticket ORDER BY number")]
    assert numbers == list(range(1, len(stored) + 1))
    count = read.number("SELECT count(*) FROM journal")
    assert read.number("SELECT max(idx) + 1 FROM journal") == count
    office.register.sweep()
    files = [file for file in tmp_path.glob("attachments/*/*/*") if file.is_file()]
    assert len(files) == read.number("SELECT count(*) FROM attachment")
    office.outbox.recover()
    assert office.outbox.counts()["sending"] == 0
    office.close()


def test_kill_inside_a_migration(tmp_path):
    dice = random.Random(7)
    folder = tmp_path / "migrations"
    folder.mkdir()
    folder.joinpath("0001_one.sql").write_text("CREATE TABLE a(x INTEGER) STRICT;\n")
    Database(tmp_path / "app.db", MovableClock(), migrations=folder).close()
    folder.joinpath("0002_two.sql").write_text(
        "CREATE TABLE b(x INTEGER) STRICT;\n"
        "INSERT INTO b WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n"
        " WHERE x < 400000) SELECT x FROM n;\n"
        "CREATE INDEX b_x ON b(x);\nINSERT INTO a VALUES (1);\n"
    )
    interrupted = 0
    for _ in range(6):
        child = start("migrate", tmp_path)
        try:
            said, _ = child.communicate(timeout=dice.uniform(0.01, 0.25))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            said, _ = child.communicate()
        interrupted += "migrated" not in said
        connection = sqlite3.connect(tmp_path / "app.db")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        (marks,) = connection.execute("SELECT count(*) FROM a").fetchone()
        connection.close()
        assert (version, "b" in tables, "b_x" in tables, marks) in (
            (1, False, False, 0),
            (2, True, True, 1),
        )
    assert interrupted
    with Database(tmp_path / "app.db", MovableClock(), migrations=folder) as database:
        assert database.read().number("SELECT count(*) FROM b") == 400_000
        assert database.read().number("SELECT count(*) FROM a") == 1


def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path):
    child = start("hold", tmp_path)
    with pytest.raises(Fault, match="STATE_IN_USE"), state_lock(tmp_path):
        pass
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    with state_lock(tmp_path):
        pass
