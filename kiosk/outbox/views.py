"""Reads the outbox for the courier, the clerk and the technician."""

from __future__ import annotations

from datetime import datetime

from kiosk.clock import from_ms
from kiosk.faults import Fault
from kiosk.outbox.due import SUPERSEDED
from kiosk.outbox.message import Item, Row, State
from kiosk.store import link
from kiosk.store.link import Reader
from kiosk.store.peek import schema
from kiosk.store.sealing import opened
from kiosk.store.vault import UNREADABLE, Place

_STOPPED = (State.NEEDS_ATTENTION.value, State.QUARANTINED.value)
_SUPERSEDED = SUPERSEDED.format(row="outbox")
_OPEN = f"outbox.state <> 'acknowledged' AND NOT {_SUPERSEDED}"
"""What is not acknowledged and not superseded."""


def body_of(key: str) -> Place:
    """Where a row's body lies, for the vault."""
    return Place("outbox", key, "body")


def receipt_of(key: str) -> Place:
    """Where a row's receipt lies, for the vault."""
    return Place("outbox", key, "receipt")


def body(reader: Reader, row: link.Row) -> bytes:
    """A row's bytes as they are sent; empty when the store's are damaged, which no body's hash fits.

    Raises `Fault` VAULT_KEY_MISSING for a reader without keys.
    """
    try:
        return opened(reader, row["body"], body_of(row["key"]))
    except Fault as fault:
        if fault.code not in UNREADABLE:
            raise
        return b""


def item(reader: Reader, seq: int) -> Item:
    """One row with its bytes, as it is sent. Raises `KeyError` for an unknown row, and as `body` does."""
    row = reader.row(
        """SELECT outbox.*, dossier.code FROM outbox JOIN dossier ON dossier.id = dossier_id
           WHERE seq = ?""",
        (seq,),
    )
    if row is None:
        raise KeyError(seq)
    return Item(
        seq,
        row["key"],
        row["dossier_id"],
        row["code"],
        row["rev"],
        row["dest"],
        row["kind"],
        body(reader, row),
        row["attempts"],
        _replaced(reader, row) if row["rev"] > 1 else (),
        row["own_failures"],
    )


def _replaced(reader: Reader, row: link.Row) -> tuple[str, ...]:
    """Keys of the revisions that the destination holds or may hold, the youngest first."""
    found = reader.rows(
        """SELECT key FROM outbox WHERE dossier_id = :dossier_id AND dest = :dest AND kind = :kind
             AND rev < :rev AND (attempts > 0 OR state = 'acknowledged') ORDER BY rev DESC LIMIT 20""",
        {name: row[name] for name in ("dossier_id", "dest", "kind", "rev")},
    )
    return tuple(str(one["key"]) for one in found)


def counts(reader: Reader) -> dict[str, int]:
    """How many rows stand in each state; those of superseded revisions in none.

    Only the open rows are looked at, however long the history is: the store numbers rows from 1 without
    gaps and deletes none, so the last number tells how many there are.
    """
    found = {state.value: 0 for state in State}
    for row in reader.rows(
        "SELECT state, count(*) AS n FROM outbox WHERE state <> 'acknowledged' GROUP BY state"
    ):
        found[row["state"]] = row["n"]
    last = reader.number("SELECT max(seq) FROM outbox")
    acknowledged = last - sum(found.values())
    for state in _STOPPED:
        if found[state]:
            sql = f"SELECT count(*) FROM outbox WHERE state = ? AND {_OPEN}"  # noqa: S608  words of this file
            found[state] = reader.number(sql, (state,))
    return found | {State.ACKNOWLEDGED.value: acknowledged}


def will_go(reader: Reader, dest: str) -> tuple[int, datetime | None]:
    """How many rows of a destination go without anybody's help, and the age of the oldest.

    Those behind a row that a person must decide about are left out.
    """
    found = reader.row(
        f"""SELECT count(*) AS number, min(created_wall) AS since FROM outbox AS own
            WHERE dest = :dest AND state IN ('ready', 'sending', 'sent') AND state <> 'acknowledged'
            AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.dossier_id = own.dossier_id
              AND +outbox.dest = own.dest AND outbox.state IN ('needs_attention', 'quarantined')
              AND NOT {_SUPERSEDED})""",  # noqa: S608  words of this file
        {"dest": dest},
    )
    since = None if found is None or found["since"] is None else from_ms(found["since"])
    return (0 if found is None else int(found["number"])), since


def unsent(reader: Reader, dest: str) -> int:
    """How many rows of a destination are not acknowledged."""
    return reader.number(f"SELECT count(*) FROM outbox WHERE {_OPEN} AND dest = ?", (dest,))  # noqa: S608


def open_rows(reader: Reader, made_by: str = "") -> int:
    """How many rows are not acknowledged, whatever their destination; ``made_by``: as for `rows`."""
    where, values = _of(reader, made_by)
    sql = f"SELECT count(*) FROM outbox WHERE {_OPEN} AND {where}"  # noqa: S608  words of this file
    return reader.number(sql, values)


def added_since(reader: Reader, seq: int) -> int:
    """How many rows younger than this one are not acknowledged."""
    return reader.number(
        "SELECT count(*) FROM outbox WHERE seq > ? AND state <> 'acknowledged'", (seq,)
    )


_ROW = """SELECT outbox.*, dossier.code, (
    SELECT detail FROM attempt_log
    WHERE outbox_seq = seq AND (state <> 'ready' OR error_class IS NOT NULL)
    ORDER BY attempt_log.id DESC LIMIT 1) AS last_detail
  FROM outbox JOIN dossier ON dossier.id = dossier_id"""


def row(reader: Reader, seq: int) -> Row | None:
    """One row as people see it."""
    found = reader.row(f"{_ROW} WHERE seq = ?", (seq,))
    return None if found is None else _row(found)


def first_open(reader: Reader, dossier_code: str) -> Row | None:
    """A dossier's earliest row that is not acknowledged: the one that holds up its others."""
    found = reader.row(
        f"{_ROW} WHERE dossier.code = ? AND {_OPEN} ORDER BY seq LIMIT 1",
        (dossier_code,),
    )
    return None if found is None else _row(found)


def rows(
    reader: Reader, dest: str | None, open_only: bool, limit: int, *, made_by: str = ""
) -> list[Row]:
    """Rows for a list, oldest first, with the last answer each of them got.

    ``made_by``: only what this account made, or the station of this name; empty: everybody's.
    """
    where, values = _of(reader, made_by)
    found = reader.rows(
        f"""{_ROW}
           WHERE (:dest IS NULL OR dest = :dest)
             AND (NOT :open_only OR ({_OPEN})) AND {where}
           ORDER BY seq LIMIT :limit""",
        {"dest": dest, "open_only": int(open_only), "limit": limit} | values,
    )
    return [_row(row) for row in found]


def _of(reader: Reader, made_by: str) -> tuple[str, dict[str, link.Value]]:
    """Which rows an account made. A store from before accounts were kept knows stations only."""
    if not made_by:
        return "true", {}
    known = schema(reader) >= _MADE_BY_SINCE
    who = "coalesce(outbox.made_by, outbox.station)" if known else "outbox.station"
    return f"{who} = :made_by", {"made_by": made_by}


_MADE_BY_SINCE = 10  # schema


def _row(row: link.Row) -> Row:
    state = State(row["state"])
    due = max(row["next_at"], row["created_wall"])
    return Row(
        row["seq"],
        row["code"],
        row["dest"],
        row["kind"],
        state,
        from_ms(row["created_wall"]),
        row["attempts"],
        from_ms(due) if state in (State.READY, State.SENT) else None,
        row["last_status"],
        row["last_error"],
        row["last_detail"],
        (row["made_by"] if "made_by" in row.keys() else None) or row["station"],  # noqa: SIM118
    )
