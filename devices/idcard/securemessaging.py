"""Secure messaging (ICAO 9303-11 §9.8), both ends: the terminal's and, for the virtual card, the chip's.

What depends on the cipher stands in a `Suite`; `suite` makes one from a shared secret.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from enum import Enum
from typing import Protocol

from devices.fault import Fault
from devices.idcard import symmetric, tlv
from devices.idcard.apdu import Command, Response

SHORT_DATA = 255
SHORT_ANSWER = 256
MAC_BYTES = symmetric.MAC_BYTES


class CipherKind(Enum):
    """The ciphers of chips; the value is the last arc of the object identifiers that name them."""

    TDES = 1
    AES_128 = 2
    AES_192 = 3
    AES_256 = 4

    @property
    def key_size(self) -> int:
        return (16, 16, 24, 32)[self.value - 1]

    def derive(self, seed: bytes, counter: int) -> bytes:
        """The key derivation that goes with this cipher (9303-11 §9.7.1)."""
        if self is CipherKind.TDES:
            return symmetric.kdf_3des(seed, counter)
        return symmetric.kdf_aes(seed, counter, self.key_size)


class Suite(Protocol):
    """Cipher and MAC of one session. ``ssc`` is the send-sequence counter as bytes."""

    block: int
    """Bytes of a cipher block, and of the counter when it begins anew."""

    def encrypt(self, ssc: bytes, padded: bytes) -> bytes: ...

    def decrypt(self, ssc: bytes, data: bytes) -> bytes: ...

    def mac(self, data: bytes) -> bytes:
        """Pads ``data`` and gives 8 bytes."""
        ...

    def token(self, data: bytes) -> bytes:
        """The authentication token over ``data`` (9303-11 §4.4.3.4): 8 bytes."""
        ...


class TripleDesSuite:
    """3DES in CBC with a zero start, retail MAC (9303-11 §9.8.6.1)."""

    block = symmetric.DES_BLOCK

    def __init__(self, k_enc: bytes, k_mac: bytes) -> None:
        self._enc = k_enc
        self._mac = k_mac

    @classmethod
    def from_seed(cls, seed: bytes) -> TripleDesSuite:
        return cls(
            symmetric.kdf_3des(seed, symmetric.ENCRYPTION), symmetric.kdf_3des(seed, symmetric.MAC)
        )

    def encrypt(self, ssc: bytes, padded: bytes) -> bytes:
        return symmetric.tdes_encrypt(self._enc, padded)

    def decrypt(self, ssc: bytes, data: bytes) -> bytes:
        return symmetric.tdes_decrypt(self._enc, data)

    def mac(self, data: bytes) -> bytes:
        return symmetric.retail_mac(self._mac, symmetric.pad(data))

    token = mac


class AesSuite:
    """AES in CBC that starts from the encrypted counter, CMAC (9303-11 §9.8.6.2)."""

    block = symmetric.AES_BLOCK

    def __init__(self, k_enc: bytes, k_mac: bytes) -> None:
        self._enc = k_enc
        self._mac = k_mac

    def encrypt(self, ssc: bytes, padded: bytes) -> bytes:
        return symmetric.aes_encrypt(self._enc, padded, symmetric.aes_encrypt(self._enc, ssc))

    def decrypt(self, ssc: bytes, data: bytes) -> bytes:
        return symmetric.aes_decrypt(self._enc, data, symmetric.aes_encrypt(self._enc, ssc))

    def mac(self, data: bytes) -> bytes:
        return self.token(symmetric.pad(data, self.block))

    def token(self, data: bytes) -> bytes:
        return symmetric.cmac(self._mac, data)


def suite(kind: CipherKind, seed: bytes) -> Suite:
    """The suite whose two keys are derived from a shared secret."""
    k_enc, k_mac = kind.derive(seed, symmetric.ENCRYPTION), kind.derive(seed, symmetric.MAC)
    return (TripleDesSuite if kind is CipherKind.TDES else AesSuite)(k_enc, k_mac)


class _Channel:
    """Counter, keys and the objects both ends have in common."""

    def __init__(self, suite: Suite, ssc: bytes) -> None:
        self._suite = suite
        self._size = len(ssc)
        self._count = int.from_bytes(ssc, "big")

    def _next(self) -> bytes:
        self._count = (self._count + 1) % (1 << 8 * self._size)
        return self._count.to_bytes(self._size, "big")

    def _seal(self, ssc: bytes, data: bytes, odd: bool) -> bytes:
        if not data:
            return b""
        secret = self._suite.encrypt(ssc, symmetric.pad(data, self._suite.block))
        return tlv.build(0x85, secret) if odd else tlv.build(0x87, b"\x01", secret)

    def _open(self, ssc: bytes, objects: dict[int, bytes]) -> bytes:
        secret = objects.get(0x85, b"")
        if 0x87 in objects:
            if objects[0x87][:1] != b"\x01":
                raise Fault("SM_BROKEN", "padding indicator wrong")
            secret = objects[0x87][1:]
        if not secret:
            return b""
        if len(secret) % self._suite.block:
            raise Fault("SM_BROKEN", "not whole blocks")
        return symmetric.unpad(self._suite.decrypt(ssc, secret))

    def _command_mac(self, ssc: bytes, header: bytes, body: bytes) -> bytes:
        if not body:
            return self._suite.mac(ssc + header)
        return self._suite.mac(ssc + symmetric.pad(header, self._suite.block) + body)


class TerminalChannel(_Channel):
    """Our end: wraps commands, opens answers."""

    def wrap(self, command: Command) -> Command:
        """The protected command. Extended when the body or the answer to come needs it (§9.8.4)."""
        ssc = self._next()
        header = bytes([command.cla | 0x0C]) + command.header[1:]
        body = self._seal(ssc, command.data, odd=bool(command.ins & 1))
        if command.le is not None:
            body += tlv.build(0x97, _le_field(command.le))
        mac = tlv.build(0x8E, self._command_mac(ssc, header, body))
        extended = len(body + mac) > SHORT_DATA or self._answer(command.le) > SHORT_ANSWER
        return replace(
            command,
            cla=header[0],
            data=body + mac,
            le=65536 if extended else 256,
            extended=extended,
        )

    def unwrap(self, answer: Response) -> Response:
        """Checks the MAC and opens the answer; the status word is the protected one.

        Raises `Fault` ``SM_BROKEN`` for an answer that isn't protected (the keys are dead then)
        or badly made, ``CHIP_MAC_ERROR`` for a wrong MAC.
        """
        if not answer.data:
            raise Fault("SM_BROKEN", f"bare answer {answer.sw:04X}")
        ssc = self._next()
        objects = _objects(answer.data)
        status, mac = objects.get(0x99, b""), objects.get(0x8E, b"")
        if len(status) != 2 or len(mac) != MAC_BYTES:
            raise Fault("SM_BROKEN", "status or MAC missing")
        if not hmac.compare_digest(mac, self._suite.mac(ssc + _covered(answer.data, mac))):
            raise Fault("CHIP_MAC_ERROR", "MAC of the answer wrong")
        return Response(self._open(ssc, objects), int.from_bytes(status, "big"))

    def _answer(self, le: int | None) -> int:
        """Bytes of the protected answer: cipher text with its head, DO'99', DO'8E', without SW."""
        if not le:
            return 14
        secret = len(symmetric.pad(bytes(le), self._suite.block)) + 1
        return 1 + len(tlv.length_field(secret)) + secret + 14


class CardChannel(_Channel):
    """The chip's end: opens commands, wraps answers."""

    def unwrap(self, command: Command) -> Command:
        """Raises `Fault` ``SM_BROKEN`` for any mistake; the chip then answers 6988."""
        ssc = self._next()
        objects = _objects(command.data)
        mac = objects.get(0x8E, b"")
        expected = self._command_mac(ssc, command.header, _covered(command.data, mac))
        if not hmac.compare_digest(mac, expected):
            raise Fault("SM_BROKEN", "MAC of the command wrong")
        le = objects.get(0x97)
        wanted = None if le is None else int.from_bytes(le, "big") or 256 ** len(le)
        return replace(command, cla=command.cla & ~0x0C, data=self._open(ssc, objects), le=wanted)

    def wrap(self, answer: Response, odd: bool = False) -> Response:
        ssc = self._next()
        body = self._seal(ssc, answer.data, odd)
        body += tlv.build(0x99, answer.sw.to_bytes(2, "big"))
        return Response(body + tlv.build(0x8E, self._suite.mac(ssc + body)), answer.sw)


def _le_field(le: int) -> bytes:
    return bytes([le & 0xFF]) if le <= SHORT_ANSWER else (le & 0xFFFF).to_bytes(2, "big")


def _covered(data: bytes, mac: bytes) -> bytes:
    """What the MAC covers: everything before its own object, which must be the last one."""
    last = tlv.build(0x8E, mac)
    if not data.endswith(last):
        raise Fault("SM_BROKEN", "MAC isn't the last object")
    return data[: -len(last)]


def _objects(data: bytes) -> dict[int, bytes]:
    """The protected objects by tag. Raises `Fault` ``SM_BROKEN`` for unknown or repeated ones."""
    objects: dict[int, bytes] = {}
    try:
        nodes = tlv.Node(0, data).children()
    except Fault as error:
        raise Fault("SM_BROKEN", error.detail) from None
    for node in nodes:
        if node.tag in objects or node.tag not in (0x85, 0x87, 0x97, 0x99, 0x8E):
            raise Fault("SM_BROKEN", f"object {node.tag:X} unknown or repeated")
        objects[node.tag] = node.value
    return objects
