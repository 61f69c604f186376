"""After a week without a line thousands of messages wait: the window gets the oldest, and how many more there are."""

from __future__ import annotations

from pathlib import Path

from kiosk.commands import technician
from kiosk.settings import load
from tests.fakes.stocked_office import StockedOffice

WAITING = 2 * 120


def test_the_window_is_given_no_more_rows_than_it_shows_at_once(tmp_path: Path) -> None:
    office = StockedOffice(tmp_path)
    office.stock(WAITING // 2)
    office.close()
    (tmp_path / "office.db").rename(tmp_path / "station.db")
    found = technician.look(load(state=tmp_path))
    assert found.fault == ""
    rows = [one.row for one in found.sending.messages]
    assert rows == [*range(1, technician._MOST_MESSAGES + 1)]
    assert found.sending.waiting == WAITING == len(rows) + found.sending.more
