"""Dates as people type them, and as the code and the chip write them."""

from __future__ import annotations

from datetime import date, datetime

from kiosk.clock import at_office, now
from kiosk.people.typed import birth_fits

NOTHING_TYPED = ("", "", "")
_YEAR_DIGITS = 4


def as_typed(day: date | None) -> tuple[str, str, str]:
    """Day, month and year as somebody would have typed them."""
    return NOTHING_TYPED if day is None else (f"{day:%d}", f"{day:%m}", f"{day.year:04}")


def whole(typed: tuple[str, str, str]) -> tuple[int, int, int] | None:
    """Day, month and year, or None while one of them isn't there; no calendar is asked."""
    day, month, year = typed
    if not (day and month and len(year) == _YEAR_DIGITS):
        return None
    return int(day), int(month), int(year)


def calendar_date(value: tuple[int, int, int] | None) -> date | None:
    """Day, month and year; None when the calendar has no such day."""
    if value is None:
        return None
    day, month, year = value
    try:
        return date(year, month, day)
    except ValueError:
        return None


def birth_date(value: tuple[int, int, int] | None) -> date | None:
    """A day on which somebody living may have been born; None otherwise."""
    born = calendar_date(value)
    today = at_office(now()).date()
    return born if born is not None and birth_fits(born, today) else None


def from_text(text: str) -> date | None:
    """From ``dd/MM/yyyy``; None when it is anything else."""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  a day, no moment
    except ValueError:
        return None
