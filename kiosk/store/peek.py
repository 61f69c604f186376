"""Looks into a store without changing it: no upgrade, no backup, not even by a newer program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.faults import Fault
from kiosk.store import migrate
from kiosk.store.errors import fault_of
from kiosk.store.link import Reader
from kiosk.store.vault import Vault

_BUSY_MS = 5000


@contextmanager
def peek(path: Path, vault: Vault | None = None) -> Iterator[Reader]:
    """A reader of a store as it is, also beside a running station and on a disk that is read-only.

    The schema may be an older one: ask `schema` before reading a younger table. Raises `Fault`
    STORE_NEWER, STORE_DAMAGED, STORE_BUSY, or DISK_FULL where the file can't be opened at all.
    """
    try:
        connection = _open(path)
    except sqlite3.Error as error:
        raise fault_of(error) or error from error
    try:
        reader = Reader(connection, vault)
        known = len(migrate.migrations(migrate.FOLDER))
        found = schema(reader)
        if found > known:
            raise Fault("STORE_NEWER", f"schema {found}, this program knows {known}")
        yield reader
    finally:
        connection.close()


def schema(reader: Reader) -> int:
    """Which migration the store has come to; 0 for a file without tables."""
    return reader.number("PRAGMA user_version")


def _open(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        connection.close()
        if not _is_at_rest(path):
            raise
        # WAL needs a file for its index; where none can be made, nobody can write either.
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    connection.execute("PRAGMA query_only=ON")
    return connection


def _is_at_rest(path: Path) -> bool:
    """Whether everything is in the one file: it was closed well."""
    wal = path.with_name(path.name + "-wal")
    return path.is_file() and not (wal.exists() and wal.stat().st_size)
