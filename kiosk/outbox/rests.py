"""How long a destination as a whole is left alone, kept across restarts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.clock import from_ms, to_ms
from kiosk.store.link import Reader, Transaction

LONGEST_REST_S = 21_600.0
"""No rest is longer than six hours, whatever the store says and the clock does."""


@dataclass(frozen=True)
class Rest:
    """``stops`` in a row so far, the ``fault`` of the last one, ``length_s`` of the rest it began."""

    stops: int
    fault: str
    length_s: float
    since: datetime
    boot: str
    since_mono_ms: int

    def left_s(self, now: datetime, boot: str, mono_ms: int) -> float:
        """Seconds until the destination may be asked again.

        Within one start of the machine the clock that never jumps counts. After another start the wall
        clock does, and one that was set back makes the rest no longer than it was.
        """
        if boot == self.boot:
            gone = max((mono_ms - self.since_mono_ms) / 1000, 0.0)
        else:
            gone = max((now - self.since).total_seconds(), 0.0)
        return max(self.length_s - gone, 0.0)

    @property
    def until(self) -> datetime:
        """When it ends, by the clock on the wall."""
        return self.since + timedelta(seconds=self.length_s)


def load(reader: Reader, dest: str) -> Rest | None:
    """The destination's rest; None where there is none, or none that can be read."""
    row = reader.row("SELECT value FROM meta WHERE name = ?", (_name(dest),))
    return None if row is None else _rest(row["value"])


def save(tx: Transaction, dest: str, rest: Rest | None) -> None:
    """Keeps the rest, or ends it."""
    if rest is None:
        tx.execute("DELETE FROM meta WHERE name = ?", (_name(dest),))
        return
    value = {
        "stops": rest.stops,
        "fault": rest.fault,
        "length_ms": round(rest.length_s * 1000),
        "since": to_ms(rest.since),
        "boot": rest.boot,
        "mono": rest.since_mono_ms,
    }
    tx.execute(
        """INSERT INTO meta(name, value) VALUES (?, ?)
           ON CONFLICT(name) DO UPDATE SET value = excluded.value""",
        (_name(dest), json.dumps(value)),
    )


def _name(dest: str) -> str:
    return f"rest/{dest}"


def _rest(text: str) -> Rest | None:
    """A damaged note costs one request too early, not the whole outbox."""
    try:
        value = json.loads(text)
        return Rest(
            stops=min(max(int(value["stops"]), 0), 1000),
            fault=str(value["fault"]),
            length_s=min(max(int(value["length_ms"]) / 1000, 0.0), LONGEST_REST_S),
            since=from_ms(int(value["since"])),
            boot=str(value["boot"]),
            since_mono_ms=int(value["mono"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        return None
