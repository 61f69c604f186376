"""How far the machine's clock was off when the portal answered last, kept over a restart for people to see."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.clock import Clock
from kiosk.faults import Fault
from kiosk.store.database import Database
from kiosk.store.link import Reader

WARN_S = 60.0
"""From here on a technician is told."""

WRONG_S = 300.0
"""From here on everybody is: certificates and times on papers can't be trusted."""

_NAME = "clock_offset"
_STEP_MS = 2000
"""``Date`` has whole seconds: smaller changes say nothing."""
_OFTEN = timedelta(minutes=10)


@dataclass(frozen=True)
class ClockNote:
    """What is to be added to the machine's time, and when that was so by this clock."""

    offset_ms: int
    at: datetime

    @property
    def seconds(self) -> float:
        return self.offset_ms / 1000


def is_wrong(seconds: float | None) -> bool:
    """Whether the clock is known to be off by more than five minutes."""
    return math.fabs(seconds or 0.0) > WRONG_S


def load(reader: Reader) -> ClockNote | None:
    """The last note; None for none, or one that can't be read."""
    row = reader.row("SELECT value FROM meta WHERE name = ?", (_NAME,))
    try:
        found = json.loads(row["value"]) if row else None
        return ClockNote(int(found["ms"]), datetime.fromisoformat(found["at"])) if found else None
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


class ClockKeeper:
    """Writes a note when the offset has changed or the last one is old: not at every answer."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._last: ClockNote | None = None

    def note(self, offset_ms: int) -> None:
        """The portal's answers say so now. A store that takes no write loses the note only."""
        now, last = self._clock(), self._last
        known = last is not None and timedelta(0) <= now - last.at < _OFTEN
        if known and last is not None and abs(offset_ms - last.offset_ms) < _STEP_MS:
            return
        self._last = ClockNote(offset_ms, now)
        value = json.dumps({"ms": offset_ms, "at": now.isoformat()})
        try:
            with self._database.transaction() as tx:
                tx.execute(
                    """INSERT INTO meta(name, value) VALUES (?, ?)
                       ON CONFLICT(name) DO UPDATE SET value = excluded.value""",
                    (_NAME, value),
                )
        except Fault:
            self._last = None
