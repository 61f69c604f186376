"""Active authentication (ICAO 9303-11 §6.1): the chip signs a number that we have just drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.asymmetric import utils

from devices.idcard import signature
from devices.idcard.agreement import Random
from devices.idcard.apdu import OK as SW_OK
from devices.idcard.apdu import WRONG_LENGTH, Command, Response
from devices.idcard.api import OK, Finding, Step
from devices.idcard.spki import DhKey, EcKey, PublicKey, RsaKey

Send = Callable[[Command], Response]
"""One protected command, as `Session.send`."""
INTERNAL_AUTHENTICATE = 0x88
NONCE = 8
LEAST_BITS = 1024
"""Of an RSA modulus; with a shorter one the answer proves nothing."""
SOUND_BITS = 2048
WEAK_KEY = "AA_KEY_WEAK"
SHORT_ANSWER = 223
"""The largest Le whose protected answer fits one short frame with every cipher."""
LONG_ANSWER = 256
HEADER = 0x6A
"""ISO/IEC 9796-2 scheme 1 with partial recovery."""
TRAILERS = {
    b"\xbc": "sha1",
    b"\x38\xcc": "sha224",
    b"\x34\xcc": "sha256",
    b"\x36\xcc": "sha384",
    b"\x35\xcc": "sha512",
    b"\x33\xcc": "sha1",
}
"""How a signature ends, and with which hash (ISO/IEC 9796-2 §8.1; numbers of ISO/IEC 10118-3)."""

AA_REFUSED = Finding(Step.FAILED, "AA_REFUSED")
AA_SIGNATURE = Finding(Step.FAILED, "AA_SIGNATURE")
AA_KEY_TOO_SHORT = Finding(Step.FAILED, "AA_KEY_TOO_SHORT")
AA_LENGTH = Finding(Step.NOT_POSSIBLE, "AA_LENGTH")
KEY_UNSUPPORTED = Finding(Step.NOT_POSSIBLE, "KEY_UNSUPPORTED")


def prove(
    send: Send, key: PublicKey, hash_name: str, random: Random, long_passes: bool = False
) -> tuple[Finding, str]:
    """Whether the chip holds the private key to ``key``, and the algorithm, as ``RSA 2048 SHA-1``.

    ``hash_name`` comes from DG14 and counts for ECDSA only; empty when it says nothing. Failed:
    ``AA_REFUSED`` (a status word, or nothing), ``AA_SIGNATURE``, ``AA_KEY_TOO_SHORT``; not possible:
    ``KEY_UNSUPPORTED``, and ``AA_LENGTH`` when chip or reader don't pass an answer so long, unless
    longer ones came through before (``long_passes``). Raises only what breaks the talk.
    """
    detail = _describe(key)
    if isinstance(key, DhKey):
        return KEY_UNSUPPORTED, detail
    if (unfit := _unfit(key, hash_name)) is not None:
        return unfit, detail
    nonce = random(NONCE)
    answer = _ask(send, nonce, _answer_bytes(key))
    if answer.sw != SW_OK or not answer.data:
        long = _answer_bytes(key) > SHORT_ANSWER and not long_passes
        return (AA_LENGTH if long and answer.sw == WRONG_LENGTH else AA_REFUSED), detail
    if isinstance(key, RsaKey):
        found = _rsa_hash(key, nonce, answer.data)
    else:
        found = _ecdsa_hash(key, nonce, answer.data, hash_name)
    if not found:
        return AA_SIGNATURE, detail
    return OK, f"{detail} {found.upper().replace('SHA', 'SHA-')}"


def weaknesses(key: PublicKey) -> tuple[str, ...]:
    """Codes of what is doubtful about the key itself; the proof counts nevertheless."""
    weak = isinstance(key, RsaKey) and LEAST_BITS <= key.n.bit_length() < SOUND_BITS
    return (WEAK_KEY,) if weak else ()


def _unfit(key: RsaKey | EcKey, hash_name: str) -> Finding | None:
    """Why it makes no sense to ask the chip."""
    if isinstance(key, RsaKey):
        return AA_KEY_TOO_SHORT if key.n.bit_length() < LEAST_BITS else None
    return KEY_UNSUPPORTED if hash_name and hash_name not in signature.HASHES else None


def _ask(send: Send, nonce: bytes, le: int) -> Response:
    """INTERNAL AUTHENTICATE, once more with the length that the chip names in a protected 6Cxx."""
    answer = send(Command(0x00, INTERNAL_AUTHENTICATE, 0x00, 0x00, nonce, le))
    if answer.sw >> 8 == 0x6C and (answer.sw & 0xFF or 256) != le:
        le = answer.sw & 0xFF or 256
        answer = send(Command(0x00, INTERNAL_AUTHENTICATE, 0x00, 0x00, nonce, le))
    return answer


def _answer_bytes(key: RsaKey | EcKey) -> int:
    """Le: no larger than needed, as a long protected answer takes extended length."""
    size = (key.n.bit_length() + 7) // 8 if isinstance(key, RsaKey) else 0
    return SHORT_ANSWER if size <= SHORT_ANSWER else max(size, LONG_ANSWER)


def _describe(key: PublicKey) -> str:
    if isinstance(key, RsaKey):
        return f"RSA {key.n.bit_length()}"
    return f"ECDSA {key.curve.name}" if isinstance(key, EcKey) else "DH"


def _rsa_hash(key: RsaKey, nonce: bytes, signed: bytes) -> str:
    """The hash of a signature that fits, else empty (ISO/IEC 9796-2, scheme 1).

    Leading zeros may be lost, and the chip may have signed with the smaller of s and n - s.
    """
    value = int.from_bytes(signed, "big")
    if value >= key.n:
        return ""
    opened = pow(value, key.e, key.n)
    return _recovered(key, nonce, opened) or _recovered(key, nonce, key.n - opened)


def _recovered(key: RsaKey, nonce: bytes, opened: int) -> str:
    # A representative much shorter than the modulus could be made without the private key.
    if key.n.bit_length() - opened.bit_length() > 8:
        return ""
    text = opened.to_bytes((opened.bit_length() + 7) // 8, "big")
    trailer = next((trailer for trailer in TRAILERS if text.endswith(trailer)), b"")
    name = TRAILERS.get(trailer, "")
    end = len(text) - len(trailer) - (signature.HASH_BYTES[name] if name else 0)
    if not name or text[0] != HEADER or end < 1:
        return ""
    digest = hashlib.new(name, text[1:end] + nonce, usedforsecurity=False).digest()
    return name if text[end : len(text) - len(trailer)] == digest else ""


def _ecdsa_hash(key: EcKey, nonce: bytes, signed: bytes, hash_name: str) -> str:
    """The hash of a signature that fits, else empty. Plain r and s are meant, some chips give DER."""
    names = [hash_name] if hash_name else _fitting(key)
    pairs = list(_pairs(key, signed))
    for name in names:
        digest = hashlib.new(name, nonce, usedforsecurity=False).digest()
        if any(signature.ecdsa(key, digest, r, s) for r, s in pairs):
            return name
    return ""


def _fitting(key: EcKey) -> list[str]:
    """Hashes no longer than the key, the longest first (9303-11 §6.1.2.3)."""
    size = (key.curve.n.bit_length() + 7) // 8
    names = [name for name in signature.HASHES if signature.HASH_BYTES[name] <= size]
    return sorted(names, key=lambda name: -signature.HASH_BYTES[name])


def _pairs(key: EcKey, signed: bytes) -> Iterator[tuple[int, int]]:
    half = len(signed) // 2
    if len(signed) % 2 == 0 and half <= key.curve.size + 1:
        yield int.from_bytes(signed[:half], "big"), int.from_bytes(signed[half:], "big")
    if signed[:1] == b"\x30":
        try:
            yield utils.decode_dss_signature(signed)
        except ValueError:
            return
