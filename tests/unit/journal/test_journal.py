from __future__ import annotations

import sqlite3
import unicodedata

import pytest

from kiosk.journal import cbor, journal
from kiosk.journal.journal import Kind
from kiosk.store.database import Database
from tests.unit.dossiers.office import MovableClock


@pytest.fixture
def database(tmp_path):
    with Database(tmp_path / "app.db", MovableClock()) as opened:
        yield opened


def append(database, *args):
    with database.transaction() as tx:
        return journal.append(tx, *args)


def test_entries_count_from_nought_without_gaps(database):
    given = [append(database, Kind.TICKET_TAKEN, f"t-{n}", "kiosk-01") for n in range(3)]
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        journal.append(tx, Kind.TICKET_TAKEN, "undone", "kiosk-01") / 0
    given.append(append(database, Kind.CORRECTION, "t-1", "kiosk-01", 1, b"\0", None, "code"))
    assert given == [0, 1, 2, 3]
    told = journal.entries(database.read())
    assert [entry.index for entry in told] == given
    assert told[3].detail == (1, b"\0", None, "code")
    assert told[3].at == MovableClock().at
    assert [entry.index for entry in journal.entries(database.read(), subject="t-1")] == [1, 3]
    assert [entry.index for entry in journal.entries(database.read(), first=2)] == [2, 3]


def test_an_entry_has_one_byte_form(database):
    append(database, Kind.TICKET_TAKEN, unicodedata.normalize("NFD", "mẫu"), "kiosk-01", 5)
    data = database.read().row("SELECT entry FROM journal")["entry"]
    at = round(MovableClock().at.timestamp() * 1000)
    assert data == cbor.encode([1, 1, at, "kiosk-01", "mẫu", [5]])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET subject = 'x'",
        "DELETE FROM journal",
        "INSERT INTO journal(idx, subject, entry) VALUES (5, 'x', x'00')",
        "INSERT OR REPLACE INTO journal(idx, subject, entry) VALUES (0, 'x', x'00')",
    ],
)
def test_the_journal_is_append_only(database, statement):
    append(database, Kind.TICKET_TAKEN, "t", "kiosk-01")
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as tx:
        tx.execute(statement)
    assert journal.entries(database.read())[0].subject == "t"


def test_an_entry_of_an_unknown_form_is_not_guessed(database):
    with database.transaction() as tx:
        tx.execute("INSERT INTO journal VALUES (0, 'x', ?)", (cbor.encode([2, 1]),))
    with pytest.raises(ValueError, match="unknown form"):
        journal.entries(database.read())
