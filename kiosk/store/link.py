"""Connections to the store's file, and the two things code may hold: a reader and a transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kiosk.clock import monotonic_ms, to_ms
from kiosk.faults import Fault
from kiosk.store.errors import fault_of
from kiosk.store.vault import Vault

Value = str | int | bytes | None
Values = Sequence[Value] | Mapping[str, Value]
Row = sqlite3.Row

_BUSY_MS = 5000
_STATEMENTS = 512
"""How many statements stay prepared: more than the program has, so that none is ever parsed twice."""
_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "wal_autocheckpoint=4000",  # only where `checkpoint` could not keep pace
    "journal_size_limit=67108864",
    "secure_delete=ON",
)


def connect(path: Path) -> sqlite3.Connection:
    """A new connection with the house's pragmas and no implicit transactions.

    Python's own thread check is off because `Database` guards the writer by a lock and gives every
    reading thread its own connection. A new file is this user's alone (0600), whatever its folder is.
    """
    with suppress(OSError):  # SQLite tells it better
        path.touch(mode=0o600)
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        _use_wal(connection)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switches to WAL. SQLite does not wait when two programs do so with a new file, so we do."""
    give_up = monotonic_ms() + _BUSY_MS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic_ms() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


class Reader:
    """Reads committed data. It can't write: its connection is ``query_only``."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault | None = None) -> None:
        self._connection = connection
        self._vault = vault

    @property
    def has_vault(self) -> bool:
        """Whether it was given keys."""
        return self._vault is not None

    @property
    def vault(self) -> Vault:
        """What opens the sealed values. Raises `Fault` VAULT_KEY_MISSING where the reader was given none."""
        if self._vault is None:
            raise Fault("VAULT_KEY_MISSING", "opened without a key")
        return self._vault

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

    def __init__(
        self, connection: sqlite3.Connection, at: datetime, vault: Vault | None = None
    ) -> None:
        super().__init__(connection, vault)
        self.at = at
        self.at_ms = to_ms(at)
        """``at`` in milliseconds, as rows keep it."""

    def execute(self, sql: str, values: Values = ()) -> int:
        """Runs one statement and gives the number of rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Values = ()) -> int:
        """Runs one INSERT and gives the new row's integer key."""
        return self._connection.execute(sql, values).lastrowid or 0

    def execute_each(self, sql: str, values: Iterable[Values]) -> None:
        """Runs one statement for each set of values."""
        self._connection.executemany(sql, values)
