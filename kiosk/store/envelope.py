"""A file that only one office can read: X25519 to its public key, HKDF-SHA256, AES-256-GCM in chunks.

The file is a head (magic, id of the office's key, a public key made for this one file) and chunks of 64 KiB,
each sealed under its number and whether it is the last. So chunks can't be swapped, dropped or added, and a
file that was cut is refused before anything of it is used. Nothing plain touches the disk on either side.
"""

from __future__ import annotations

import io
import os
from base64 import b64decode, b64encode
from typing import BinaryIO

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from kiosk.faults import Fault
from kiosk.store.vault import derived

CHUNK = 64 * 1024
MAGIC = b"MCUAENV1"
LARGEST_KEY_FILE = 16 * 1024

_ID, _PUBLIC, _TAG = 8, 32, 16
_HEAD = len(MAGIC) + _ID + _PUBLIC
_LABEL = b"mot-cua envelope 1"


class Sealing(io.RawIOBase):
    """A stream to write into; call `finish` at the end, or the file stays unreadable. Can't seek."""

    def __init__(self, target: BinaryIO, recipient: X25519PublicKey) -> None:
        super().__init__()
        own = X25519PrivateKey.generate()
        made = own.public_key().public_bytes_raw()
        self._head = MAGIC + key_id(recipient) + made
        self._cipher = AESGCM(_shared(own, recipient, self._head, recipient))
        self._target = target
        self._rest = bytearray()
        self._number = 0
        target.write(self._head)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: object) -> int:
        """Takes all of it. A chunk goes out once more than that is there, as the last one is marked."""
        given = memoryview(data).cast("B")  # type: ignore[arg-type]  # whatever has a buffer
        self._rest += given
        while len(self._rest) > CHUNK:
            self._put(bytes(self._rest[:CHUNK]), last=False)
            del self._rest[:CHUNK]
        return len(given)

    def finish(self) -> None:
        """Writes the last chunk; the target stays open."""
        self._put(bytes(self._rest), last=True)
        self._rest.clear()

    def _put(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._target.write(self._cipher.encrypt(nonce, plain, self._head))
        self._number += 1


class Opened(io.RawIOBase):
    """The plain content, readable at any place; each chunk is checked when it is read."""

    def __init__(self, source: BinaryIO, key: X25519PrivateKey) -> None:
        """Raises `Fault` BUNDLE_KEY_OTHER for another office's file, BUNDLE_REFUSED for a damaged one."""
        super().__init__()
        self._source = source
        self._head = source.read(_HEAD)
        if len(self._head) != _HEAD or not self._head.startswith(MAGIC):
            raise Fault("BUNDLE_REFUSED", "not a sealed file")
        if self._head[len(MAGIC) : len(MAGIC) + _ID] != key_id(key.public_key()):
            raise Fault("BUNDLE_KEY_OTHER", self._head[len(MAGIC) : len(MAGIC) + _ID].hex())
        made = X25519PublicKey.from_public_bytes(self._head[-_PUBLIC:])
        try:
            self._cipher = AESGCM(_shared(key, made, self._head, key.public_key()))
        except ValueError:  # a point of small order
            raise Fault("BUNDLE_REFUSED", "public key") from None
        sealed = source.seek(0, os.SEEK_END) - _HEAD
        self._chunks = max(-(-sealed // (CHUNK + _TAG)), 1)
        self._size = sealed - self._chunks * _TAG
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._chunk(self._chunks - 1)  # the last one, marked as such: the file was not cut

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As files do. Raises `ValueError` for a place before the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """The present place."""
        return self._at

    def readinto(self, buffer: object) -> int:
        """At most the rest of one chunk. Raises `Fault` BUNDLE_REFUSED for a chunk that was changed."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # whatever has a buffer
        if self._at >= self._size:
            return 0
        number, inside = divmod(self._at, CHUNK)
        part = self._chunk(number)[inside : inside + len(target)]
        target[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        """Closes the file, too."""
        if not self.closed:
            self._source.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(_HEAD + number * (CHUNK + _TAG))
            sealed = self._source.read(CHUNK + _TAG)
            nonce = _nonce(number, last=number == self._chunks - 1)
            try:
                self._held = (number, self._cipher.decrypt(nonce, sealed, self._head))
            except (InvalidTag, ValueError):
                raise Fault("BUNDLE_REFUSED", "changed or cut") from None
        return self._held[1]


def key_id(key: X25519PublicKey) -> bytes:
    """Which key a file is for: a part of the key's SHA-256."""
    digest = Hash(SHA256())
    digest.update(key.public_bytes_raw())
    return digest.finalize()[:_ID]


def public_key(text: str) -> X25519PublicKey:
    """A public key as settings have it: the base64 of its 32 bytes. Raises `ValueError`."""
    key = X25519PublicKey.from_public_bytes(b64decode(text, validate=True))
    X25519PrivateKey.generate().exchange(key)  # refuses points of small order
    return key


def public_text(key: X25519PrivateKey) -> str:
    """The public half, as settings have it."""
    return b64encode(key.public_key().public_bytes_raw()).decode()


def private_pem(key: X25519PrivateKey, passphrase: str) -> bytes:
    """The private half for the office's keeping: PKCS #8 in PEM, encrypted with the passphrase."""
    if not passphrase:
        raise ValueError("a passphrase is needed")
    protection = BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def private_key(pem: bytes, passphrase: str) -> X25519PrivateKey:
    """The key in such a file. Raises `Fault` BUNDLE_KEY_OTHER: no such key, or another passphrase."""
    try:
        key = load_pem_private_key(pem, passphrase.encode() if passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm, OverflowError, MemoryError) as error:
        raise Fault("BUNDLE_KEY_OTHER", type(error).__name__) from None
    if not isinstance(key, X25519PrivateKey):
        raise Fault("BUNDLE_KEY_OTHER", "not an X25519 key")
    return key


def _shared(
    own: X25519PrivateKey, other: X25519PublicKey, head: bytes, recipient: X25519PublicKey
) -> bytes:
    secret = own.exchange(other)
    return derived(secret, _LABEL, salt=head + recipient.public_bytes_raw())


def _nonce(number: int, *, last: bool) -> bytes:
    """Never twice under a key: each file has its own. (The construction STREAM.)"""
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
