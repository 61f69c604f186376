"""Which keys a store's values are sealed with, and what an upgrade does to values of before there were any."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from kiosk.faults import Fault
from kiosk.store import keys
from kiosk.store.envelope import Opened, Sealing
from kiosk.store.files import name_once
from kiosk.store.link import Reader
from kiosk.store.peek import peek, schema
from kiosk.store.vault import Place, Vault

SINCE = 7
"""The schema from which on nothing about people lies in the store in the clear."""

SEALED = ".sealed"
"""Ends the name of a whole file that was sealed with the station's key."""

_KEY = "vault_key:"
_EMPTIED = "vault_log_emptied"
_COPY = re.compile(r"-schema(\d+)-")
_PART = 1024 * 1024


def needed(store: Path) -> list[str]:
    """Ids of the keys that sealed something in this store; none where there is no store, or an old one.

    Raises what `peek` raises.
    """
    if not store.exists():
        return []
    with peek(store) as reader:
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'meta'"
        return [str(row[0]) for row in reader.rows(_NOTED)] if reader.number(tables) else []


def prepare(connection: sqlite3.Connection, vault: Vault | None) -> None:
    """Gives migrations the function ``seal(table, row, column, value)``, and checks the vault's keys.

    Raises `Fault` VAULT_KEY_OTHER before anything is written.
    """
    connection.create_function("seal", 4, _sql_seal(vault))
    tables = "SELECT count(*) FROM sqlite_master WHERE name = 'meta'"
    if vault is not None and connection.execute(tables).fetchone()[0]:
        keys.check(vault, [str(row[0]) for row in connection.execute(_NOTED)])


def settle(connection: sqlite3.Connection, store: Path, vault: Vault | None, at_ms: int) -> bool:
    """After the upgrade: notes the key in use, and seals copies that were made of a store in the clear.

    Gives False when `empty_log` must be tried again.
    """
    if vault is None or int(connection.execute("PRAGMA user_version").fetchone()[0]) < SINCE:
        return True
    newest = vault.ids[-1]
    if newest not in [str(row[0]) for row in connection.execute(_NOTED)]:
        connection.execute(
            "INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (_KEY + newest, str(at_ms)),
        )
    emptied = empty_log(connection, at_ms)
    _seal_copies(store, vault)
    return emptied


def empty_log(connection: sqlite3.Connection, at_ms: int) -> bool:
    """Takes what was plain out of the log, once, and notes it afterwards; gives whether that is done.

    Somebody who reads just now prevents it: then it is tried again at a checkpoint and at the next start.
    """
    noted = "SELECT count(*) FROM meta WHERE name = ?"
    if connection.execute(noted, (_EMPTIED,)).fetchone()[0]:
        return True
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        return False
    note = "INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT DO NOTHING"
    connection.execute(note, (_EMPTIED, str(at_ms)))
    return True


def sweep(store: Path) -> int:
    """Removes what upgrades left that were cut off, and gives the number; whole copies stay.

    For the start, under the state lock, with the store at the present schema: each upgrade has made a
    whole copy of its own. A copy with a journal beside it is one that was never finished.
    """
    found = list(store.parent.glob(f".{store.stem}-schema*{store.suffix}-*{SEALED}"))
    for journal in store.parent.glob(f"{store.stem}-schema*{store.suffix}-journal"):
        found += [journal.with_name(journal.name.removesuffix("-journal")), journal]
    for file in found:
        file.unlink(missing_ok=True)
    return len(found)


_NOTED = f"""SELECT substr(name, {len(_KEY) + 1}) FROM meta WHERE name LIKE '{_KEY}%'
  ORDER BY CAST(value AS INTEGER), name"""  # noqa: S608  a constant of this file


def _sql_seal(vault: Vault | None) -> Callable[..., bytes | None]:
    def seal(table: str, row: str, column: str, value: str | bytes | None) -> bytes | None:
        if value is None:
            return None
        if vault is None:
            raise Fault("VAULT_KEY_MISSING", "an upgrade that seals")
        data = value.encode() if isinstance(value, str) else value
        return vault.seal(data, Place(table, row, column))

    return seal


def opened(reader: Reader, value: bytes, place: Place) -> bytes:
    """A stored value in the clear; as it is where the store is one of before values were sealed.

    Raises `Fault` as `Vault.open` does, and VAULT_KEY_MISSING.
    """
    if not reader.has_vault and schema(reader) < SINCE:
        return value
    return reader.vault.open(value, place)


def _seal_copies(store: Path, vault: Vault) -> None:
    for copy in sorted(store.parent.glob(f"{store.stem}-schema*{store.suffix}")):
        schema = _COPY.search(copy.name[len(store.stem) :])
        if schema is not None and int(schema[1]) < SINCE:
            seal_file(copy, vault)


def seal_file(plain: Path, vault: Vault) -> None:
    """Puts a sealed file in the place of a plain one; cut off anywhere, one of the two is whole.

    Raises `Fault` DISK_FULL.
    """
    target = plain.with_name(plain.name + SEALED)
    part = plain.with_name(f".{plain.name}-{secrets.token_hex(4)}{SEALED}")
    try:
        if not target.exists():
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with plain.open("rb") as source, os.fdopen(descriptor, "wb") as stream:
                _pump(source, stream, vault)
            name_once(part, target)
        plain.unlink()
    except OSError as error:
        raise Fault("DISK_FULL", f"{plain.name}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def open_file(sealed: Path, target: Path, vault: Vault) -> None:
    """Writes a sealed file's content in the clear, for whoever must put a copy back.

    ``target`` gets its name when it is whole; what is there already is never touched. Raises `Fault` VAULT_KEY_OTHER, VAULT_DAMAGED, SYSTEM_REFUSED (``target`` or a log of it is there), DISK_FULL.
    """
    for name in (target.name, f"{target.name}-wal", f"{target.name}-journal"):
        if os.path.lexists(target.with_name(name)):  # SQLite would play a log into the copy
            raise Fault("SYSTEM_REFUSED", f"{name}: there already")
    for key in reversed(vault.file_keys):
        try:
            with closing(Opened(sealed.open("rb"), key)) as opened:
                _write(opened, target)
        except Fault as fault:
            if fault.code == "BUNDLE_KEY_OTHER":
                continue
            if fault.code == "BUNDLE_REFUSED":
                raise Fault("VAULT_DAMAGED", sealed.name) from None
            raise
        except FileExistsError as error:
            raise Fault("SYSTEM_REFUSED", f"{target.name}: there already") from error
        except OSError as error:
            raise Fault("DISK_FULL", f"{target.name}: {error.strerror}") from error
        return
    raise Fault("VAULT_KEY_OTHER", sealed.name)


def _write(opened: Opened, target: Path) -> None:
    part = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            while data := opened.read(_PART):
                stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        name_once(part, target)
    finally:
        part.unlink(missing_ok=True)


def _pump(source: BinaryIO, target: BinaryIO, vault: Vault) -> None:
    sealing = Sealing(target, vault.file_keys[-1].public_key())
    while part := source.read(_PART):
        sealing.write(part)
    sealing.finish()
    target.flush()
    os.fsync(target.fileno())
