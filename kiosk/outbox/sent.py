"""What was sent, for people: every row whatever became of it, each of its tries, and the answer it got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.clock import from_ms
from kiosk.faults import Fault
from kiosk.outbox import views
from kiosk.outbox.decisions import HELD
from kiosk.outbox.due import SUPERSEDED
from kiosk.outbox.message import State
from kiosk.store import link
from kiosk.store.link import Reader
from kiosk.store.sealing import opened
from kiosk.store.vault import UNREADABLE

SEARCHED = 20_000
"""The youngest rows, which a part of a code is looked for in; a whole code is found however old it is."""
_MOST_TRIES = 200


@dataclass(frozen=True)
class Sent:
    """A row of the outbox. ``since``: when it got the state that it has now."""

    seq: int
    dossier_code: str
    dest: str
    kind: str
    rev: int
    state: State
    made_at: datetime
    since: datetime
    attempts: int
    status: int | None
    error: str
    replaced_by: int = 0
    """The youngest revision, where this one was stopped and a younger one goes in its place; else 0."""

    @property
    def held(self) -> bool:
        """Whether a person keeps it back."""
        return self.state is State.NEEDS_ATTENTION and self.error == HELD


@dataclass(frozen=True)
class Try:
    """One change of a row; ``status``: HTTP's, ``error``: a code that has sentences, or empty."""

    at: datetime
    state: State
    status: int | None
    error: str
    detail: str
    duration_ms: int | None


_CHANGES = "(state <> 'ready' OR error_class IS NOT NULL)"
"""All but that a row was made, which the row itself tells; so the index of the attempt log is found."""

_ROW = f"""SELECT outbox.seq, dossier.code,
    CASE WHEN {SUPERSEDED.format(row="outbox")} THEN (
      SELECT max(rev) FROM outbox AS last WHERE last.dossier_id = outbox.dossier_id
      AND last.kind = outbox.kind AND last.dest = outbox.dest) ELSE 0 END AS replaced_by, dest, kind, rev, outbox.state, created_wall, attempts,
    last_status, last_error,
    (SELECT at_wall FROM attempt_log WHERE outbox_seq = seq
       AND (attempt_log.state <> 'ready' OR error_class IS NOT NULL) ORDER BY id DESC LIMIT 1) AS since
  FROM outbox JOIN dossier ON dossier.id = dossier_id"""  # noqa: S608  words of this file


def newest(reader: Reader, part: str, limit: int) -> list[Sent]:
    """The youngest rows first; ``part``: of dossiers whose code has this in it, empty for all."""
    last = reader.number("SELECT coalesce(max(seq), 0) FROM outbox")
    found = reader.rows(
        f"""{_ROW} WHERE outbox.seq > ? AND (? = '' OR instr(dossier.code, ?) > 0)
            ORDER BY outbox.seq DESC LIMIT ?""",
        (last - SEARCHED if part else 0, part, part, limit),
    )
    return [_sent(row) for row in found]


def of_dossier(reader: Reader, code: str) -> list[Sent]:
    """Everything that a dossier sent, in that order."""
    found = reader.rows(f"{_ROW} WHERE dossier.code = ? ORDER BY outbox.seq", (code,))
    return [_sent(row) for row in found]


def one(reader: Reader, seq: int) -> Sent | None:
    found = reader.row(f"{_ROW} WHERE outbox.seq = ?", (seq,))
    return None if found is None else _sent(found)


def open_submits(reader: Reader, limit: int) -> list[Sent]:
    """Dossiers that the portal hasn't acknowledged, the oldest first; none that a younger revision replaced."""
    where = f"""WHERE outbox.state <> 'acknowledged' AND kind = 'submit'
      AND NOT {SUPERSEDED.format(row="outbox")} ORDER BY outbox.seq LIMIT ?"""
    return [_sent(row) for row in reader.rows(f"{_ROW} {where}", (limit,))]


def submits_between(reader: Reader, since: int, until: int, limit: int) -> list[Sent]:
    """Dossiers that were received from one moment until before another (milliseconds, UTC): the newest revisions."""
    found = reader.rows(
        f"""{_ROW} WHERE dossier.received_at >= ? AND dossier.received_at < ? AND kind = 'submit'
            AND NOT EXISTS (SELECT 1 FROM outbox AS younger WHERE younger.dossier_id = outbox.dossier_id
              AND younger.kind = 'submit' AND younger.dest = outbox.dest AND younger.rev > outbox.rev)
            ORDER BY dossier.received_at, outbox.seq LIMIT ?""",  # noqa: S608
        (since, until, limit),
    )
    return [_sent(row) for row in found]


def tries(reader: Reader, seq: int) -> list[Try]:
    """What happened to a row, in order; of more than 200 changes the last ones."""
    found = reader.rows(
        f"SELECT * FROM attempt_log WHERE outbox_seq = ? AND {_CHANGES} ORDER BY id DESC LIMIT ?",  # noqa: S608
        (seq, _MOST_TRIES),
    )
    return [
        Try(
            from_ms(row["at_wall"]),
            State(row["state"]),
            row["http_status"],
            row["error_class"] or "",
            row["detail"] or "",
            row["duration_ms"],
        )
        for row in reversed(found)
    ]


def acknowledged_at(reader: Reader, seq: int) -> datetime | None:
    """When the first receipt came of this row or of another revision of it; None while there is none."""
    found = reader.row(
        f"""SELECT at_wall FROM attempt_log WHERE outbox_seq IN (
              SELECT other.seq FROM outbox AS own JOIN outbox AS other ON other.dossier_id = own.dossier_id
              AND other.kind = own.kind AND other.dest = own.dest WHERE own.seq = ?) AND {_CHANGES}
            AND state = 'acknowledged' ORDER BY id LIMIT 1""",  # noqa: S608
        (seq,),
    )
    return None if found is None else from_ms(found["at_wall"])


def receipt(reader: Reader, seq: int) -> bytes | None:
    """The destination's whole answer, as it came; empty when the store's copy is damaged."""
    found = reader.row("SELECT key, receipt FROM outbox WHERE seq = ?", (seq,))
    if found is None or found["receipt"] is None:
        return None
    try:
        return opened(reader, found["receipt"], views.receipt_of(found["key"]))
    except Fault as fault:
        if fault.code not in UNREADABLE:
            raise
        return b""


def _sent(row: link.Row) -> Sent:
    return Sent(
        row["seq"],
        row["code"],
        row["dest"],
        row["kind"],
        row["rev"],
        State(row["state"]),
        from_ms(row["created_wall"]),
        from_ms(row["since"] or row["created_wall"]),
        row["attempts"],
        row["last_status"],
        row["last_error"] or "",
        row["replaced_by"],
    )
