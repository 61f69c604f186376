"""Brings the store's file to the present schema: numbered SQL files, each in one transaction."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.clock import Clock, to_ms
from kiosk.faults import Fault

FOLDER = Path(__file__).with_name("migrations")

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_APPLIED = """CREATE TABLE IF NOT EXISTS migration(
  version INTEGER PRIMARY KEY, name TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK(length(sha256) = 32), applied_at INTEGER NOT NULL) STRICT"""


@dataclass(frozen=True)
class Migration:
    version: int
    name: str
    sql: str
    sha256: bytes


def upgrade(connection: sqlite3.Connection, path: Path, clock: Clock, folder: Path) -> None:
    """Checks the file and applies what is missing; each step is whole or not there at all.

    Raises `Fault`: STORE_NEWER when a newer program wrote the file, STORE_DAMAGED when a page is
    damaged or an applied migration is not the one this program knows.
    """
    known = migrations(folder)
    version = _version(connection)
    if version > len(known):
        raise Fault("STORE_NEWER", f"schema {version}, this program knows {len(known)}")
    _check_pages(connection)
    _check_applied(connection, known[:version])
    if 0 < version < len(known):
        _back_up(connection, path, version, clock)
    missing = known[version:]
    # A new store is made at once: nobody sees it half way and backs that up.
    for steps in [missing] if version == 0 else [[one] for one in missing]:
        _apply(connection, steps, clock)


def migrations(folder: Path) -> list[Migration]:
    """The files of a folder in order. Raises `ValueError` when a number is missing or doubled."""
    found: list[Migration] = []
    for file in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(file.name)
        if match is None or int(match[1]) != len(found) + 1:
            raise ValueError(f"migration out of order: {file.name}")
        data = file.read_bytes()
        sha256 = hashlib.sha256(data).digest()
        found.append(Migration(len(found) + 1, file.name, data.decode("utf-8"), sha256))
    return found


def statements(sql: str) -> Iterator[str]:
    """Splits a script. (``executescript`` would commit first and so break the one transaction.)"""
    part = ""
    for line in sql.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part.strip()
            part = ""
    if any(line.strip() and not line.strip().startswith("--") for line in part.splitlines()):
        raise ValueError("the last statement of a migration is not ended by a semicolon")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_pages(connection: sqlite3.Connection) -> None:
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise Fault("STORE_DAMAGED", "quick_check")


def _check_applied(connection: sqlite3.Connection, expected: list[Migration]) -> None:
    if not expected:
        return
    rows = connection.execute("SELECT version, sha256 FROM migration ORDER BY version").fetchall()
    applied = {int(row[0]): bytes(row[1]) for row in rows}
    for migration in expected:
        if applied.get(migration.version) != migration.sha256:
            raise Fault("STORE_DAMAGED", f"{migration.name} is not the one that was applied")


def _back_up(connection: sqlite3.Connection, path: Path, version: int, clock: Clock) -> None:
    """A whole copy beside the file, on disk before anything is changed."""
    moment = f"{to_ms(clock())}-{secrets.token_hex(2)}"  # another process may do the same right now
    copy = path.with_name(f"{path.stem}-schema{version}-{moment}{path.suffix}")
    copy.touch(mode=0o600)  # VACUUM INTO takes an empty file and keeps its mode
    connection.execute("VACUUM INTO ?", (str(copy),))
    descriptor = os.open(copy, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _apply(connection: sqlite3.Connection, steps: Sequence[Migration], clock: Clock) -> None:
    """All of them in one transaction, without those that another process was faster with."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps:
            if _version(connection) < step.version:
                _run(connection, step, clock)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _run(connection: sqlite3.Connection, migration: Migration, clock: Clock) -> None:
    connection.execute(_APPLIED)
    for statement in statements(migration.sql):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO migration(version, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
        (migration.version, migration.name, migration.sha256, to_ms(clock())),
    )
    connection.execute(f"PRAGMA user_version = {migration.version:d}")
