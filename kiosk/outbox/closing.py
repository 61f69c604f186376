"""What a station still has to send at the end of a day, and whether it was all carried away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.outbox import views
from kiosk.outbox.due import SUPERSEDED
from kiosk.outbox.message import Row, State
from kiosk.store.link import Reader, Transaction

COVERS = timedelta(hours=1)
"""How long a bundle that was taken out speaks for the store: by then the update should have been made."""

_NAME = "closing"
_ALL = 1_000_000_000
_LAST = f"""SELECT max(seq) FROM outbox WHERE state <> 'acknowledged'
  AND NOT {SUPERSEDED.format(row="outbox")}"""  # noqa: S608  words of this program


@dataclass(frozen=True)
class Unsent:
    """A dossier that isn't wholly at its destination: its first open message, and how many there are."""

    dossier: str
    since: datetime
    messages: int
    state: State
    why: str
    tries: int
    next_at: datetime | None


@dataclass(frozen=True)
class CarriedAway:
    """A bundle of everything unsent: when, where, the hash of the file, and the youngest row it may hold."""

    at: datetime
    file: str
    sha256: str
    last: int

    def covers(self, now: datetime, last: int) -> bool:
        """Whether nothing was added since, and it is not long ago."""
        return self.last >= last and timedelta(0) <= now - self.at <= COVERS


def unsent(reader: Reader) -> list[Unsent]:
    """Every dossier with an open message, the oldest first."""
    found: dict[str, list[Row]] = {}
    for row in views.rows(reader, None, open_only=True, limit=_ALL):
        found.setdefault(row.dossier_code, []).append(row)
    return [_unsent(code, rows) for code, rows in found.items()]


def _unsent(code: str, rows: list[Row]) -> Unsent:
    first = rows[0]
    since = min(row.created_at for row in rows)
    why = first.last_error or ""
    return Unsent(code, since, len(rows), first.state, why, first.attempts, first.next_at)


def last_open(reader: Reader) -> int:
    """The youngest row that is neither acknowledged nor superseded; 0 where none is."""
    return reader.number(_LAST)


def load(reader: Reader) -> CarriedAway | None:
    """The last bundle that was taken out for a closing; None for none, or one that can't be read."""
    row = reader.row("SELECT value FROM meta WHERE name = ?", (_NAME,))
    if row is None:
        return None
    try:
        found = json.loads(row["value"])
        at = datetime.fromisoformat(found["at"])
        return CarriedAway(at, str(found["file"]), str(found["sha256"]), int(found["last"]))
    except (ValueError, TypeError, KeyError):
        return None


def save(tx: Transaction, made: CarriedAway) -> None:
    """Notes a bundle that was taken out."""
    value = json.dumps(
        {"at": made.at.isoformat(), "file": made.file, "sha256": made.sha256, "last": made.last}
    )
    tx.execute(
        """INSERT INTO meta(name, value) VALUES (?, ?)
           ON CONFLICT(name) DO UPDATE SET value = excluded.value""",
        (_NAME, value),
    )
