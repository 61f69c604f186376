"""The present time and the office's time zone; tests pass their own clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present moment as an aware datetime in UTC."""

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware datetime: the form times have in the store."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return round(moment.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The inverse of `to_ms`."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def at_office(moment: datetime) -> datetime:
    """The same moment as the office's wall clock shows it."""
    return moment.astimezone(OFFICE_ZONE)


def monotonic_ms() -> int:
    """Milliseconds of the clock that never jumps; means something only within one boot."""
    return time.monotonic_ns() // 1_000_000
