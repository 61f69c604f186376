"""DG15: the public key of active authentication (ICAO 9303-10 §4.7.15)."""

from __future__ import annotations

from devices.idcard import lds, spki, tlv
from devices.idcard.spki import PublicKey


def parse(data: bytes) -> PublicKey:
    """The key in the whole file. Raises `Fault` ``TLV_BROKEN`` and ``KEY_UNSUPPORTED``."""
    return spki.load(tlv.parse(data, lds.DG15.tag).value)


def build(key: bytes) -> bytes:
    """DG15 around a SubjectPublicKeyInfo."""
    return tlv.build(lds.DG15.tag, key)
