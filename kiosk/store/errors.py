"""Which SQLite errors are faults of the world, and which fault they are."""

from __future__ import annotations

import sqlite3

from kiosk.faults import Fault

_PRIMARY = 0xFF
_NO_ROOM = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def fault_of(error: sqlite3.Error) -> Fault | None:
    """The fault behind an error of SQLite; None means a bug of ours (bad SQL, broken constraint).

    The detail is the error's symbolic name only: SQLite's own text may quote a value.
    """
    primary = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if primary in _NO_ROOM:
        return Fault("DISK_FULL", name)
    if primary in _DAMAGED:
        return Fault("STORE_DAMAGED", name)
    if primary in _BUSY:
        return Fault("STORE_BUSY", name)
    return None
