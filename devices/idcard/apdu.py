"""Command and answer of a chip (ISO/IEC 7816-4 §5.1), short and extended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from devices.fault import Fault

Transport = Callable[[bytes], bytes]
"""Command APDU in, ``data || SW1 SW2`` out."""

OK = 0x9000
END_OF_FILE = 0x6282
WRONG_LENGTH = 0x6700
SECURITY_NOT_SATISFIED = 0x6982
NOT_FOUND = 0x6A82
WRONG_OFFSET = 0x6B00
CHAINED = 0x10
"""In the class of every command of a chain but the last."""
MAX_ROUNDS = 64
"""GET RESPONSE rounds for one answer."""


@dataclass(frozen=True, repr=False)
class Command:
    """``le`` is the number of bytes wanted: ``None`` for no Le field, 256 and 65536 for "all"."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    extended: bool = False

    def __repr__(self) -> str:
        head = self.header.hex().upper()
        return f"Command({head}, {len(self.data)} bytes, Le {self.le})"

    @property
    def header(self) -> bytes:
        return bytes([self.cla, self.ins, self.p1, self.p2])

    def encode(self) -> bytes:
        """The bytes on the wire; extended when asked or needed. Short and extended never mix."""
        extended = self.extended or len(self.data) > 255 or (self.le or 0) > 256
        return self.header + (self._extended_body() if extended else self._short_body())

    def _short_body(self) -> bytes:
        body = bytes([len(self.data)]) + self.data if self.data else b""
        return body if self.le is None else body + bytes([self.le & 0xFF])

    def _extended_body(self) -> bytes:
        lead = b"\x00"
        body = len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        tail = b"" if self.le is None else (self.le & 0xFFFF).to_bytes(2, "big")
        return lead + body + tail if body or tail else b""


@dataclass(frozen=True, repr=False)
class Response:
    data: bytes
    sw: int

    def __repr__(self) -> str:
        return f"Response({len(self.data)} bytes, {self.sw:04X})"

    def encode(self) -> bytes:
        return self.data + self.sw.to_bytes(2, "big")


def chain(command: Command, size: int) -> Iterator[Command]:
    """The command in parts of ``size`` bytes of data (ISO/IEC 7816-4 §5.1.1); the last one asks."""
    for at in range(0, len(command.data), size):
        part = replace(command, data=command.data[at : at + size])
        last = at + size >= len(command.data)
        yield part if last else replace(part, cla=command.cla | CHAINED, le=None)


def parse_command(raw: bytes) -> Command | None:
    """The command in ``raw``, for the card's side; ``None`` when the lengths don't fit."""
    if len(raw) < 4:
        return None
    head, body = Command(raw[0], raw[1], raw[2], raw[3]), raw[4:]
    if len(body) <= 1:
        return replace(head, le=body[0] or 256) if body else head
    if body[0] == 0 and len(body) >= 3:
        return _parse_extended(head, body[1:])
    return _parse_short(head, body)


def _parse_short(head: Command, body: bytes) -> Command | None:
    count, rest = body[0], body[1:]
    if len(rest) == count:
        return replace(head, data=rest)
    if len(rest) == count + 1:
        return replace(head, data=rest[:-1], le=rest[-1] or 256)
    return None


def _parse_extended(head: Command, body: bytes) -> Command | None:
    count, rest = int.from_bytes(body[:2], "big"), body[2:]
    if not rest:
        return replace(head, le=count or 65536, extended=True)
    if len(rest) == count:
        return replace(head, data=rest, extended=True)
    if len(rest) == count + 2:
        le = int.from_bytes(rest[-2:], "big") or 65536
        return replace(head, data=rest[:-2], le=le, extended=True)
    return None


def parse_response(raw: bytes) -> Response:
    """Splits data and status word. Raises `Fault` ``READER_ERROR`` for less than two bytes."""
    if len(raw) < 2:
        raise Fault("READER_ERROR", "answer shorter than a status word")
    return Response(raw[:-2], int.from_bytes(raw[-2:], "big"))


def exchange(transport: Transport, command: Command) -> Response:
    """Sends one command and fetches the whole answer.

    ``61xx`` is followed with GET RESPONSE, ``6Cxx`` is repeated once with the length the chip
    names (ISO/IEC 7816-4 §5.3.4). A protected command must not be repeated as it stands, because
    its counter is spent: the caller of secure messaging sees the bare 6Cxx.
    Raises `Fault` ``CARD_ERROR`` for an answer that never ends.
    """
    response = parse_response(transport(command.encode()))
    if response.sw >> 8 == 0x6C and not command.cla & 0x0C:
        again = replace(command, le=response.sw & 0xFF or 256)
        response = parse_response(transport(again.encode()))
    data = response.data
    for _ in range(MAX_ROUNDS):
        if response.sw >> 8 != 0x61:
            return Response(data, response.sw)
        more = Command(0x00, 0xC0, 0x00, 0x00, le=response.sw & 0xFF or 256)
        response = parse_response(transport(more.encode()))
        data += response.data
    raise Fault("CARD_ERROR", f"more than {MAX_ROUNDS} GET RESPONSE")
