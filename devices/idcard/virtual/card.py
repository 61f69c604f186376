"""The virtual card itself: an eMRTD chip that is opened with PACE or BAC, in Python."""

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
from devices.idcard.virtual import files
from devices.idcard.virtual.access import NOT_SUPPORTED, Access, card_access
from devices.idcard.virtual.chip import Chip
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson

ATR = bytes.fromhex("3B888001000000000000000009")
"""What readers make of a contactless card of type A with eight historical bytes."""
SM_DEAD = 0x6988
NO_FILE_SELECTED = 0x6986
NO_CHAINING = 0x6884
CHAINED = 0x10
GET_RESPONSE = 0xC0
SHORT_ANSWER = 256
"""Bytes that answer a short command at once; the rest is fetched (ISO/IEC 7816-4 §5.3.4)."""


class Torn(Exception):
    """The card has just been lifted off the reader."""


class VirtualCard:
    """A chip for one person. Any plain command ends secure messaging and with it the access.

    ``switches`` may be changed between two readings; what concerns file contents counts from the
    making of the card. Without any it is a card as issued: PACE and BAC, chip and active
    authentication. Not for several threads at once, except `let_go`.
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
        self.can = person.can
        self.atr = ATR
        self._files = files.build(person, self.switches)
        self._card_access = card_access(self.switches)
        self._access = Access(self.key, self.switches, random)
        self._chip = Chip(self.switches, random)
        self._rest = b""
        self._freed = threading.Event()
        self._count = 0
        self.reset()

    def reset(self) -> None:
        """Power off, on or a warm reset: the application, the challenge and the access are lost."""
        self._application = False
        self._file: bytes | None = None
        self._rest = b""
        self._access.reset()
        self._chip.reset()

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
        if command.ins == GET_RESPONSE and self._rest:
            return self._in_parts(self._rest, command.le or 0).encode()
        answer = self._obey(command)
        if command.extended or len(answer.data) <= SHORT_ANSWER:
            self._rest = b""
            return answer.encode()
        return self._in_parts(answer.encode(), SHORT_ANSWER).encode()

    def _obey(self, command: Command) -> Response:
        if command.cla & 0x0C == 0x0C:
            return self._protected(command)
        if self._access.channel is not None:
            self._end_access()
        return self._plain(command)

    def _in_parts(self, whole: bytes, size: int) -> Response:
        """The beginning of a long answer; the status word at its end goes with the last part."""
        if len(whole) <= size + 2:
            self._rest = b""
            return Response(whole[:-2], int.from_bytes(whole[-2:], "big"))
        self._rest = whole[size:]
        left = len(self._rest) - 2
        return Response(whole[:size], 0x6100 | (left if left < SHORT_ANSWER else 0))

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
            self._access.channel = None

    def _end_access(self) -> None:
        self._access.channel = None
        self._chip.reset()
        self._file = None

    def _protected(self, command: Command) -> Response:
        channel = self._access.channel
        if channel is None:
            return Response(b"", SM_DEAD)
        try:
            inner = channel.unwrap(command)
        except Fault:
            self._end_access()
            return Response(b"", SM_DEAD)
        answer = channel.wrap(self._plain(inner), odd=bool(inner.ins & 1))
        if self._chip.fresh is not None:  # the answer itself still goes out under the old keys
            self._access.channel, self._chip.fresh = self._chip.fresh, None
        after = self.switches.bad_mac_after
        if after and self._count > after:
            answer = Response(answer.data[:-1] + bytes([answer.data[-1] ^ 1]), answer.sw)
        return answer

    def _plain(self, command: Command) -> Response:
        protected = self._access.channel is not None
        if (proof := self._chip.answer(command, self.switches, protected)) is not None:
            return proof
        if command.cla & CHAINED and command.ins != 0x86:
            return Response(b"", NO_CHAINING)
        if (answer := self._access.answer(command, self._application)) is not None:
            return answer
        if command.ins == 0xA4:
            return self._select(command)
        if command.ins == 0xB0:
            return self._read_binary(command)
        return Response(b"", NOT_SUPPORTED)

    def _select(self, command: Command) -> Response:
        if command.p1 == 0x04:
            wanted = command.data == lds.APPLICATION and not self.switches.not_emrtd
            self._application, self._file = wanted, None
            return Response(b"", OK if wanted else NOT_FOUND)
        if command.p1 == 0x00 and not self.switches.select_mf_6d00:
            self._application, self._file = False, None
            return Response(b"", OK)
        if command.p1 != 0x02 or not self._application:
            return Response(b"", NOT_SUPPORTED)
        return Response(b"", self._open(int.from_bytes(command.data, "big")))

    def _open(self, fid: int) -> int:
        """Selects a file; the status word. Nothing is told of the others before access control."""
        self._file = None
        if fid == lds.CARD_ACCESS.fid:
            self._file = None if self.switches.no_pace else self._card_access
        elif not self._application:
            return NOT_SUPPORTED
        elif self._access.channel is None or fid == lds.DG3.fid:
            return SECURITY_NOT_SATISFIED
        else:
            self._file = self._files.get(fid)
        return NOT_FOUND if self._file is None else OK

    def _read_binary(self, command: Command) -> Response:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            offset = command.p2
            status = self._open(0x0100 | command.p1 & 0x1F)
            if status != OK:
                return Response(b"", status)
        if self._access.channel is None and self._file is not self._card_access:
            return Response(b"", SECURITY_NOT_SATISFIED)
        if self._file is None:
            return Response(b"", NO_FILE_SELECTED)
        return self._slice(self._file, offset, command.le or 0)

    def _slice(self, file: bytes, offset: int, wanted: int) -> Response:
        switches = self.switches
        if switches.max_le and wanted > switches.max_le:
            named = switches.max_le_mode == "6c"
            return Response(b"", 0x6C00 | switches.max_le & 0xFF if named else WRONG_LENGTH)
        if offset >= len(file):
            return Response(b"", WRONG_OFFSET)
        if switches.short_reads:
            return Response(file[offset : offset + min(wanted, switches.short_reads)], OK)
        data = file[offset : offset + wanted]
        past = switches.eof_6282 and len(data) < wanted
        return Response(data, END_OF_FILE if past else OK)


def _key(person: VirtualPerson, switches: Switches) -> CardKey:
    return (person.with_expiry(mrz.NO_EXPIRY) if switches.mrz_no_expiry else person).key
