"""The catalogue as a signed release: fetched whole, checked whole, applied in one transaction, or left alone.

``GET <path>`` with ``If-None-Match`` answers 304, or ``{"manifest": "<text>", "signature": "<base64>"}``. The
text is JSON, ``{"serial": 3, "made_at": "2026-11-24T01:00:00Z", "files": [{"name", "sha256", "size"}, …]}``, and
the Ed25519 signature covers `DOMAIN` and exactly its bytes. ``GET <path>/files/<sha256>`` gives a file. Whatever
goes wrong, the last good catalogue stays in use.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from kiosk import feeds
from kiosk.catalogue import release
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.release import Release
from kiosk.feeds import Standing
from kiosk.store.database import Database
from sync.cursor_feed import Asks
from sync.portal.driver import NotThePortal
from sync.portal.transport import Failed, Reply, refusal

SOURCE = "catalogue"
DOMAIN = b"mot-cua catalogue 1\n"
"""Stands before the signed bytes, so that a signature made for something else never fits."""

MOST_FILES = 8000
LARGEST_FILE = 256 * 1024
LARGEST_RELEASE = 64 * 1024 * 1024

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}\.toml")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST_SERIAL = 2**53 - 1
_IDENTITY = {"Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Listed:
    """A file of a release. ``size`` in bytes."""

    name: str
    sha256: str
    size: int


class CatalogueFeed:
    """Brings new releases into ``catalogue``, which others read meanwhile. For one thread at a time."""

    source = SOURCE

    def __init__(
        self,
        path: str,
        keys: Sequence[Ed25519PublicKey],
        portal: Asks,
        database: Database,
        catalogue: Catalogue,
    ) -> None:
        self._path = path
        self._keys = keys
        self._portal = portal
        self._database = database
        self._catalogue = catalogue

    def look(self, cancel: Cancel) -> int:
        """Fetches and applies a newer release; gives the number of files in it, 0 when there is none.

        Raises `Failed` (network, portal), `Fault` ``FEED_UNFIT``, ``CATALOGUE_SIGNATURE``, ``CATALOGUE_OLDER``,
        ``CATALOGUE_UNFIT`` or of the store, and `Cancelled` between two files.
        """
        stands = feeds.load(self._database.read(), SOURCE)
        tag = stands.tag
        reply = self._get(self._path, {"If-None-Match": tag} if tag else {})
        if reply.status == 304 and tag:
            self._note(stands, tag)
            return 0
        if reply.status != 200:
            raise Failed(refusal(reply))
        text, signature = self._verified(reply)
        new, listed = read_manifest(text, signature)
        new_tag = _tag(reply)
        if new.serial <= stands.cursor:
            self._check_same(stands, new)
            self._note(stands, new_tag)
            return 0
        files = {one.name: self._file(one, cancel) for one in listed}
        self._apply(new, files, new_tag)
        return len(files)

    def _get(self, path: str, headers: Mapping[str, str]) -> Reply:
        return self._portal.exchange("GET", path, b"", {**_IDENTITY, **headers})

    def _verified(self, reply: Reply) -> tuple[str, bytes]:
        """The manifest's text and signature, if one of the keys made it."""
        if not reply.is_json:
            raise Failed(NotThePortal(f"content type {reply.content_type[:60]}", reply.status))
        said = _object(reply.body)
        text, encoded = said.get("manifest"), said.get("signature")
        if not isinstance(text, str):
            raise Fault("FEED_UNFIT", "manifest")
        try:
            signed = DOMAIN + text.encode("utf-8")
            signature = b64decode(encoded if isinstance(encoded, str) else "", validate=True)
        except (binascii.Error, ValueError):  # UnicodeEncodeError is one
            raise Fault("CATALOGUE_SIGNATURE", "no signature") from None
        if not any(_signed_by(key, signature, signed) for key in self._keys):
            raise Fault("CATALOGUE_SIGNATURE", "by none of the keys")
        return text, signature

    def _check_same(self, stands: Standing, new: Release) -> None:
        """Old releases aren't taken again, nor two of the same number."""
        if new.serial < stands.cursor:
            raise Fault("CATALOGUE_OLDER", f"serial {new.serial} after {stands.cursor}")
        kept = release.manifest_sha256(self._database.read(), new.serial)
        if kept != hashlib.sha256(new.manifest.encode()).hexdigest():
            raise Fault("CATALOGUE_OLDER", f"serial {new.serial} with other content")

    def _file(self, one: Listed, cancel: Cancel) -> bytes:
        """From the store where it came before, else from the portal; it is what the manifest lists."""
        if cancel.asked:
            raise Cancelled
        kept = release.content(self._database.read(), one.sha256)
        if kept is not None:
            return kept
        reply = self._get(f"{self._path}/files/{one.sha256}", {})
        if reply.status != 200:
            raise Failed(refusal(reply))
        found = hashlib.sha256(reply.body).hexdigest()
        if (found, len(reply.body)) != (one.sha256, one.size):
            raise Failed(NotThePortal("a file that the manifest doesn't list", reply.status))
        return reply.body

    def _apply(self, new: Release, files: Mapping[str, bytes], tag: str) -> None:
        after, procedures = release.check(self._catalogue, files)
        with self._database.transaction() as tx:
            release.keep(tx, new, procedures, files)
            feeds.advance(tx, SOURCE, "", new.serial, tag=tag, news=True)
        self._catalogue.become(after)

    def _note(self, stands: Standing, tag: str) -> None:
        with self._database.transaction() as tx:
            feeds.advance(tx, SOURCE, "", stands.cursor, tag=tag, news=False)


def public_key(text: str) -> Ed25519PublicKey:
    """A publisher's key from the base64 of its 32 bytes. Raises `ValueError`."""
    try:
        return Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
    except ValueError:
        raise ValueError("an Ed25519 key is 32 bytes in base64") from None


def read_manifest(text: str, signature: bytes) -> tuple[Release, list[Listed]]:
    """A verified manifest and its files. Raises `Fault` ``CATALOGUE_UNFIT``."""
    try:
        said = _object(text.encode("utf-8"))
        serial, files = said["serial"], said["files"]
        made_at = datetime.fromisoformat(said["made_at"])
        listed = [Listed(one["name"], one["sha256"], one["size"]) for one in files]
    except (Fault, LookupError, TypeError, ValueError):
        raise Fault("CATALOGUE_UNFIT", "manifest") from None
    if type(serial) is not int or not 0 < serial <= _LARGEST_SERIAL or made_at.tzinfo is None:
        raise Fault("CATALOGUE_UNFIT", "serial or made_at")
    if not 0 < len(listed) <= MOST_FILES or not all(_is_sound(one) for one in listed):
        raise Fault("CATALOGUE_UNFIT", "files")
    names = {one.name for one in listed}
    if len(names) != len(listed) or sum(one.size for one in listed) > LARGEST_RELEASE:
        raise Fault("CATALOGUE_UNFIT", "files")
    return Release(serial, made_at, text, signature), listed


def _is_sound(one: Listed) -> bool:
    texts = isinstance(one.name, str) and isinstance(one.sha256, str)
    if not texts or type(one.size) is not int or not 0 < one.size <= LARGEST_FILE:
        return False
    return bool(_NAME.fullmatch(one.name) and _SHA256.fullmatch(one.sha256))


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Fault("FEED_UNFIT", type(error).__name__) from None
    if not isinstance(said, dict):
        raise Fault("FEED_UNFIT", "no object")
    return said


def _tag(reply: Reply) -> str:
    found = reply.headers.get("etag", "")
    return found if _TAG.fullmatch(found) else ""


def _signed_by(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True
