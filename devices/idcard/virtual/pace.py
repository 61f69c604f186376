"""PACE, the chip's side (ICAO 9303-11 §4.4): one run through the four commands."""

from __future__ import annotations

import hmac
from typing import Any

from devices.fault import Fault
from devices.idcard import pace, tlv
from devices.idcard.apdu import OK, Command, Response
from devices.idcard.bac import Random
from devices.idcard.cardaccess import PaceInfo
from devices.idcard.securemessaging import CardChannel, suite

WRONG_DATA = 0x6A80
WRONG_PASSWORD = 0x6300
NOT_IN_ORDER = 0x6985
_NONCE = 16


class PaceRun:
    """From MSE:Set AT on. ``channel`` is there once the terminal has proved the password."""

    def __init__(self, info: PaceInfo, secret: bytes, random: Random) -> None:
        self.channel: CardChannel | None = None
        self._info = info
        self._secret = secret
        self._random = random
        self._nonce = b""
        self._base: Any = info.domain.g
        self._swapped: pace.Swapped[Any] | None = None
        self._steps = [self._send_nonce, self._map, self._agree, self._prove]

    def answer(self, command: Command) -> Response:
        """One GENERAL AUTHENTICATE; a mistake ends the run."""
        last = len(self._steps) == 1
        if not self._steps or command.cla != (0x00 if last else pace.CHAINED):
            self._steps = []
            return Response(b"", NOT_IN_ORDER)
        step = self._steps.pop(0)
        try:
            inner = step(command.data)
        except Fault:
            self._steps = []
            return Response(b"", WRONG_DATA)
        if inner is None:
            return Response(b"", WRONG_PASSWORD)
        return Response(tlv.build(pace.DYNAMIC, inner), OK)

    def _send_nonce(self, data: bytes) -> bytes:
        pace.element(data, None)
        self._nonce = self._random(_NONCE)
        sealed = pace.encrypt_nonce(self._info.kind, self._secret, self._nonce)
        return tlv.build(pace.NONCE, sealed)

    def _map(self, data: bytes) -> bytes:
        domain, swapped = self._info.domain, self._swap(data, pace.MAP)
        shared = domain.agree(swapped.private, swapped.public)
        self._base = domain.mapped(int.from_bytes(self._nonce, "big"), shared)
        return tlv.build(pace.MAP_ANSWER, swapped.ours)

    def _agree(self, data: bytes) -> bytes:
        self._swapped = self._swap(data, pace.AGREE)
        return tlv.build(pace.AGREE_ANSWER, self._swapped.ours)

    def _swap(self, data: bytes, tag: int) -> pace.Swapped[Any]:
        domain, theirs = self._info.domain, pace.element(data, tag)
        public = domain.decode(theirs)
        private, own = domain.key_pair(self._random, self._base)
        return pace.Swapped(private, public, domain.encode(own), theirs)

    def _prove(self, data: bytes) -> bytes | None:
        proof, swapped = pace.element(data, pace.TOKEN), self._swapped
        assert swapped is not None, "the steps come in order"  # noqa: S101
        info = self._info
        keys = suite(info.kind, info.domain.secret(swapped.private, swapped.public))
        if not hmac.compare_digest(proof, pace.token(keys, info, swapped.ours)):
            return None
        self.channel = CardChannel(keys, bytes(keys.block))
        return tlv.build(pace.TOKEN_ANSWER, pace.token(keys, info, swapped.theirs))
