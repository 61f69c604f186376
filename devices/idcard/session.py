"""One protected talk with a chip, and reading whole files through it (ICAO 9303-10 §3.6.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from devices.fault import Fault
from devices.idcard import tlv
from devices.idcard.apdu import (
    END_OF_FILE,
    NOT_FOUND,
    OK,
    SECURITY_NOT_SATISFIED,
    Command,
    Response,
    Transport,
    chain,
    exchange,
)
from devices.idcard.lds import File

PLAIN_BLOCKS = (223, 160)
"""Sizes for the one file that is read before the talk is protected."""
SHORT = 256
"""Bytes of an answer, and one more than those of data, without extended length."""
CHAIN = 223
"""Bytes of data in one part of a chain: protected, they still fit a short command."""
LEAST_BLOCK = 64
"""The smallest length that is believed when a chip names the one it likes."""
HEAD = 8
"""What is asked for when a chip doesn't like to be asked for more than a file holds."""
_REFUSED = (0x6700, 0x6B00)

Bytes = Callable[[int, int], None]
"""Called with bytes read and bytes in all."""


class Channel(Protocol):
    """Protects commands and opens answers; raises `Fault` as `TerminalChannel` does."""

    def wrap(self, command: Command) -> Command: ...

    def unwrap(self, answer: Response) -> Response: ...


class PlainChannel:
    """Before access control: commands and answers as they are."""

    def wrap(self, command: Command) -> Command:
        return command

    def unwrap(self, answer: Response) -> Response:
        return answer


class Session:
    """A talk with the chip; ``blocks``, the sizes asked for, shrinks as the chip refuses them.

    An error that comes protected is an answer like any other, and the talk goes on. Only a bare
    one, or one that speaks of secure messaging itself, is the end of it.
    """

    def __init__(
        self, transport: Transport, channel: Channel, blocks: tuple[int, ...] = PLAIN_BLOCKS
    ) -> None:
        self._transport = transport
        self._channel = channel
        self.blocks = blocks
        self.proved = False
        """An answer has filled the present block."""
        self.by_name = False
        """Files are selected by their identifiers, as this chip doesn't know the short ones."""

    def send(self, command: Command) -> Response:
        """One protected command. Raises `Fault` as `TerminalChannel.unwrap` does, and ``SM_BROKEN``
        when the chip says that it doesn't know these keys or objects (6987, 6988)."""
        if self._short and len(command.data) > CHAIN:
            return self._send_chain(command)
        if self._short and not command.extended:
            wrapped = self._wrap_short(command)
        else:
            wrapped = self._channel.wrap(command)
        response = self._channel.unwrap(exchange(self._transport, wrapped))
        if response.sw in (0x6987, 0x6988):
            raise Fault("SM_BROKEN", f"{response.sw:04X}")
        return response

    @property
    def _short(self) -> bool:
        """Reader or chip may not pass extended length."""
        return self.blocks[0] <= SHORT

    def _wrap_short(self, command: Command) -> Command:
        """Asks for "all" at most; an answer that is longer comes in parts (7816-4 §5.3.4)."""
        if (command.le or 0) > SHORT:
            command = replace(command, le=SHORT)
        wrapped = self._channel.wrap(command)
        if wrapped.extended and len(wrapped.data) < SHORT:
            wrapped = replace(wrapped, le=SHORT, extended=False)
        return wrapped

    def _send_chain(self, command: Command) -> Response:
        for part in chain(command, CHAIN):
            answer = self.send(part)
            if answer.sw != OK:
                break
        return answer

    def rekey(self, channel: Channel) -> None:
        """Protects what follows with ``channel``: chip authentication has agreed on new keys."""
        self._channel = channel

    def peek(self, file: File) -> Response:
        """One short read of the file's head, whatever the chip says to it. Raises as `send` does."""
        return self.send(Command(0x00, 0xB0, 0x80 | file.sfi, 0x00, le=HEAD))

    def read(
        self, file: File, on_bytes: Bytes | None = None, selected: bool = False
    ) -> bytes | None:
        """The whole file, ``None`` when the chip has none.

        The first read names the file by its short identifier, which selects it for the reads at
        an offset that follow; with ``selected`` the file was selected before. Raises `Fault`:
        ``ACCESS_DENIED``, ``FILE_TOO_LARGE`` (before reading on), ``TLV_BROKEN``, ``CARD_ERROR``
        and whatever breaks the talk.
        """
        if self.by_name and not selected:
            if not self._select(file):
                return None
            selected = True
        data = self._first(file.name, 0 if selected else 0x80 | file.sfi)
        if data is None:
            return None
        while len(data) < HEAD and not _header_there(data):
            data += self._at(len(data), HEAD - len(data))
        tag, length, start = tlv.header(data)
        total = start + length
        if tag != file.tag:
            raise Fault("TLV_BROKEN", f"{file.name} begins with {tag:X}")
        if total > file.limit:
            raise Fault("FILE_TOO_LARGE", f"{file.name} announces {total} bytes")
        while len(data) < total:
            data += self._at(len(data), total - len(data))
            if on_bytes is not None:
                on_bytes(min(len(data), total), total)
        return data[:total]

    def _select(self, file: File) -> bool:
        """By its identifier; false when the chip has no such file."""
        name = file.fid.to_bytes(2, "big")
        answer = self.send(Command(0x00, 0xA4, 0x02, 0x0C, name))
        if answer.sw not in (OK, NOT_FOUND):
            raise _refusal(f"SELECT {file.name}", answer)
        return answer.sw == OK

    def _first(self, name: str, p1: int) -> bytes | None:
        while True:
            answer = self._read_binary(p1, 0, self.blocks[0])
            if answer.sw == NOT_FOUND:
                return None
            if answer.data and answer.sw in (OK, END_OF_FILE):
                return answer.data
            if not _size_refused(answer):
                raise _refusal(name, answer)
            if self._short or not self._smaller(self.blocks[0]):
                break
        # The file may be smaller than the block, which some chips take for a wrong length: a short
        # size is given up only when it is refused inside a file.
        answer = self._read_binary(p1, 0, HEAD)
        if not answer.data:
            raise _refusal(name, answer)
        return answer.data

    def _at(self, offset: int, wanted: int) -> bytes:
        while True:
            size = min(self.blocks[0], wanted)
            answer = self._read_binary(offset >> 8, offset & 0xFF, size, inside=True)
            if answer.data and answer.sw in (OK, END_OF_FILE):
                return answer.data[:wanted]
            if not _size_refused(answer) or not self._smaller(size):
                raise _refusal(f"read at {offset}", answer)

    def _read_binary(self, p1: int, p2: int, size: int, inside: bool = False) -> Response:
        """``inside``: the file is known to hold as many bytes as are asked for."""
        answer = self.send(Command(0x00, 0xB0, p1, p2, le=size))
        liked = answer.sw & 0xFF
        if answer.sw >> 8 == 0x6C and 0 < liked < size:
            # The chip names the length it likes: a fresh wrap with that one (7816-4 §5.1.3).
            answer = self.send(Command(0x00, 0xB0, p1, p2, le=liked))
            if inside and answer.data and size == self.blocks[0] and liked >= LEAST_BLOCK:
                # Not the end of a file: it wouldn't take more later either.
                self.blocks = (liked, *(block for block in self.blocks if block < liked))
        self.proved |= len(answer.data) >= self.blocks[0]
        return answer

    def _smaller(self, size: int) -> bool:
        """Steps down below a refused size; false when there is nothing smaller."""
        below = tuple(block for block in self.blocks if block < size)
        if not below:
            return False
        self.blocks = below
        self.proved = False
        return True


def _size_refused(answer: Response) -> bool:
    return answer.sw in (*_REFUSED, END_OF_FILE, OK) or answer.sw >> 8 == 0x6C


def _header_there(data: bytes) -> bool:
    try:
        tlv.header(data)
    except Fault:
        return False
    return True


def _refusal(where: str, answer: Response) -> Fault:
    detail = f"{where}: {answer.sw:04X}"
    if answer.sw == SECURITY_NOT_SATISFIED:
        return Fault("ACCESS_DENIED", detail)
    if answer.sw in (OK, END_OF_FILE, 0x6B00):
        return Fault("TLV_BROKEN", f"{detail}, file shorter than announced")
    return Fault("CARD_ERROR", detail)
