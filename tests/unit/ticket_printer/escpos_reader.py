"""A second, independent reading of a ticket's bytes: strict, whole jobs only, shares nothing with the product.

Written after the command tables of printer makers, for exactly the commands a ticket may hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from PIL import Image

_BITS = [bytes(int(bit) for bit in f"{byte:08b}") for byte in range(256)]


class Wrong(AssertionError):
    """The bytes aren't a ticket that every printer understands."""


@dataclass
class Ticket:
    """``rows``: black dots as ``bytearray`` of 0 and 1, one per printed row; ``bands``: their heights."""

    rows: list[bytearray] = field(default_factory=list)
    bands: list[int] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    fed: int = 0
    cut: str = "none"
    questions: int = 0

    def picture(self) -> Image.Image:
        width = len(self.rows[0])
        if any(len(row) != width for row in self.rows):
            raise Wrong("rows of different widths")
        whole = b"".join(self.rows).translate(bytes([255, 0]) + bytes(254))
        return Image.frombytes("L", (width, len(self.rows)), whole).convert("1")


def read_ticket(data: bytes) -> Ticket:
    """Reads one whole job: ``ESC @``, dots, feed, cut, ``LF``, ``ESC @`` and at most questions behind it."""
    ticket = Ticket()
    if data[:2] != b"\x1b\x40":
        raise Wrong("a job begins with ESC @")
    at = _dots(data, 2, ticket)
    if feed := re.compile(rb"\x1b\x64(.)", re.DOTALL).match(data, at):
        ticket.fed, at = feed[1][0], feed.end()
    if cut := re.compile(rb"\x1d\x56([\x00\x01])").match(data, at):
        ticket.cut, at = ("full", "part")[cut[1][0]], cut.end()
    if data[at : at + 3] != b"\x0a\x1b\x40":
        raise Wrong(f"after the cut LF and ESC @ are due, not {data[at : at + 3].hex(' ')}")
    at += 3
    while at < len(data):
        if not (question := re.compile(rb"\x1d\x72\x01").match(data, at)):
            raise Wrong(f"behind the job stands {data[at : at + 8].hex(' ')}")
        ticket.questions, at = ticket.questions + 1, question.end()
    if len(ticket.kinds) != 1:
        raise Wrong(f"one way of sending dots, not {sorted(ticket.kinds)}")
    return ticket


def _dots(data: bytes, at: int, ticket: Ticket) -> int:
    while True:
        lead = data[at : at + 2]
        if lead == b"\x1d\x76":
            at = _raster(data, at, ticket)
        elif lead == b"\x1d\x28":
            at = _graphics(data, at, ticket)
        elif lead == b"\x1b\x33":
            at = _columns(data, at, ticket)
        else:
            return at


def _take(data: bytes, at: int, size: int) -> bytes:
    part = data[at : at + size]
    if len(part) != size:
        raise Wrong("the bytes end inside a picture")
    return part


def _raster(data: bytes, at: int, ticket: Ticket) -> int:
    head = _take(data, at, 8)
    if head[:4] != bytes.fromhex("1d763000"):
        raise Wrong("GS v 0 in normal size only")
    across, rows = int.from_bytes(head[4:6], "little"), int.from_bytes(head[6:8], "little")
    _unpack(_take(data, at + 8, across * rows), across, rows, ticket)
    ticket.kinds.add("bitImageRaster")
    return at + 8 + across * rows


def _graphics(data: bytes, at: int, ticket: Ticket) -> int:
    head = _take(data, at, 15)
    size = int.from_bytes(head[3:5], "little")
    if head[2:3] + head[5:11] != bytes.fromhex("4c 30 70 30 01 01 31"):
        raise Wrong("GS ( L stores a picture of one colour in normal size only")
    width, rows = int.from_bytes(head[11:13], "little"), int.from_bytes(head[13:15], "little")
    if width % 8 or size != 10 + width // 8 * rows:
        raise Wrong(f"GS ( L declares {size} bytes for {width} × {rows} dots")
    _unpack(_take(data, at + 15, size - 10), width // 8, rows, ticket)
    at += 5 + size
    if _take(data, at, 7) != bytes.fromhex("1d 28 4c 02 00 30 32"):
        raise Wrong("a stored picture is to be printed at once")
    ticket.kinds.add("graphics")
    return at + 7


def _columns(data: bytes, at: int, ticket: Ticket) -> int:
    if _take(data, at, 3) != b"\x1b\x33\x10":
        raise Wrong("strips need a line feed of 16")
    at += 3
    rows = 0
    while data[at : at + 2] == b"\x1b\x2a":
        head = _take(data, at, 5)
        if head[2] != 33:
            raise Wrong("strips of 24 dots only")
        width = int.from_bytes(head[3:5], "little")
        body = _take(data, at + 5, 3 * width)
        for part in range(3):
            columns = [_BITS[byte] for byte in body[part::3]]
            ticket.rows.extend(bytearray(row) for row in zip(*columns, strict=True))
        at += 5 + 3 * width
        if _take(data, at, 1) != b"\x0a":
            raise Wrong("a strip ends with LF")
        at += 1
        ticket.bands.append(24)
        rows += 24
    if not rows or _take(data, at, 2) != b"\x1b\x32":
        raise Wrong("strips end with ESC 2")
    ticket.kinds.add("bitImageColumn")
    return at + 2


def _unpack(body: bytes, across: int, rows: int, ticket: Ticket) -> None:
    if not across or not rows:
        raise Wrong("a picture without dots")
    for row in range(rows):
        line = body[row * across : (row + 1) * across]
        ticket.rows.append(bytearray(b"".join(_BITS[byte] for byte in line)))
    ticket.bands.append(rows)
