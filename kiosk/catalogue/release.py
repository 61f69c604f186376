"""Releases of the catalogue that came by feed: checked as a whole, applied in one transaction, or not at all."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.errors import CatalogueError
from kiosk.catalogue.load import load_catalogue, parse_procedure
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import from_ms, to_ms
from kiosk.faults import Fault
from kiosk.store.link import Reader, Transaction

log = logging.getLogger(__name__)

_LONGEST_DETAIL = 150
_LONGEST_WORDS = 4000
_ODD_VALUES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a file may provoke that is valid TOML and still nonsense, such as a schema that contains itself."""


@dataclass(frozen=True, repr=False)
class Release:
    """A signed list as it was verified. ``serial`` only ever rises."""

    serial: int
    made_at: datetime
    manifest: str
    signature: bytes


@dataclass(frozen=True)
class Applied:
    """The release in use. ``made_at`` is the publisher's word, ``came_at`` the station's."""

    serial: int
    made_at: datetime
    came_at: datetime


def latest(reader: Reader) -> Applied | None:
    """The release in use; None while only the catalogue that ships is."""
    row = reader.row("SELECT * FROM catalogue_release ORDER BY serial DESC LIMIT 1")
    if row is None:
        return None
    return Applied(row["serial"], from_ms(row["made_at"]), from_ms(row["came_at"]))


def manifest_sha256(reader: Reader, serial: int) -> str:
    """Of the list that was applied under this serial; empty when none was."""
    row = reader.row("SELECT manifest FROM catalogue_release WHERE serial = ?", (serial,))
    return "" if row is None else hashlib.sha256(row["manifest"].encode()).hexdigest()


def content(reader: Reader, sha256: str) -> bytes | None:
    """A file that came before, by the hash of its content."""
    row = reader.row("SELECT content FROM catalogue_file WHERE sha256 = ?", (sha256,))
    return None if row is None else bytes(row["content"])


def load(reader: Reader, *, fed: bool = True) -> Catalogue:
    """What a station offers: the latest release, or what ships as long as there is none.

    ``fed=False``: the station takes no releases any more and offers what ships. All other versions stay
    known. A kept file that this program can't read any more is logged and left out.
    """
    shipped = load_catalogue()
    offered: list[Procedure] = []
    retired: list[Procedure] = []
    for row in reader.rows("SELECT * FROM catalogue_file"):
        try:
            one = parse_procedure(bytes(row["content"]), f"{row['code']} {row['version']}")
        except CatalogueError as error:
            log.error("kept procedure not used: %s", error)
            continue
        (offered if row["offered"] and fed else retired).append(one)
    if not offered:
        return Catalogue(shipped.offered(), retired)
    try:
        return Catalogue(offered, [*shipped.known(), *retired])
    except CatalogueError as error:
        log.error("kept catalogue not used: %s", error)
        return shipped


def check(catalogue: Catalogue, files: Mapping[str, bytes]) -> tuple[Catalogue, list[Procedure]]:
    """The catalogue after a release of these files (by name), and the procedures in them, in their order.

    Raises `Fault` ``CATALOGUE_UNFIT`` when any of them can't be used; then none is. The log has every
    mistake; a catalogue is public, so that they may quote it.
    """
    try:
        procedures = [parse_procedure(data, name) for name, data in files.items()]
        if not procedures:
            raise CatalogueError("no procedure at all")
        return catalogue.replaced(procedures), procedures
    except CatalogueError as error:
        log.error("release not used: %s", str(error)[:_LONGEST_WORDS])
        raise Fault("CATALOGUE_UNFIT", str(error)[:_LONGEST_DETAIL]) from error
    except _ODD_VALUES as error:
        raise Fault("CATALOGUE_UNFIT", type(error).__name__) from error


def keep(
    tx: Transaction, release: Release, procedures: list[Procedure], files: Mapping[str, bytes]
) -> None:
    """Writes a checked release down; from the commit on it is what a start loads."""
    tx.execute("UPDATE catalogue_file SET offered = 0 WHERE offered = 1")
    for one, data in zip(procedures, files.values(), strict=True):
        tx.execute(
            """INSERT INTO catalogue_file(code, version, sha256, content, offered, came_at)
                 VALUES (?, ?, ?, ?, 1, ?)
               ON CONFLICT(code, version) DO UPDATE SET
                 sha256 = excluded.sha256, content = excluded.content, offered = 1""",
            (one.code, one.version, hashlib.sha256(data).hexdigest(), data, tx.at_ms),
        )
    tx.execute(
        """INSERT INTO catalogue_release(serial, made_at, came_at, manifest, signature)
           VALUES (?, ?, ?, ?, ?)""",
        (
            release.serial,
            to_ms(release.made_at),
            tx.at_ms,
            release.manifest,
            release.signature,
        ),
    )
