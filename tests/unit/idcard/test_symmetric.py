"""AES, CMAC and key derivation against published numbers."""

from __future__ import annotations

import hashlib

import pytest

from devices.idcard import symmetric
from devices.idcard.securemessaging import CipherKind

# NIST SP 800-38B, appendix D: keys and message.
MESSAGE = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411"
)
KEY_128 = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")


@pytest.mark.parametrize(
    ("size", "mac"),
    [(0, "bb1d6929e9593728"), (16, "070a16b46b4d4144"), (40, "dfa66747de9ae630")],
)
def test_cmac(size, mac):
    assert symmetric.cmac(KEY_128, MESSAGE[:size]).hex() == mac


def test_cbc_there_and_back():
    start = bytes(range(16))
    secret = symmetric.aes_encrypt(KEY_128, MESSAGE[:32], start)
    # NIST SP 800-38A, F.2.1.
    assert secret.hex().startswith("7649abac8119b246cee98e9b12e9197d")
    assert symmetric.aes_decrypt(KEY_128, secret, start) == MESSAGE[:32]


@pytest.mark.parametrize("counter", [1, 2, 3])
def test_key_derivation(counter):
    data = b"seed" + bytes([0, 0, 0, counter])
    sha1, sha256 = hashlib.sha1(data).digest(), hashlib.sha256(data).digest()
    assert CipherKind.AES_128.derive(b"seed", counter) == sha1[:16]
    assert CipherKind.AES_192.derive(b"seed", counter) == sha256[:24]
    assert CipherKind.AES_256.derive(b"seed", counter) == sha256
    assert CipherKind.TDES.derive(b"seed", counter) == symmetric.odd_parity(sha1[:16])
