"""Seals what the store keeps about people: AES-256-GCM, each value bound to the place where it lies.

A sealed value is one byte for the format, eight for the key's id, twelve of nonce, then ciphertext and tag.
Table, row, column and key id are authenticated with it (the AAD), so that a value that was moved to another
row, changed or cut is refused. NIST SP 800-38D allows 2^32 random nonces under one key; a station that seals
ten thousand values a day gets there after a thousand years.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.faults import Fault

KEY_BYTES = 32
OVERHEAD = 1 + 8 + 12 + 16
"""Bytes that sealing adds to a value."""

UNREADABLE = frozenset({"VAULT_DAMAGED", "VAULT_KEY_OTHER"})
"""What a single value may be in a store whose own keys are all there: damaged, or of another station. It is
set apart and holds up nothing else."""

_FORMAT = b"\x01"
_ID, _NONCE, _TAG = 8, 12, 16
_HEAD = 1 + _ID + _NONCE
_VALUES = b"mot-cua vault 1: values"
_NAMES = b"mot-cua vault 1: key id"
_FILES = b"mot-cua vault 1: files"


@dataclass(frozen=True)
class Place:
    """Where a value lies: what it is bound to."""

    table: str
    row: str
    column: str

    def bound(self, key_id: bytes) -> bytes:
        """The authenticated data; each part with its length, so that no two places look alike."""
        parts = [one.encode() for one in (self.table, self.row, self.column)]
        return _FORMAT + key_id + b"".join(len(one).to_bytes(4, "big") + one for one in parts)


class Vault:
    """The station's keys, the newest last: that one seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Raises `ValueError` for no key, or one that hasn't 32 bytes."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a vault needs keys of {KEY_BYTES} bytes")
        self._ciphers = {derived(key, _NAMES, _ID): AESGCM(derived(key, _VALUES)) for key in keys}
        self._newest, self._seal = list(self._ciphers.items())[-1]
        self.file_keys = tuple(
            X25519PrivateKey.from_private_bytes(derived(key, _FILES)) for key in keys
        )
        """For whole files of this station (`kiosk.store.envelope`), the newest last."""

    def __repr__(self) -> str:
        return f"Vault({', '.join(self.ids)})"

    @property
    def ids(self) -> tuple[str, ...]:
        """The keys' ids in hex, the newest last; they say nothing about the keys."""
        return tuple(one.hex() for one in self._ciphers)

    def seal(self, data: bytes, place: Place) -> bytes:
        """The value as it may lie on the disk."""
        nonce = os.urandom(_NONCE)
        key_id = self._newest
        return _FORMAT + key_id + nonce + self._seal.encrypt(nonce, data, place.bound(key_id))

    def open(self, sealed: bytes, place: Place) -> bytes:
        """The value that was sealed for this place.

        Raises `Fault` VAULT_KEY_OTHER when its key isn't one of these, VAULT_DAMAGED when it was changed,
        cut, or is another place's.
        """
        if not is_sealed(sealed):
            raise Fault("VAULT_DAMAGED", f"{place.table}.{place.column}: not a sealed value")
        key_id, nonce = sealed[1 : 1 + _ID], sealed[1 + _ID : _HEAD]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise Fault("VAULT_KEY_OTHER", f"{place.table}.{place.column}: key {key_id.hex()}")
        try:
            return cipher.decrypt(nonce, sealed[_HEAD:], place.bound(key_id))
        except InvalidTag:
            raise Fault("VAULT_DAMAGED", f"{place.table}.{place.column}") from None


def is_sealed(data: bytes) -> bool:
    """Whether this has the form of a sealed value; papers, texts and messages never begin like one."""
    return len(data) >= OVERHEAD and data[:1] == _FORMAT


def derived(key: bytes, label: bytes, size: int = KEY_BYTES, salt: bytes | None = None) -> bytes:
    """HKDF-SHA256 (RFC 5869): a key for one purpose, from which no other can be reckoned."""
    return HKDF(SHA256(), size, salt, label).derive(key)
