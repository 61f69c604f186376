"""A number of a series is given once a day, however many ask at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import date

import pytest

import resources
from kiosk import clock
from kiosk.queueing import numbers
from kiosk.store.database import Database

DAY = date(2026, 11, 25)
CHILD = """
import sys
from datetime import date
from pathlib import Path
from kiosk import clock
from kiosk.queueing import numbers
from kiosk.store.database import Database
with Database(Path(sys.argv[1]), clock.now) as database:
    for _ in range(60):
        with database.transaction() as tx:
            print(numbers.take(tx, "H29.18", date(2026, 11, 25), "A").number)
"""


@pytest.fixture
def database(tmp_path):
    with Database(tmp_path / "app.db", clock.now) as opened:
        yield opened


def take(database, office="H29.18", day=DAY, series="A"):
    with database.transaction() as tx:
        return numbers.take(tx, office, day, series)


def test_series_days_and_offices_count_apart(database):
    assert [take(database).label for _ in range(2)] == ["A001", "A002"]
    assert take(database, series="B").label == "B001"
    assert take(database, day=date(2026, 11, 26)).number == 1
    assert take(database, office="H29.19").number == 1


def test_an_undone_transaction_gives_its_number_back(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        numbers.take(tx, "H29.18", DAY, "A").number / 0
    assert take(database).number == 1


def test_the_same_number_twice_is_impossible(database):
    take(database)
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as tx:
        tx.execute(
            "INSERT INTO ticket(office, day, series, number, arrived_at, vt) "
            "VALUES ('H29.18', '2026-11-25', 'A', 1, 0, 0)"
        )


def test_threads_never_share_a_number(database):
    given: list[int] = []

    def many():
        given.extend(take(database).number for _ in range(25))

    threads = [threading.Thread(target=many) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(given) == list(range(1, 201))


def test_processes_never_share_a_number(tmp_path):
    file = tmp_path / "app.db"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(file)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=resources.path().parent,
        )
        for _ in range(2)
    ]
    said = [child.communicate(timeout=60)[0] for child in children]
    assert all(child.returncode == 0 for child in children)
    assert sorted(int(line) for one in said for line in one.split()) == list(range(1, 121))
