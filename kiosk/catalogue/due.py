"""When a dossier is due: NĐ 118/2025/NĐ-CP and the term of the procedure version."""

from __future__ import annotations

import calendar as months
from datetime import UTC, date, datetime, timedelta

from kiosk.catalogue.calendar import Calendar
from kiosk.catalogue.procedure import Term
from kiosk.clock import OFFICE_ZONE, at_office

_WORKING_UNITS = ("working_day", "working_hour")


def due(term: Term, received: datetime, calendar: Calendar) -> datetime:
    """The due moment, in UTC, of what was received at an aware moment.

    The term starts at once in office hours, else when the office opens next. Raises `ValueError`
    for an unknown unit.
    """
    start = at_office(calendar.start(received))
    if term.unit == "same_day":
        found = _same_day(term, at_office(received), start, calendar)
    elif term.unit in _WORKING_UNITS:
        found = calendar.add(start, _work(term, calendar))
    elif term.unit == "calendar_day":
        found = _on_working_day(_days_later(term, start, calendar), start, calendar)
    elif term.unit == "month":
        found = _on_working_day(_months_later(start.date(), round(term.amount)), start, calendar)
    else:
        raise ValueError(f"unknown unit of a term: {term.unit}")
    return found.astimezone(UTC)


def due_after_supplement(
    term: Term, old_due: datetime, asked: datetime, brought: datetime, calendar: Calendar
) -> datetime:
    """The new due moment, in UTC: the clock stood still while the citizen brought papers.

    Waiting is counted in the term's own unit: working time for terms in working time, else whole
    days begun.
    """
    if brought < asked:
        raise ValueError("papers were brought before they were asked for")
    if term.unit in _WORKING_UNITS:
        return calendar.add(old_due, calendar.between(asked, brought)).astimezone(UTC)
    waited = -(-(brought - asked) // timedelta(days=1))
    old = at_office(old_due)
    return _on_working_day(old.date() + timedelta(days=waited), old, calendar).astimezone(UTC)


def _same_day(term: Term, received: datetime, start: datetime, calendar: Calendar) -> datetime:
    day = start.date()
    late = term.cut_off is not None and received.time() > term.cut_off
    if day == received.date() and late:
        day = calendar.next_working_day(day)
    return calendar.closing(day)


def _work(term: Term, calendar: Calendar) -> timedelta:
    unit = calendar.day_length if term.unit == "working_day" else timedelta(hours=1)
    return timedelta(seconds=round(unit.total_seconds() * term.amount))


def _days_later(term: Term, start: datetime, calendar: Calendar) -> date:
    day = start.date()
    for _ in range(round(term.amount)):
        day += timedelta(days=1)
        while term.skip_days_off and not calendar.is_working(day):
            day += timedelta(days=1)
    return day


def _months_later(day: date, amount: int) -> date:
    """The same day `amount` months later, or the last day of that month."""
    month = day.year * 12 + day.month - 1 + amount
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def _on_working_day(day: date, start: datetime, calendar: Calendar) -> datetime:
    """The start's time of day on the first working day from `day` on, within its hours."""
    day = calendar.first_working_day(day)
    wanted = datetime.combine(day, start.time(), OFFICE_ZONE)
    return min(max(wanted, calendar.periods(day)[0][0]), calendar.closing(day))
