"""Triple DES and AES, their MACs, padding and key derivation (ICAO 9303-11 §9.7 and §9.8)."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from devices.fault import Fault

DES_BLOCK = 8
AES_BLOCK = 16
MAC_BYTES = 8
"""What is kept of a MAC, whatever the cipher."""
ENCRYPTION = 1
"""Counter of the key derivation for the encryption key."""
MAC = 2
"""Counter of the key derivation for the MAC key."""
PASSWORD = 3
"""Counter of the key derivation for the key that PACE makes of a password."""


def kdf_3des(seed: bytes, counter: int) -> bytes:
    """A two-key triple-DES key of 16 bytes with odd parity (9303-11 §9.7.1.1)."""
    digest = hashlib.sha1(seed + counter.to_bytes(4, "big"), usedforsecurity=False).digest()
    return odd_parity(digest[:16])


def kdf_aes(seed: bytes, counter: int, size: int) -> bytes:
    """An AES key of ``size`` bytes: of SHA-1 for 16, of SHA-256 for 24 and 32 (9303-11 §9.7.1.2)."""
    data = seed + counter.to_bytes(4, "big")
    if size == AES_BLOCK:
        return hashlib.sha1(data, usedforsecurity=False).digest()[:size]
    return hashlib.sha256(data).digest()[:size]


def odd_parity(key: bytes) -> bytes:
    return bytes(byte & 0xFE | (~(byte >> 1).bit_count() & 1) for byte in key)


def pad(data: bytes, block: int = DES_BLOCK) -> bytes:
    """ISO/IEC 9797-1 padding method 2: 80, then zeros to the next whole block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Takes padding method 2 off. Raises `Fault` ``SM_BROKEN`` when there is none."""
    body = data.rstrip(b"\x00")
    if not body.endswith(b"\x80"):
        raise Fault("SM_BROKEN", "padding wrong")
    return body[:-1]


def tdes_encrypt(key: bytes, data: bytes) -> bytes:
    """Two-key triple DES, CBC with a zero start; ``data`` is whole blocks."""
    return _encrypt(key + key[:8], data)


def tdes_decrypt(key: bytes, data: bytes) -> bytes:
    """The other way round of `tdes_encrypt`."""
    decryptor = Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(DES_BLOCK))).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def retail_mac(key: bytes, padded: bytes) -> bytes:
    """ISO/IEC 9797-1 MAC algorithm 3 over whole blocks: 8 bytes.

    Single DES is triple DES with one key three times; the library has no other.
    """
    first, second = key[:8], key[8:16]
    last = _encrypt(first * 3, padded)[-DES_BLOCK:]
    decryptor = Cipher(TripleDES(second * 3), modes.CBC(bytes(DES_BLOCK))).decryptor()
    return _encrypt(first * 3, decryptor.update(last) + decryptor.finalize())


def aes_encrypt(key: bytes, data: bytes, start: bytes = bytes(AES_BLOCK)) -> bytes:
    """AES in CBC; ``data`` is whole blocks. One block with a zero start is plain AES."""
    encryptor = Cipher(AES(key), modes.CBC(start)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def aes_decrypt(key: bytes, data: bytes, start: bytes = bytes(AES_BLOCK)) -> bytes:
    """The other way round of `aes_encrypt`."""
    decryptor = Cipher(AES(key), modes.CBC(start)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def cmac(key: bytes, data: bytes) -> bytes:
    """AES-CMAC (NIST SP 800-38B), cut to the 8 bytes that chips use (9303-11 §9.8.6.2)."""
    mac = CMAC(AES(key))
    mac.update(data)
    return mac.finalize()[:MAC_BYTES]


def _encrypt(key: bytes, data: bytes) -> bytes:
    encryptor = Cipher(TripleDES(key), modes.CBC(bytes(DES_BLOCK))).encryptor()
    return encryptor.update(data) + encryptor.finalize()
