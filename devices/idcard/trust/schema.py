"""The tables of the trust store, and what the file is opened with."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from devices.fault import Fault

VERSION = 1
MEMORY = ":memory:"
_BUSY_MS = 5_000
_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF")

_TABLES = """
CREATE TABLE IF NOT EXISTS certificate (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  der BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('csca', 'link')),
  subject TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject_key BLOB NOT NULL, -- canonical name, for look-ups
  issuer_key BLOB NOT NULL,
  ski BLOB NOT NULL,
  aki BLOB NOT NULL,
  not_before TEXT NOT NULL,
  not_after TEXT NOT NULL,
  named INTEGER NOT NULL CHECK (named IN (0, 1)), -- 0: a curve nobody published
  confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  source TEXT NOT NULL,
  list_sha256 TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  imported_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS certificate_ski ON certificate (ski);
CREATE INDEX IF NOT EXISTS certificate_subject ON certificate (subject_key);

CREATE TABLE IF NOT EXISTS crl (
  id INTEGER PRIMARY KEY,
  issuer_key BLOB NOT NULL,
  signer TEXT NOT NULL REFERENCES certificate (sha256),
  issuer TEXT NOT NULL,
  this_update TEXT NOT NULL,
  next_update TEXT NOT NULL,
  der BLOB NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  imported_at TEXT NOT NULL,
  imported_by TEXT NOT NULL,
  UNIQUE (issuer_key, signer)
) STRICT;
CREATE TABLE IF NOT EXISTS revoked (
  crl INTEGER NOT NULL REFERENCES crl (id) ON DELETE CASCADE,
  serial TEXT NOT NULL, -- hexadecimal: it may have 20 bytes
  PRIMARY KEY (crl, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS pinned (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  subject TEXT NOT NULL,
  pinned_at TEXT NOT NULL,
  pinned_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS audit (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('import', 'enable', 'disable', 'pin', 'confirm')),
  sha256 TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END;
"""


def connect(path: Path | str) -> sqlite3.Connection:
    """Opens the store and makes its tables if it is new. Raises `Fault` ``TRUST_STORE``.

    A new file is this user's alone. The caller guards the connection: threads may share it.
    """
    if path != MEMORY:
        with suppress(OSError):  # SQLite tells it better
            Path(path).touch(mode=0o600)
    try:
        link = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise fault_of(error) from error
    try:
        link.row_factory = sqlite3.Row
        link.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        _use_wal(link)
        for pragma in _PRAGMAS:
            link.execute(f"PRAGMA {pragma}").fetchall()
        _upgrade(link)
    except sqlite3.Error as error:
        link.close()
        raise fault_of(error) from error
    except BaseException:
        link.close()
        raise
    return link


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Opens a store that exists without writing anything, also in a folder that can't be written.

    Raises `Fault` ``TRUST_STORE``.
    """
    try:
        return _open_to_read(path, "mode=ro")
    except sqlite3.Error as error:
        if path.with_name(f"{path.name}-wal").exists():
            raise fault_of(error) from error
    try:  # SQLite wants to make files beside it: nobody is writing now, so none are needed
        return _open_to_read(path, "mode=ro&immutable=1")
    except sqlite3.Error as error:
        raise fault_of(error) from error


def _open_to_read(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?{how}"
    link = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        link.row_factory = sqlite3.Row
        link.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        link.execute("PRAGMA trusted_schema=OFF")
        found = _version(link)
        if found != VERSION:
            raise Fault("TRUST_STORE", f"version {found}, {VERSION} is known here")
    except BaseException:
        link.close()
        raise
    return link


def fault_of(error: sqlite3.Error) -> Fault:
    """The symbolic name only: SQLite's own text may quote a value."""
    return Fault("TRUST_STORE", getattr(error, "sqlite_errorname", type(error).__name__))


def _use_wal(link: sqlite3.Connection) -> None:
    """SQLite doesn't wait when two programs switch a new file to WAL, so we do."""
    give_up = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            link.execute("PRAGMA journal_mode=WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


def _upgrade(link: sqlite3.Connection) -> None:
    """Harmless when another program does the same at the same time."""
    found = _version(link)
    if found not in (0, VERSION):
        raise Fault("TRUST_STORE", f"version {found}, {VERSION} is known here")
    if found == 0:
        link.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version={VERSION}; COMMIT;")


def _version(link: sqlite3.Connection) -> int:
    return int(link.execute("PRAGMA user_version").fetchone()[0])
