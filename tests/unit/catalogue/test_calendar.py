from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.catalogue.calendar import load_calendar
from kiosk.catalogue.errors import CatalogueError

WHOLE = """
hours = [["07:00", "11:30"], ["13:30", "17:00"]]
working_weekdays = [1, 2, 3, 4, 5]
days_off = [2026-11-24]
"""


def load(tmp_path, text):
    tmp_path.joinpath("x.toml").write_text(text, "utf-8")
    return load_calendar("x", tmp_path)


def test_the_shipped_calendar_knows_swapped_days():
    calendar = load_calendar("vn")
    assert calendar.day_length == timedelta(hours=8)
    assert calendar.is_working(date(2026, 8, 22))
    assert not calendar.is_working(date(2026, 8, 31))
    assert not calendar.is_working(date(2026, 11, 24))
    assert not calendar.is_working(date(2026, 11, 28))
    assert calendar.next_working_day(date(2026, 8, 28)) == date(2026, 9, 3)


def test_hours_by_weekday_and_by_day(tmp_path):
    calendar = load(
        tmp_path,
        WHOLE + 'compensatory_days = [2026-11-28]\n[weekday_hours]\n5 = [["07:00", "11:30"]]\n'
        '[day_hours]\n"2026-11-25" = [["08:00", "10:00"]]\n',
    )
    assert [len(calendar.periods(date(2026, 11, day))) for day in (23, 24, 25, 27, 28)] == [
        2, 0, 1, 1, 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (WHOLE + "holidays = []", "holidays: unknown key"),
        (WHOLE.replace("11:30", "06:00"), "hours"),
        (WHOLE.replace("[1, 2", "[0, 2"), "working_weekdays"),
        (WHOLE.replace("2026-11-24", '"soon"'), "days_off"),
        ("hours = [", "x.toml"),
        ("", "hours"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path, text, key):
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, text)
    assert "x.toml" in str(caught.value)
    assert key in str(caught.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CatalogueError, match="nowhere"):
        load_calendar("nowhere", tmp_path)


def test_a_calendar_without_working_time_is_a_mistake():
    never = replace(
        load_calendar("vn"), working_weekdays=frozenset(), compensatory_days=frozenset()
    )
    from tests.unit.dossiers.office import WEDNESDAY

    with pytest.raises(ValueError, match="no working time"):
        never.start(WEDNESDAY)
    with pytest.raises(ValueError, match="no working day"):
        never.next_working_day(date(2026, 11, 25))
