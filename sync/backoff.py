"""How long to wait before the next try."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from random import Random


@dataclass(frozen=True)
class Pace:
    """Back-off in seconds: the first limit, and the limit it never grows beyond."""

    base_s: float
    cap_s: float


CALM = Pace(2.0, 900.0)
"""Every day's pace."""

BRISK = Pace(0.5, 3.0)
"""While a person waits for a drain."""

OUTAGE_S = 120.0
"""Rows that have waited longer than this tell of an outage, and others have waited too."""

SPREAD_S = 300.0
"""The shortest window that the stations' first requests after an outage are spread over."""

LONGEST_RETRY_AFTER_S = 21_600.0
_SECONDS = re.compile(r"[0-9]{1,9}")


def full_jitter(failures: int, random: Random, pace: Pace = CALM) -> float:
    """Seconds, evenly spread over 0 … min(cap, base·2ⁿ), where n = ``failures`` before this one, from 0."""
    power = min(max(failures, 0), 30)  # far beyond the cap; keeps 2ⁿ small
    return random.uniform(0, min(pace.cap_s, pace.base_s * 2**power))


def spread_window(waiting: int, shortest_s: float = SPREAD_S) -> float:
    """Seconds over which a station with so many waiting rows spreads its first request after an outage.

    With the usual ``shortest_s`` it is 150 s for each row, 300 to 900 s in all. So a fleet asks for
    no more than one row per station and 150 s on average, up to the 900 s that the
    back-off may take too; what is beyond that, a portal's ``Retry-After`` must hold back.
    """
    return shortest_s * min(max(waiting / 2, 1.0), 3.0)


def first_wait(
    waiting: int, oldest_s: float, random: Random, shortest_s: float = SPREAD_S
) -> float:
    """Seconds before the first request of a start: random when the oldest waiting row tells of an outage.

    After a power cut of a whole town not every station asks in the same second.
    """
    if not waiting or oldest_s <= OUTAGE_S:
        return 0.0
    return random.uniform(0, spread_window(waiting, shortest_s))


def retry_after(value: str | None, date: str | None = None) -> float | None:
    """Seconds that a ``Retry-After`` asks for, 0 … 21,600; None when there is none or it is garbage.

    A date is read against the server's own ``Date``, never against the local clock; without one it counts
    as garbage.
    """
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_RETRY_AFTER_S)
    until, now = _date(text), _date(date or "")
    if until is None or now is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None
