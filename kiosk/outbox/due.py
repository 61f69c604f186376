"""Which rows may go, and in what order.

A row waits for its own dossier's earlier rows, never for another dossier's, and not for one that was stopped and
has a younger revision: that one is superseded, stays readable, and is nobody's concern any more. What is urgent goes before
dossiers, these before news of their progress; among equals what has waited longest.
"""

from __future__ import annotations

from kiosk.outbox.message import State
from kiosk.store.link import Reader, Transaction

LONGEST_WAIT_S = 21_600
"""No row waits longer than six hours; a later time in the store means that the clock was set back."""

URGENT = 0
_ALL = (URGENT, 1, 2)
"""The column ``urgency``: payments and cancellations, dossiers, progress."""

_STOPPED = "{row}.state IN ('needs_attention', 'quarantined') AND {row}.last_error IS NOT 'HELD'"
"""Stopped by an answer or damage; what a person holds back keeps its place and holds up what follows."""

SUPERSEDED = f"""({_STOPPED} AND EXISTS (
  SELECT 1 FROM outbox AS younger WHERE younger.dossier_id = {{row}}.dossier_id
  AND younger.kind = {{row}}.kind AND younger.dest = {{row}}.dest AND younger.rev > {{row}}.rev))"""  # noqa: S608
"""Whether a row (the alias) is superseded."""

_PLACE = f"""CASE {{row}}.rev WHEN 1 THEN {{row}}.seq ELSE coalesce((
  SELECT min(seq) FROM outbox AS older WHERE older.dossier_id = {{row}}.dossier_id
  AND older.kind = {{row}}.kind AND +older.dest = {{row}}.dest AND older.rev < {{row}}.rev
  AND {_STOPPED.replace("{row}", "older")}), {{row}}.seq) END"""  # noqa: S608
"""A row's place in its dossier's line: a revision takes that of the first one that was stopped before it."""

_MAY_GO = f"""FROM outbox AS own
  WHERE state IN ('ready', 'sent') AND state <> 'acknowledged'
  AND dest = :dest AND urgency = :urgency AND NOT EXISTS (
    SELECT 1 FROM outbox AS earlier WHERE earlier.dossier_id = own.dossier_id
    AND +earlier.dest = own.dest AND earlier.seq <> own.seq AND +earlier.state <> 'acknowledged'
    AND ({_PLACE.format(row="earlier")}, earlier.rev) < ({_PLACE.format(row="own")}, own.rev)
    AND NOT {SUPERSEDED.format(row="earlier")})"""  # noqa: S608  words of this file
"""By the index of open rows, then by that of the dossier's (the pluses say so)."""
_NEXT = "SELECT min(next_at) AS at " + _MAY_GO
_DUE = (
    "SELECT seq "
    + _MAY_GO
    + """ AND (next_at <= :now OR next_at > :now + :longest)
  ORDER BY next_at, seq LIMIT :limit"""
)


def rows(tx: Transaction, dest: str, limit: int, *, urgent: bool = False) -> list[int]:
    """The rows that may go now, at most so many, in the order in which they are to go."""
    found: list[int] = []
    for urgency in (URGENT,) if urgent else _ALL:
        values: dict[str, str | int | bytes | None] = {
            "dest": dest,
            "urgency": urgency,
            "now": tx.at_ms,
            "longest": LONGEST_WAIT_S * 1000,
            "limit": limit - len(found),
        }
        found += sorted(int(row["seq"]) for row in tx.rows(_DUE, values))
        if len(found) >= limit:
            break
    return found


def next_at(reader: Reader, dest: str, *, urgent: bool = False) -> int | None:
    """The earliest moment, in milliseconds, at which a row may go; None when none may without more."""
    times = []
    for urgency in (URGENT,) if urgent else _ALL:
        row = reader.row(_NEXT, {"dest": dest, "urgency": urgency})
        if row is not None and row["at"] is not None:
            times.append(int(row["at"]))
    return min(times, default=None)


def waiting(tx: Transaction, dest: str) -> list[tuple[int, State]]:
    """The rows whose time has not come yet."""
    sql = """SELECT seq, state FROM outbox
      WHERE state IN ('ready', 'sent') AND state <> 'acknowledged'
      AND dest = :dest AND next_at > :now ORDER BY seq"""
    found = tx.rows(sql, {"dest": dest, "now": tx.at_ms})
    return [(int(row["seq"]), State(row["state"])) for row in found]
