"""PACE, the chip's side (ICAO 9303-11 §4.4): one run through the four commands."""

from __future__ import annotations

import hmac

from devices.fault import Fault
from devices.idcard import pace, tlv
from devices.idcard.apdu import OK, Command, Response
from devices.idcard.bac import Random
from devices.idcard.cardaccess import PaceInfo
from devices.idcard.ec import Point
from devices.idcard.securemessaging import CardChannel

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
        self._base: Point = info.curve.g
        self._keys: tuple[Point, Point] | None = None
        self._secret_point: Point = info.curve.g
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
        answer = self._exchange(data, pace.MAP)
        nonce = int.from_bytes(self._nonce, "big")
        self._base = pace.mapped(self._info.curve, nonce, self._secret_point)
        return answer

    def _agree(self, data: bytes) -> bytes:
        return self._exchange(data, pace.AGREE)

    def _exchange(self, data: bytes, tag: int) -> bytes:
        """One Diffie-Hellman on the base of this step."""
        curve = self._info.curve
        theirs = curve.decode(pace.element(data, tag))
        private = pace.private_key(curve, self._random)
        ours = pace.agreed(curve, private, self._base)
        self._keys = ours, theirs
        self._secret_point = pace.agreed(curve, private, theirs)
        return tlv.build(tag + 1, curve.encode(ours))

    def _prove(self, data: bytes) -> bytes | None:
        proof = pace.element(data, pace.TOKEN)
        assert self._keys is not None, "the steps come in order"  # noqa: S101
        (ours, theirs), curve = self._keys, self._info.curve
        keys = pace.session(self._info.kind, curve, self._secret_point)
        if not hmac.compare_digest(proof, pace.token(keys, self._info.oid, curve, ours)):
            return None
        self.channel = CardChannel(keys, bytes(keys.block))
        return tlv.build(pace.TOKEN_ANSWER, pace.token(keys, self._info.oid, curve, theirs))
