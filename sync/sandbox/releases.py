"""Signed releases of the catalogue: whatever lies in a folder, listed, numbered and signed.

``DIR/catalogue/*.toml`` are the procedures (those that ship, at the first start); ``DIR/catalogue.key`` is the
publisher's Ed25519 key, made at the first start. A changed folder is a new release with the next number.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import resources
from kiosk.clock import now
from sync.catalogue_feed import DOMAIN
from sync.sandbox.database import Database
from sync.sandbox.rows import Rows

SCHEMA = """
CREATE TABLE IF NOT EXISTS release(
  serial INTEGER PRIMARY KEY, files TEXT NOT NULL, manifest TEXT NOT NULL) STRICT
"""
_KEY_BYTES = 32


@dataclass(frozen=True)
class Release:
    """``signature`` covers `sync.catalogue_feed.DOMAIN` and the manifest."""

    serial: int
    manifest: str
    signature: bytes

    @property
    def tag(self) -> str:
        """The ETag: another text is another release."""
        return f'"{self.serial}-{hashlib.sha256(self.manifest.encode()).hexdigest()[:16]}"'


class Releases:
    """The publisher. Makes key and folder where there are none. Raises `OSError`."""

    def __init__(self, database: Database) -> None:
        home = database.file.parent
        self._database = database
        self._folder = home / "catalogue"
        if not self._folder.exists():
            new = Path(tempfile.mkdtemp(dir=home)) / "catalogue"
            shutil.copytree(resources.path("procedures"), new)
            new.replace(self._folder)
            new.parent.rmdir()
        self._key = _key(home / "catalogue.key")

    @property
    def public_key(self) -> str:
        """As ``feeds.catalogue_keys`` of a station's settings wants it."""
        return b64encode(self._key.public_key().public_bytes_raw()).decode("ascii")

    def latest(self) -> Release:
        """The release of what lies in the folder now."""
        files = json.dumps([_listed(file) for file in self._files()])
        serial, manifest = self._database.write(lambda rows: _numbered(rows, files)).result()
        return Release(serial, manifest, self._key.sign(DOMAIN + manifest.encode()))

    def file(self, sha256: str) -> bytes | None:
        """The content with this hash, or None."""
        found = (file.read_bytes() for file in self._files())
        return next((data for data in found if hashlib.sha256(data).hexdigest() == sha256), None)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.toml"))


def _listed(file: Path) -> dict[str, object]:
    data = file.read_bytes()
    return {"name": file.name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _numbered(rows: Rows, files: str) -> tuple[int, str]:
    """The release with these files: the last one, or a new one with the next number."""
    last = rows.execute(
        "SELECT serial, files, manifest FROM release ORDER BY serial DESC LIMIT 1"
    ).fetchone()
    if last is not None and last[1] == files:
        return int(last[0]), str(last[2])
    serial = last[0] + 1 if last else 1
    made_at = now().isoformat(timespec="seconds")
    manifest = json.dumps({"serial": serial, "made_at": made_at, "files": json.loads(files)})
    rows.execute("INSERT INTO release VALUES(?,?,?)", (serial, files, manifest))
    return serial, manifest


def _key(file: Path) -> Ed25519PrivateKey:
    if not file.exists():
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
        new.replace(file)
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes()[:_KEY_BYTES])
