"""Fills a store with years of history at once: copies of its first dossier, all of it acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from kiosk.store.link import connect

_AT_ONCE = 25_000
_RECEIPT = 300
"""Bytes of the portal's answer."""

_ID = "printf('00000000-0000-7000-8000-%012x', i)"
_HASH = "printf('%064x', i)"
_FIRST = "(SELECT id FROM dossier WHERE rowid = 1)"
_CODE = "printf('H29.18-200101-%08d', i)"


def fill(path: Path, dossiers: int) -> None:
    """Adds so many dossiers with all their rows, two of them in the outbox.

    The store holds one dossier already. Nobody else uses it meanwhile; nothing is durable before the end.
    """
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        for first in range(1, dossiers + 1, _AT_ONCE):
            _add(connection, first, min(first + _AT_ONCE - 1, dossiers))
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _add(connection: sqlite3.Connection, first: int, last: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    top = connection.execute("SELECT max(seq) FROM outbox").fetchone()[0]
    base = connection.execute("SELECT max(idx) + 1 FROM journal").fetchone()[0]
    told = connection.execute(f"SELECT count(*) FROM journal WHERE subject = {_FIRST}").fetchone()[
        0
    ]
    number = f"{base} + (i - {first}) * {told} + idx"
    copies: dict[str, tuple[str, Mapping[str, str]]] = {
        "ticket": ("id = 1", {"id": "i + 1000000", "day": "'2020-01-01'", "number": "i"}),
        "attachment": ("rowid = 1", {"sha256": _HASH, "path": _HASH, "state": "'uploaded'"}),
        "dossier": (
            "rowid = 1",
            {"id": _ID, "code": _CODE, "key": _ID, "ticket": "i + 1000000", "received_at": "i",
             "shown_at": "i"},
        ),
        "component": (f"dossier_id = {_FIRST}", {"dossier_id": _ID, "sha256": _HASH}),
        "fee_claim": (f"dossier_id = {_FIRST}", {"id": _ID, "dossier_id": _ID}),
        "card_check": ("rowid = 1", {"dossier_id": _ID}),
        "journal": (f"subject = {_FIRST}", {"idx": number, "subject": _ID}),
        "outbox": (
            "seq <= 2",
            {"seq": f"{top} + (i - {first}) * 2 + seq", "key": f"{_ID} || seq", "dossier_id": _ID,
             "state": "'acknowledged'", "attempts": "1", "receipt": f"zeroblob({_RECEIPT})"},
        ),
    }  # fmt: skip
    for table, (which, other) in copies.items():
        _copy(connection, table, which, other, (first, last))
    for state in ("ready", "sending", "acknowledged"):
        connection.execute(
            "INSERT INTO attempt_log(outbox_seq, at_wall, state) SELECT seq, 0, ? FROM outbox"
            " WHERE seq > ?",
            (state, top),
        )
    connection.execute("COMMIT")


def _copy(
    connection: sqlite3.Connection,
    table: str,
    which: str,
    other: Mapping[str, str],
    span: tuple[int, int],
) -> None:
    """Copies rows of a table for each ``i`` of the span; ``other`` says which columns differ."""
    columns = [row["name"] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(other.get(name, f"one.{name}") for name in columns)
    connection.execute(
        f"""WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO {table}({", ".join(columns)})
            SELECT {values} FROM n CROSS JOIN (SELECT * FROM {table} WHERE {which}) AS one
            ORDER BY i, one.{columns[0]}""",
        span,
    )
