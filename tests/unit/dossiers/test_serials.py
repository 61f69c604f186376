from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.dossiers import serials

DAY = date(2026, 11, 25)


def take(office, first, last, agency="H29.18", day=DAY, begin=None):
    with office.database.transaction() as tx:
        return give(tx, first, last, agency, day, begin)


def give(tx, first, last, agency="H29.18", day=DAY, begin=None):
    serial = tx.number(
        f"SELECT {serials.NEXT}",
        {
            "agency": agency,
            "day": day.isoformat(),
            "first": first,
            "last": last,
            "begin": begin or first,
        },
    )
    serials.enter(tx, agency, day, serial)
    return serial


def test_each_agency_and_day_counts_from_the_ranges_start(office):
    assert [take(office, 5, 9) for _ in range(3)] == [5, 6, 7]
    assert take(office, 5, 9, agency="H29.19") == 5
    assert take(office, 5, 9, day=date(2026, 11, 26)) == 5


def test_a_changed_range_never_gives_a_number_twice(office):
    given = [take(office, 1, 100) for _ in range(3)]
    given += [take(office, 500, 600) for _ in range(3)]
    given += [take(office, 2, 50) for _ in range(3)]
    assert given == [1, 2, 3, 500, 501, 502, 4, 5, 6]


def test_the_end_of_the_range_gives_a_number_above_it(office):
    assert take(office, 7, 7) == 7
    assert take(office, 7, 7) > 7


def test_an_undone_hand_in_gives_its_serial_back(office):
    with pytest.raises(ZeroDivisionError), office.database.transaction() as tx:
        give(tx, 1, 9) / 0
    assert take(office, 1, 9) == 1


def test_a_new_store_begins_behind_what_a_lost_one_may_have_given():
    noon = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # 12:00 at the office
    assert serials.opening(1, 9999, noon, DAY) == 1 + int(9998 * 0.9 * 0.5)
    assert serials.opening(1, 9999, noon, DAY + timedelta(days=1)) == 1
    late = datetime(2026, 11, 25, 16, 59, 59, tzinfo=UTC)
    assert 900 < serials.opening(900, 999, late, DAY) < 995


def test_the_days_beginning_counts_only_until_a_number_was_given(office):
    given = [take(office, 1, 100, begin=begin) for begin in (40, 60, 60)]
    assert given == [40, 41, 42]


def test_a_store_knows_when_it_was_made(office):
    assert office.database.born() == office.database.born()
