"""Connections to the store's file, and the two things code may hold: a reader and a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kiosk.clock import to_ms
from kiosk.store.errors import fault_of

Value = str | int | bytes | None
Values = Sequence[Value] | Mapping[str, Value]
Row = sqlite3.Row

# busy_timeout stands first: changing the journal mode may already have to wait for another process.
_PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "wal_autocheckpoint=1000",
    "journal_size_limit=67108864",
    "secure_delete=ON",
)


def connect(path: Path) -> sqlite3.Connection:
    """A new connection with the house's pragmas and no implicit transactions.

    Python's own thread check is off because `Database` guards the writer by a lock and gives every
    reading thread its own connection.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Reader:
    """Reads committed data. It can't write: its connection is ``query_only``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows of a query. Raises `Fault` when the file can't be read."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            fault = fault_of(error)
            if fault is None:
                raise
            raise fault from error

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def number(self, sql: str, values: Values = ()) -> int:
        """The single whole number a query gives; NULL counts as 0."""
        found = self.row(sql, values)
        return int(found[0] or 0) if found else 0


class Transaction(Reader):
    """An open write transaction. All rows written in it carry the one moment ``at``."""

    def __init__(self, connection: sqlite3.Connection, at: datetime) -> None:
        super().__init__(connection)
        self.at = at

    @property
    def at_ms(self) -> int:
        """``at`` in milliseconds, as rows keep it."""
        return to_ms(self.at)

    def execute(self, sql: str, values: Values = ()) -> int:
        """Runs one statement and gives the number of rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Values = ()) -> int:
        """Runs one INSERT and gives the new row's integer key."""
        return self._connection.execute(sql, values).lastrowid or 0

    def execute_each(self, sql: str, values: Iterable[Values]) -> None:
        """Runs one statement for each set of values."""
        self._connection.executemany(sql, values)
