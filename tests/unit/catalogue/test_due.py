"""Due moments: the rules' own table of cases, then what must hold for every case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.calendar import Calendar, load_calendar
from kiosk.catalogue.due import due, due_after_supplement
from kiosk.catalogue.procedure import Term
from kiosk.clock import OFFICE_ZONE

VN = load_calendar("vn")
CERTIFICATION = Term("same_day", 0, time(15), {"vi": ""})


def term(unit: str, amount: float, **more) -> Term:
    return Term(unit, amount, None, {"vi": ""}, **more)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=OFFICE_ZONE)


def with_swap(off: str, works: str) -> Calendar:
    day_off, workday = (at(f"{one} 00:00").date() for one in (off, works))
    return replace(
        VN,
        days_off=VN.days_off | {day_off},
        compensatory_days=VN.compensatory_days | {workday},
    )


@pytest.mark.parametrize(
    ("received", "unit", "amount", "expected"),
    [
        ("27/10/2023 09:32", "working_day", 5, "03/11/2023 09:32"),
        ("28/08/2026 16:00", "working_day", 1, "03/09/2026 16:00"),
        ("21/08/2026 16:00", "working_hour", 4, "22/08/2026 10:00"),
        ("23/11/2026 18:00", "working_hour", 1, "25/11/2026 08:00"),
        ("23/11/2026 12:15", "working_hour", 1, "23/11/2026 14:30"),
        ("09/11/2026 08:00", "calendar_day", 15, "25/11/2026 08:00"),
        ("29/01/2027 08:00", "month", 1, "01/03/2027 08:00"),
        # beyond the table
        ("25/11/2026 08:00", "working_day", 0.5, "25/11/2026 14:00"),  # 4 working hours
        ("25/11/2026 05:00", "working_hour", 1, "25/11/2026 08:00"),  # before opening
        ("25/11/2026 11:30", "working_hour", 1, "25/11/2026 14:30"),  # closing is not open
        ("25/11/2026 07:00", "working_day", 1, "25/11/2026 17:00"),  # a whole day from opening
        ("31/12/2026 17:00", "working_hour", 1, "04/01/2027 08:00"),
        ("31/01/2028 08:00", "month", 1, "29/02/2028 08:00"),
        ("31/10/2026 08:00", "month", 13, "02/12/2027 07:00"),
    ],
)
def test_terms(received, unit, amount, expected):
    assert due(term(unit, amount), at(received), VN) == at(expected)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("23/11/2026 15:10", "25/11/2026 17:00"),  # after the cut-off, and the 24th is off
        ("23/11/2026 15:00", "23/11/2026 17:00"),  # 15:00 itself is not after
        ("23/11/2026 09:00", "23/11/2026 17:00"),
        ("23/11/2026 05:00", "23/11/2026 17:00"),  # before opening
        ("23/11/2026 12:00", "23/11/2026 17:00"),  # lunch
        ("23/11/2026 20:00", "25/11/2026 17:00"),  # after closing
        ("24/11/2026 09:00", "25/11/2026 17:00"),  # on a day off
        (
            "24/11/2026 16:00",
            "25/11/2026 17:00",
        ),  # on a day off, late: the cut-off is another day's
        ("21/11/2026 10:00", "23/11/2026 17:00"),  # Saturday
        ("22/08/2026 10:00", "22/08/2026 17:00"),  # compensatory Saturday
    ],
)
def test_certification(received, expected):
    assert due(CERTIFICATION, at(received), VN) == at(expected)


def test_one_second_after_the_cut_off_is_after():
    assert due(CERTIFICATION, at("25/11/2026 15:00") + timedelta(seconds=1), VN) == at(
        "26/11/2026 17:00"
    )


def test_swaps_of_past_years():
    y2024 = with_swap("29/04/2024", "04/05/2024")
    y2024 = replace(y2024, days_off=y2024.days_off | {date(2024, 4, 30), date(2024, 5, 1)})
    assert due(term("working_day", 1), at("26/04/2024 09:00"), y2024) == at("02/05/2024 09:00")
    assert due(term("working_hour", 1), at("03/05/2024 16:30"), y2024) == at("04/05/2024 07:30")
    y2025 = with_swap("02/05/2025", "26/04/2025")
    y2025 = replace(y2025, days_off=y2025.days_off | {date(2025, 4, 30), date(2025, 5, 1)})
    assert due(term("working_hour", 1), at("25/04/2025 16:30"), y2025) == at("26/04/2025 07:30")
    assert due(term("working_day", 1), at("29/04/2025 09:00"), y2025) == at("05/05/2025 09:00")


def test_half_days():
    saturday = replace(
        VN,
        working_weekdays=frozenset(range(1, 7)),
        weekday_hours={6: ((time(7), time(11, 30)),)},
        day_hours={date(2026, 11, 26): ((time(7), time(11, 30)),)},  # a Thursday afternoon off
    )
    assert due(term("working_hour", 1), at("28/11/2026 11:00"), saturday) == at("30/11/2026 07:30")
    assert due(CERTIFICATION, at("28/11/2026 11:00"), saturday) == at("28/11/2026 11:30")
    assert due(CERTIFICATION, at("28/11/2026 14:00"), saturday) == at("30/11/2026 17:00")
    assert due(term("working_day", 1), at("26/11/2026 07:00"), saturday) == at("27/11/2026 10:30")
    assert due(term("calendar_day", 1), at("27/11/2026 16:00"), saturday) == at("28/11/2026 11:30")


def test_calendar_days_may_skip_days_off():
    plain, skipping = term("calendar_day", 4), term("calendar_day", 4, skip_days_off=True)
    assert due(plain, at("20/11/2026 08:00"), VN) == at("25/11/2026 08:00")
    assert due(skipping, at("20/11/2026 08:00"), VN) == at("27/11/2026 08:00")


def test_a_supplement_stops_the_clock():
    new = due_after_supplement(
        term("working_day", 5),
        at("20/11/2026 10:00"),
        at("17/11/2026 09:00"),
        at("19/11/2026 09:00"),
        VN,
    )
    assert new == at("25/11/2026 10:00")


def test_a_supplement_of_a_term_in_calendar_days_counts_days_begun():
    new = due_after_supplement(
        term("calendar_day", 15),
        at("20/11/2026 10:00"),
        at("17/11/2026 09:00"),
        at("19/11/2026 10:00"),
        VN,
    )
    assert new == at("23/11/2026 10:00")  # two days and an hour are three days begun


def test_mistakes_are_told():
    with pytest.raises(ValueError, match="unit"):
        due(term("moon", 1), at("25/11/2026 08:00"), VN)
    with pytest.raises(ValueError, match="before"):
        due_after_supplement(
            CERTIFICATION,
            at("25/11/2026 08:00"),
            at("25/11/2026 08:00"),
            at("24/11/2026 08:00"),
            VN,
        )


moments = st.integers(0, 1_700 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
terms = st.one_of(
    st.just(CERTIFICATION),
    st.integers(1, 80).map(lambda n: term("working_hour", n)),
    st.integers(1, 120).map(lambda n: term("working_day", n / 4)),
    st.integers(1, 60).map(lambda n: term("calendar_day", n)),
    st.integers(1, 30).map(lambda n: term("calendar_day", n, skip_days_off=True)),
    st.integers(1, 12).map(lambda n: term("month", n)),
)


@given(moments, terms)
def test_due_lies_after_receipt_in_working_time(received, one):
    found = due(one, received, VN)
    assert found > received
    local = found.astimezone(OFFICE_ZONE)
    periods = VN.periods(local.date())
    assert periods, "never on a day off"
    assert any(begin <= found <= end for begin, end in periods)


@given(moments, st.integers(1, 400))
def test_working_time_to_the_due_moment_is_the_term(received, quarters):
    found = due(term("working_hour", quarters / 4), received, VN)
    assert VN.between(received, found) == timedelta(minutes=15 * quarters)


@given(moments, moments, terms)
def test_who_comes_later_is_never_due_earlier(one, other, asked):
    first, second = sorted((one, other))
    assert due(asked, first, VN) <= due(asked, second, VN)


@given(moments, st.integers(1, 40), st.timedeltas(timedelta(), timedelta(days=20)))
def test_a_supplement_never_brings_the_due_moment_forward(received, days, waited):
    one = term("working_day", days)
    old = due(one, received, VN)
    assert due_after_supplement(one, old, received, received + waited, VN) >= old
