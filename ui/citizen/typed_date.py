"""Dates as people type them, and as the code and the chip write them."""

from __future__ import annotations

from datetime import date, datetime

_OLDEST = 1900


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
    return born if born is not None and born.year >= _OLDEST else None


def from_text(text: str) -> date | None:
    """From ``dd/MM/yyyy``; None when it is anything else."""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  a day, no moment
    except ValueError:
        return None
