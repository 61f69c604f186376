"""The virtual card itself: an eMRTD chip with basic access control, in Python."""

from __future__ import annotations

import os
import threading
import time

from devices.fault import Fault
from devices.idcard import bac, lds, mrz
from devices.idcard.apdu import (
    END_OF_FILE,
    NOT_FOUND,
    OK,
    SECURITY_NOT_SATISFIED,
    WRONG_LENGTH,
    WRONG_OFFSET,
    Command,
    Response,
    parse_command,
)
from devices.idcard.api import CardKey
from devices.idcard.securemessaging import CardChannel
from devices.idcard.virtual import files
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson

ATR = bytes.fromhex("3B888001000000000000000009")
"""What readers make of a contactless card of type A with eight historical bytes."""
SM_DEAD = 0x6988
WRONG_PASSWORD = 0x6300
NOT_SUPPORTED = 0x6D00
CONDITIONS = 0x6985
_CHALLENGE = 8
_TOKEN = 40


class Torn(Exception):
    """The card has just been lifted off the reader."""


class VirtualCard:
    """A chip for one person. Any plain command ends secure messaging and with it the access.

    ``switches`` may be changed between two readings; what concerns file contents counts from the
    making of the card. Not for several threads at once, except `let_go`.
    """

    def __init__(
        self,
        person: VirtualPerson | None = None,
        switches: Switches | None = None,
        random: bac.Random = os.urandom,
    ) -> None:
        person = person or VirtualPerson()
        self.switches = switches or Switches()
        self.key = _key(person, self.switches)
        self.atr = ATR
        self._files = files.build(person, self.switches)
        self._random = random
        self._freed = threading.Event()
        self._count = 0
        self.reset()

    def reset(self) -> None:
        """Power off, on or a warm reset: the application, the challenge and the access are lost."""
        self._application = False
        self._file: bytes | None = None
        self._challenge: bytes | None = None
        self._channel: CardChannel | None = None

    def put_down(self) -> None:
        """The card is laid on the reader anew: counters of the switches begin again."""
        self._count = 0
        self._freed.clear()
        self.reset()

    def let_go(self) -> None:
        """Ends a hanging `execute`, for a card that is lifted while it hangs. From any thread."""
        self._freed.set()

    def execute(self, raw: bytes) -> bytes:
        """One command APDU. Raises `Torn` when the switches say the card is lifted now."""
        self._misbehave()
        command = parse_command(raw)
        if command is None or (command.extended and self.switches.no_extended):
            self._end_access()
            return Response(b"", WRONG_LENGTH).encode()
        if command.cla & 0x0C == 0x0C:
            return self._protected(command).encode()
        self._end_access()
        return self._plain(command).encode()

    def _misbehave(self) -> None:
        switches = self.switches
        if switches.latency_ms:
            time.sleep(switches.latency_ms / 1000)
        self._count += 1
        if switches.tear_after and self._count > switches.tear_after:
            raise Torn
        if switches.hang_after and self._count > switches.hang_after:
            self._freed.wait()
            raise Torn
        if switches.reset_after and self._count == switches.reset_after + 1:
            self._channel = None

    def _end_access(self) -> None:
        self._channel = None
        self._file = None

    def _protected(self, command: Command) -> Response:
        channel = self._channel
        if channel is None:
            return Response(b"", SM_DEAD)
        try:
            inner = channel.unwrap(command)
        except Fault:
            self._end_access()
            return Response(b"", SM_DEAD)
        answer = channel.wrap(self._plain(inner), odd=bool(inner.ins & 1))
        after = self.switches.bad_mac_after
        if after and self._count > after:
            answer = Response(answer.data[:-1] + bytes([answer.data[-1] ^ 1]), answer.sw)
        return answer

    def _plain(self, command: Command) -> Response:
        if command.ins == 0xA4:
            return self._select(command)
        if not self._application:
            return Response(b"", NOT_SUPPORTED)
        if command.ins == 0xB0:
            return self._read_binary(command)
        if command.ins == 0x84:
            self._challenge = self._random(_CHALLENGE)
            return Response(self._challenge, OK)
        if command.ins == 0x82:
            return self._authenticate(command)
        return Response(b"", NOT_SUPPORTED)

    def _select(self, command: Command) -> Response:
        if command.p1 == 0x04:
            wanted = command.data == lds.APPLICATION and not self.switches.not_emrtd
            self._application = wanted
            return Response(b"", OK if wanted else NOT_FOUND)
        if command.p1 != 0x02 or not self._application:
            return Response(b"", NOT_SUPPORTED)  # no master file, like Vietnamese cards
        return Response(b"", self._open(int.from_bytes(command.data, "big")))

    def _open(self, fid: int) -> int:
        """Selects a file; the status word. Nothing is told of any file before access control."""
        self._file = None
        if self._channel is None or fid == lds.DG3.fid:
            return SECURITY_NOT_SATISFIED
        self._file = self._files.get(fid)
        return NOT_FOUND if self._file is None else OK

    def _read_binary(self, command: Command) -> Response:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            offset = command.p2
            status = self._open(0x0100 | command.p1 & 0x1F)
            if status != OK:
                return Response(b"", status)
        if self._channel is None:
            return Response(b"", SECURITY_NOT_SATISFIED)
        if self._file is None:
            return Response(b"", 0x6986)
        return self._slice(self._file, offset, command.le or 0)

    def _slice(self, file: bytes, offset: int, wanted: int) -> Response:
        switches = self.switches
        if switches.max_le and wanted > switches.max_le:
            return Response(b"", 0x6C00 | switches.max_le if switches.max_le_6c else WRONG_LENGTH)
        if offset >= len(file):
            return Response(b"", WRONG_OFFSET)
        if switches.short_reads:
            return Response(file[offset : offset + min(wanted, switches.short_reads)], OK)
        data = file[offset : offset + wanted]
        past = switches.eof_6282 and len(data) < wanted
        return Response(data, END_OF_FILE if past else OK)

    def _authenticate(self, command: Command) -> Response:
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            return Response(b"", CONDITIONS)
        if len(command.data) != _TOKEN:
            return Response(b"", WRONG_LENGTH)
        answer = bac.answer_terminal(self.key, challenge, command.data, self._random)
        if answer is None or self.switches.wrong_mrz:
            return Response(b"", WRONG_PASSWORD)
        token, self._channel = answer
        return Response(token, OK)


def _key(person: VirtualPerson, switches: Switches) -> CardKey:
    expiry = mrz.NO_EXPIRY if switches.mrz_no_expiry else person.expiry
    return CardKey(person.number, person.birth, expiry)
