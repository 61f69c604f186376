"""What is known of a petition follows from the set of what was told about it, in whatever order it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kiosk.catalogue.calendar import Calendar
from kiosk.clock import at_office

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, repr=False)
class Answer:
    """``by`` and ``position``: the official who answered, as the portal names them; may be empty."""

    id: str
    at: datetime
    text: str
    by: str = ""
    position: str = ""


@dataclass(frozen=True, repr=False)
class Told:
    """One row of the portal: a petition as it stood then. Who asked isn't kept: the portal knows.

    ``seq`` is the portal's own order within ``origin``. ``due``: when it must be answered, where the portal
    says so. ``state``: the portal's word for it, whose list isn't published. Times are aware, UTC.
    """

    origin: str
    seq: int
    petition: str
    asked_at: datetime
    question: str
    procedure: str = ""
    state: str = ""
    due: datetime | None = None
    answer: Answer | None = None

    def __repr__(self) -> str:
        return f"Told({self.origin}, {self.seq})"


@dataclass(frozen=True, repr=False)
class Petition:
    """As it stands. ``answered_first``: when the first answer was given."""

    id: str
    asked_at: datetime
    question: str
    procedure: str
    state: str
    due: datetime | None
    answer: Answer | None
    answered_first: datetime | None

    def within(self, days: int, calendar: Calendar) -> Petition:
        """Due at the office's closing so many working days after the day it was asked."""
        day = at_office(self.asked_at).date()
        for _ in range(days):
            day = calendar.next_working_day(day)
        return replace(self, due=calendar.closing(day))

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is answered late, or has no answer although it is due."""
        return self.due is not None and (self.answered_first or now) > self.due


def settle(told: Iterable[Told]) -> Petition:
    """The petition of which all of ``told`` tell. Raises `ValueError` when nothing is told.

    The row with the latest answer counts, however late a row without one comes: an answer is never undone,
    only replaced by a later one.
    """
    rows = list(told)
    last = max(rows, key=_rank)
    answers = [row.answer.at for row in rows if row.answer is not None]
    return Petition(
        last.petition,
        min(row.asked_at for row in rows),
        last.question,
        last.procedure,
        last.state,
        last.due,
        last.answer,
        min(answers, default=None),
    )


def _rank(row: Told) -> tuple[bool, datetime, int, str]:
    return row.answer is not None, row.answer.at if row.answer else _NEVER, row.seq, row.origin
