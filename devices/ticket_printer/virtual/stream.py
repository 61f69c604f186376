"""Reads an ESC/POS stream strictly, by the lengths it declares, whatever the packets were."""

from __future__ import annotations

from dataclasses import dataclass


class NotEscpos(Exception):
    """A byte that no known command begins with; a real printer would print letters from here on."""


@dataclass(frozen=True)
class Init:
    """ESC @."""


@dataclass(frozen=True)
class Picture:
    """A block of dots by rows; 1 is black, the highest bit is left."""

    width: int
    rows: int
    data: bytes


@dataclass(frozen=True)
class Store:
    """GS ( L, function 112: a picture that is printed by function 50."""

    picture: Picture


@dataclass(frozen=True)
class PrintStored:
    """GS ( L, function 50."""


@dataclass(frozen=True)
class Strip:
    """ESC *: ``width`` columns of 24 dots, three bytes each, top bit first."""

    width: int
    data: bytes


@dataclass(frozen=True)
class LineFeed:
    """LF."""


@dataclass(frozen=True)
class LineSpacing:
    """ESC 3 n; ``None`` for ESC 2, the default."""

    dots: int | None


@dataclass(frozen=True)
class Feed:
    """ESC d n."""

    lines: int


@dataclass(frozen=True)
class Cut:
    """GS V."""

    part: bool


@dataclass(frozen=True)
class RealTimeStatus:
    """DLE EOT n."""

    question: int


@dataclass(frozen=True)
class QueuedStatus:
    """GS r n."""

    question: int


Command = (
    Init
    | Picture
    | Store
    | PrintStored
    | Strip
    | LineFeed
    | LineSpacing
    | Feed
    | Cut
    | RealTimeStatus
    | QueuedStatus
)


class Reader:
    """Takes bytes as they come and gives whole commands."""

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def inside(self) -> bool:
        """Whether a command has begun and isn't whole yet."""
        return bool(self._rest)

    def feed(self, data: bytes) -> list[tuple[Command, bytes]]:
        """The commands that became whole, each with its bytes. Raises `NotEscpos`."""
        self._rest += data
        found: list[tuple[Command, bytes]] = []
        while self._rest:
            one = _command(self._rest)
            if one is None:
                break
            command, size = one
            found.append((command, bytes(self._rest[:size])))
            del self._rest[:size]
        return found


def _command(data: bytearray) -> tuple[Command, int] | None:
    """The first command and its size, ``None`` while it isn't whole."""
    if data[0] == 0x0A:
        return LineFeed(), 1
    if len(data) < 2:
        if data[0] in (0x1B, 0x1D, 0x10):
            return None
        raise NotEscpos(f"{data[0]:02X}")
    lead = bytes(data[:2])
    if lead == b"\x1d(":
        return _graphics(data)
    if lead == b"\x1dv":
        return _raster(data)
    if lead == b"\x1b*":
        return _strip(data)
    return _short(lead, data)


def _short(lead: bytes, data: bytearray) -> tuple[Command, int] | None:
    if lead == b"\x1b@":
        return Init(), 2
    if lead == b"\x1b2":
        return LineSpacing(None), 2
    if lead not in (b"\x1b3", b"\x1bd", b"\x1dV", b"\x10\x04", b"\x1dr"):
        raise NotEscpos(lead.hex(" "))
    if len(data) < 3:
        return None
    value = data[2]
    command: Command
    if lead == b"\x1b3":
        command = LineSpacing(value)
    elif lead == b"\x1bd":
        command = Feed(value)
    elif lead == b"\x1dV" and value in (0, 1):
        command = Cut(part=value == 1)
    elif lead == b"\x10\x04" and 1 <= value <= 4:
        command = RealTimeStatus(value)
    elif lead == b"\x1dr" and value == 1:
        command = QueuedStatus(value)
    else:
        raise NotEscpos(f"{lead.hex(' ')} {value:02x}")
    return command, 3


def _raster(data: bytearray) -> tuple[Command, int] | None:
    if len(data) < 8:
        return None
    if data[2:4] != b"0\x00":
        raise NotEscpos(data[:4].hex(" "))
    across, rows = data[4] | data[5] << 8, data[6] | data[7] << 8
    size = 8 + across * rows
    if len(data) < size:
        return None
    return Picture(across * 8, rows, bytes(data[8:size])), size


def _strip(data: bytearray) -> tuple[Command, int] | None:
    if len(data) < 5:
        return None
    if data[2] != 33:
        raise NotEscpos(data[:3].hex(" "))
    width = data[3] | data[4] << 8
    size = 5 + width * 3
    return (Strip(width, bytes(data[5:size])), size) if len(data) >= size else None


def _graphics(data: bytearray) -> tuple[Command, int] | None:
    if len(data) < 5:
        return None
    size = 5 + (data[3] | data[4] << 8)
    if data[2:3] != b"L" or size < 7:
        raise NotEscpos(data[:5].hex(" "))
    if len(data) < size:
        return None
    body = bytes(data[5:size])
    if body == b"02":
        return PrintStored(), size
    if body[:6] != b"0p0\x01\x011" or len(body) < 10:
        raise NotEscpos(body[:6].hex(" "))
    width, rows = body[6] | body[7] << 8, body[8] | body[9] << 8
    if len(body) - 10 != (width + 7) // 8 * rows:
        raise NotEscpos("graphics data of another size than declared")
    return Store(Picture(width, rows, body[10:])), size
