"""The clock's offset outlives a restart, isn't written at every answer, and what can't be read is no note."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.outbox import clock_note
from kiosk.outbox.clock_note import ClockNote
from tests.unit.dossiers.office import WEDNESDAY, Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(open_office(tmp_path)) as made:
        yield made


def stored(office: Office) -> ClockNote | None:
    return clock_note.load(office.database.read())


def test_it_is_there_after_a_restart(office: Office, tmp_path: Path) -> None:
    assert stored(office) is None
    office.outbox.note_clock_offset(None)
    assert stored(office) is None
    office.outbox.note_clock_offset(-412.3)
    assert office.outbox.clock_is_wrong
    with closing(open_office(tmp_path)) as again:
        assert stored(again) == ClockNote(-412_300, WEDNESDAY)
        assert not again.outbox.clock_is_wrong, "until an answer of this run says so"


def test_it_is_written_when_it_changed_or_is_old(office: Office) -> None:
    office.outbox.note_clock_offset(10)
    office.clock.pass_(60)
    for seconds in (9, 10.5, 11.9):
        office.outbox.note_clock_offset(seconds)
    assert stored(office) == ClockNote(10_000, WEDNESDAY)
    office.outbox.note_clock_offset(12)
    assert stored(office) == ClockNote(12_000, office.clock.at)
    office.clock.pass_(600)
    office.outbox.note_clock_offset(12)
    assert stored(office) == ClockNote(12_000, office.clock.at)
    office.clock.pass_(-86_400)  # the clock was set back
    office.outbox.note_clock_offset(12)
    assert stored(office) == ClockNote(12_000, office.clock.at)


@pytest.mark.parametrize("value", ["", "7", "[]", "null", "{}", '{"ms": "x", "at": "y"}'])
def test_what_can_t_be_read_is_no_note(office: Office, value: str) -> None:
    with office.database.transaction() as tx:
        tx.execute("INSERT INTO meta VALUES ('clock_offset', ?)", (value,))
    assert stored(office) is None


@pytest.mark.parametrize(("off_s", "wrong"), [(None, False), (300, False), (-301, True)])
def test_five_minutes_are_wrong(off_s: float | None, wrong: bool) -> None:
    assert clock_note.is_wrong(off_s) == wrong
