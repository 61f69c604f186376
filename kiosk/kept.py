"""How the daily copy of what is unsent stands (`kiosk.safekeeping`), as the store keeps it for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.store.link import Reader, Transaction

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = "safekeeping"


@dataclass(frozen=True)
class Kept:
    """The last copy that was whole, and what hindered a later try (``fault``, or empty).

    ``file``: its name, empty when nothing was unsent at ``at``. ``last``: the newest row it may hold.
    ``files``: names of all copies of this station as they were made, the newest last; no clock orders them.
    ``partial``: a younger one that lacks what can't be read, or empty.
    """

    at: datetime = NEVER
    file: str = ""
    dossiers: int = 0
    messages: int = 0
    last: int = 0
    tried_at: datetime = NEVER
    fault: str = ""
    files: tuple[str, ...] = ()
    partial: str = ""

    def failed(self, at: datetime, fault: str) -> Kept:
        """The same copy, and that a new one failed."""
        return replace(self, tried_at=at, fault=fault)

    def until(self, last: int) -> Kept:
        """The same, holding what is unsent up to this row."""
        return replace(self, last=last)

    def is_late(self, now: datetime, every_h: float) -> bool:
        """Whether a whole interval more has passed than should have."""
        return now - self.at > timedelta(hours=2 * every_h)


def load(reader: Reader) -> Kept:
    """How it stands; `NEVER` and empty where there was no try, or nothing that can be read."""
    row = reader.row("SELECT value FROM meta WHERE name = ?", (_NAME,))
    try:
        found: dict[str, Any] = json.loads(row["value"]) if row else {}
        for name in _MOMENTS & set(found):
            found[name] = datetime.fromisoformat(found[name])
        found["files"] = tuple(str(one) for one in found.get("files", ()))
        return Kept(**found)
    except (ValueError, TypeError, AttributeError):
        return Kept()


def save(tx: Transaction, kept: Kept) -> None:
    """Keeps it instead of what was there."""
    value = asdict(kept) | {name: getattr(kept, name).isoformat() for name in _MOMENTS}
    tx.execute(
        """INSERT INTO meta(name, value) VALUES (?, ?)
           ON CONFLICT(name) DO UPDATE SET value = excluded.value""",
        (_NAME, json.dumps(value)),
    )


_MOMENTS = {"at", "tried_at"}
