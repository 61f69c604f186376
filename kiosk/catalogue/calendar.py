"""When the office works: hours, days off, compensatory working days. Times are office wall clock."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

import resources
from kiosk.catalogue.errors import CatalogueError, readable
from kiosk.clock import OFFICE_ZONE

Period = tuple[time, time]
"""From the first moment inclusive to the second one."""

_LONGEST_PAUSE_DAYS = 60


@dataclass(frozen=True)
class Calendar:
    """The office's working time. ``hours`` are those of an ordinary (and a compensatory) day."""

    hours: tuple[Period, ...]
    working_weekdays: frozenset[int]  # Monday = 1
    days_off: frozenset[date]
    compensatory_days: frozenset[date] = frozenset()
    weekday_hours: Mapping[int, tuple[Period, ...]] = field(default_factory=dict)
    day_hours: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)

    @property
    def last_year(self) -> int:
        """The last year whose days off are known: beyond it every weekday counts as ordinary."""
        return max((day.year for day in self.days_off), default=0)

    @property
    def day_length(self) -> timedelta:
        """How long an ordinary working day is: the length of a "working day" in a term."""
        return sum((_length(period) for period in self.hours), timedelta())

    def is_working(self, day: date) -> bool:
        """Whether the office opens on a day; a compensatory day wins over everything."""
        if day in self.compensatory_days:
            return True
        return day not in self.days_off and day.isoweekday() in self.working_weekdays

    def periods(self, day: date) -> list[tuple[datetime, datetime]]:
        """The day's working periods as aware times, none on a day off."""
        if not self.is_working(day):
            return []
        hours = self.day_hours.get(day)
        if hours is None and day not in self.compensatory_days:
            hours = self.weekday_hours.get(day.isoweekday())
        return [(_at(day, a), _at(day, b)) for a, b in (self.hours if hours is None else hours)]

    def start(self, moment: datetime) -> datetime:
        """When working time begins for what came at `moment`: then, or when the office opens next."""
        for offset in range(_LONGEST_PAUSE_DAYS):
            for begin, end in self.periods(_day(moment) + timedelta(days=offset)):
                if moment < end:
                    return max(moment, begin)
        raise ValueError("the calendar has no working time")

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.first_working_day(day + timedelta(days=1))

    def first_working_day(self, day: date) -> date:
        """`day` itself if the office opens on it, else the first working day after it."""
        for offset in range(_LONGEST_PAUSE_DAYS):
            if self.periods(day + timedelta(days=offset)):
                return day + timedelta(days=offset)
        raise ValueError("the calendar has no working day")

    def closing(self, day: date) -> datetime:
        """When the office closes on a working day."""
        return self.periods(day)[-1][1]

    def add(self, moment: datetime, work: timedelta) -> datetime:
        """The moment when `work` of working time has passed since `moment`."""
        at = self.start(moment)
        while True:
            end = next(end for begin, end in self.periods(_day(at)) if begin <= at < end)
            if work <= end - at:
                return at + work
            work -= end - at
            at = self.start(end)

    def between(self, first: datetime, second: datetime) -> timedelta:
        """How much working time lies between two moments; none if the second is earlier."""
        total, day = timedelta(), _day(first)
        while day <= _day(second):
            for begin, end in self.periods(day):
                total += max(timedelta(), min(end, second) - max(begin, first))
            day += timedelta(days=1)
        return total


def load_calendar(name: str, folder: Path | None = None) -> Calendar:
    """Reads ``<name>.toml``. Raises `CatalogueError` that names the file and the key."""
    file = (folder or resources.path("calendars")) / f"{name}.toml"
    try:
        data = tomllib.loads(file.read_text("utf-8"))
        read = _File.model_validate(data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{file}: {error}") from error
    except ValidationError as error:
        raise CatalogueError(readable(file, error)) from error
    return Calendar(
        read.hours,
        frozenset(read.working_weekdays),
        frozenset(read.days_off),
        frozenset(read.compensatory_days),
        read.weekday_hours,
        read.day_hours,
    )


def _ordered(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    edges = [edge for period in periods for edge in period]
    if not edges or any(a >= b for a, b in pairwise(edges)):
        raise ValueError("working periods must be there, in order and not touch")
    return periods


def _weekdays(days: list[int]) -> list[int]:
    if not days or not set(days) <= set(range(1, 8)):
        raise ValueError("weekdays are 1 (Monday) to 7")
    return days


_Hours = Annotated[tuple[Period, ...], AfterValidator(_ordered)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: _Hours
    working_weekdays: Annotated[list[int], AfterValidator(_weekdays)]
    days_off: list[date]
    compensatory_days: list[date] = []
    weekday_hours: dict[int, _Hours] = {}
    day_hours: dict[date, _Hours] = {}


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, OFFICE_ZONE)


def _day(moment: datetime) -> date:
    return moment.astimezone(OFFICE_ZONE).date()


def _length(period: Period) -> timedelta:
    return _at(date.min, period[1]) - _at(date.min, period[0])
