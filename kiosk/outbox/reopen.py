"""Rows that the destination acknowledged and has lost since, as by a restored backup: they are sent again."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.outbox.decisions import RESTORED, Decision, decide
from kiosk.outbox.message import State
from kiosk.store.link import Reader, Transaction


@dataclass(frozen=True)
class Acknowledged:
    """A row with a receipt. ``recent``: it was acknowledged since the moment that was asked for."""

    seq: int
    key: str
    rev: int
    kind: str
    recent: bool


@dataclass(frozen=True)
class Carried:
    """A dossier with rows that were acknowledged since then, and all its acknowledged rows in their order."""

    code: str
    rows: tuple[Acknowledged, ...]


_RECENT = """EXISTS (SELECT 1 FROM attempt_log WHERE attempt_log.outbox_seq = outbox.seq
  AND attempt_log.state = 'acknowledged' AND attempt_log.at_wall >= :since)"""
_DOSSIERS = f"""SELECT dossier_id, max(seq) AS last FROM outbox
  WHERE dest = :dest AND outbox.state = 'acknowledged' AND {_RECENT}
  GROUP BY dossier_id ORDER BY last"""  # noqa: S608  words of this file
_ROWS = f"""SELECT seq, key, rev, kind, {_RECENT} AS recent FROM outbox
  WHERE dossier_id = :dossier AND dest = :dest AND outbox.state = 'acknowledged'
  ORDER BY seq"""  # noqa: S608  words of this file


def since(reader: Reader, dest: str, since_ms: int) -> list[str]:
    """Ids of dossiers of which something was acknowledged since that moment, the oldest first."""
    values: dict[str, str | int | bytes | None] = {"dest": dest, "since": since_ms}
    return [str(row["dossier_id"]) for row in reader.rows(_DOSSIERS, values)]


def carried(reader: Reader, dossier_id: str, dest: str, since_ms: int) -> Carried:
    """What the destination acknowledged of a dossier."""
    found = reader.row("SELECT code FROM dossier WHERE id = ?", (dossier_id,))
    values: dict[str, str | int | bytes | None] = {
        "dossier": dossier_id,
        "dest": dest,
        "since": since_ms,
    }
    rows = tuple(
        Acknowledged(row["seq"], row["key"], row["rev"], row["kind"], bool(row["recent"]))
        for row in reader.rows(_ROWS, values)
    )
    return Carried(str(found["code"]) if found else "", rows)


def reopen(tx: Transaction, seq: int, decision: Decision) -> bool:
    """Makes the row ready again, under its key and with its bytes; false where it is so already.

    Its old receipt stays until a new one comes. Log and journal say who decided, and why.
    """
    found = tx.row("SELECT state FROM outbox WHERE seq = ?", (seq,))
    if found is None or found["state"] != State.ACKNOWLEDGED:
        return False
    decide(tx, seq, State.READY, RESTORED, decision)
    tx.execute("UPDATE outbox SET next_at = 0 WHERE seq = ?", (seq,))
    return True
