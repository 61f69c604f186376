"""How far this machine's clock is off, by what the portal's answers say."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from kiosk.outbox.clock_note import is_wrong

_SAMPLES = 9
_HALF_A_SECOND = timedelta(milliseconds=500)  # ``Date`` cuts the fraction off
_LONGEST_ROUND_TRIP_S = 30.0


class ClockOffset:
    """The median of the last nine answers: one odd ``Date`` header moves nothing.

    Nothing is ever rejected by this machine's time; the offset is kept beside what happened and told.
    """

    def __init__(self) -> None:
        self._seen: deque[float] = deque(maxlen=_SAMPLES)

    def note(self, date: str, round_trip_s: float, local: datetime) -> None:
        """An answer with this ``Date`` header came at ``local``, ``round_trip_s`` after its request.

        A header that is no date counts as none, and so does an answer that took longer than 30 s.
        """
        if not 0 <= round_trip_s <= _LONGEST_ROUND_TRIP_S:
            return
        try:
            server = parsedate_to_datetime(date)
            if server.tzinfo is None:  # the form of RFC 9110 is always GMT
                server = server.replace(tzinfo=UTC)
            there = server + _HALF_A_SECOND + timedelta(seconds=round_trip_s / 2)
            off_s = (there - local).total_seconds()
        except (TypeError, ValueError, IndexError, OverflowError):
            return
        self._seen.append(off_s)

    @property
    def seconds(self) -> float | None:
        """What is to be added to this machine's time; None until an answer told."""
        return median(self._seen) if self._seen else None

    @property
    def is_wrong(self) -> bool:
        """Whether the clock is known to be off by more than five minutes."""
        return is_wrong(self.seconds)
