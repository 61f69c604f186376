"""Spoils samples as somebody would who knows TLV: the lengths around a change are kept right, unless
the length itself is what is spoilt."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

MAX_DEPTH = 24
MAX_CHANGES = 4
LARGEST = 70_000
_ODD = (0x00, 0x01, 0x7F, 0x80, 0xFF)
_LENGTHS = (
    b"\x80",
    b"\x81\x00",
    b"\x82\xff\xff",
    b"\x83\xff\xff\xff",
    b"\x84\xff\xff\xff\xff",
    b"\xff",
)
_TAGS = (b"\x30", b"\x31", b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x0c", b"\x13", b"\x17", b"\xa0",
         b"\x5c", b"\x5f\x1f", b"\x7f\x61", b"\x1f", b"\x5f\xff\xff\xff\x7f")  # fmt: skip
_HIDING = (0x03, 0x04, 0x53)
"""Primitive tags whose value may hold objects of its own: bit string, octet string …"""


class Tree:
    """One object; ``raw`` is kept, so that a change costs only the way up to the root."""

    __slots__ = ("children", "lead", "raw", "tag")

    def __init__(
        self, tag: bytes, children: tuple[Tree, ...] | None, value: bytes, lead: bytes = b""
    ):
        self.tag = tag
        self.children = children
        self.lead = lead
        body = lead + (value if children is None else b"".join(one.raw for one in children))
        self.raw = tag + length(len(body)) + body

    @property
    def value(self) -> bytes:
        return self.raw[-self.size :] if self.size else b""

    @property
    def size(self) -> int:
        return len(self.raw) - len(self.tag) - len(length_of(self.raw, len(self.tag)))


def length(count: int) -> bytes:
    if count < 0x80:
        return bytes([count])
    size = (count.bit_length() + 7) // 8
    return bytes([0x80 | size]) + count.to_bytes(size, "big")


def length_of(raw: bytes, at: int) -> bytes:
    first = raw[at]
    return raw[at : at + 1 + (first & 0x7F if first >= 0x80 else 0)]


def grow(data: bytes, depth: int = 0) -> tuple[Tree, ...] | None:
    """The objects that fill ``data``; None when it isn't a row of objects."""
    found, at = [], 0
    while at < len(data):
        head = _header(data, at)
        if head is None:
            return None
        tag, start, end = head
        found.append(_tree(tag, data[start:end], depth))
        at = end
    return tuple(found)


def _header(data: bytes, at: int) -> tuple[bytes, int, int] | None:
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end >= len(data):
        return None
    tag, first, start = data[at:end], data[end], end + 1
    count = first
    if first >= 0x80:
        size = first & 0x7F
        if not 0 < size <= 3 or start + size > len(data):
            return None
        count, start = int.from_bytes(data[start : start + size], "big"), start + size
    return (tag, start, start + count) if start + count <= len(data) else None


def _tree(tag: bytes, value: bytes, depth: int) -> Tree:
    if depth < MAX_DEPTH and value:
        if tag[0] & 0x20:
            children = grow(value, depth + 1)
            if children:
                return Tree(tag, children, b"")
        elif tag[0] in _HIDING:
            lead = b"\x00" if tag[0] == 0x03 and value[0] == 0 else b""
            children = grow(value[len(lead) :], depth + 1)
            if children and len(value) > 4:
                return Tree(tag, children, b"", lead)
    return Tree(tag, None, value)


class Mutator:
    """Makes cases out of samples; the same `Random` makes the same cases."""

    def __init__(self, samples: list[bytes], random: Random) -> None:
        self._samples = samples
        self._trees = [grow(sample) for sample in samples]
        self._random = random
        self._spare = [tree for row in self._trees for one in row or () for tree in _all(one)]

    def case(self) -> bytes:
        at = self._random.randrange(len(self._samples))
        row, data = self._trees[at], self._samples[at]
        for _ in range(self._random.randint(1, MAX_CHANGES)):
            if row and self._random.random() < 0.7:
                row = self._row(row, 0)
                data = b"".join(one.raw for one in row)
            else:
                row, data = None, self._bytes(data)
        return data[:LARGEST]

    # --- objects ---

    def _row(self, row: tuple[Tree, ...], depth: int) -> tuple[Tree, ...]:
        """The row with one change somewhere in or below it."""
        if not row:
            return (self._other(),)
        at = self._random.randrange(len(row))
        one = row[at]
        if one.children is not None and self._random.random() < 0.8:
            inner = Tree(one.tag, self._row(one.children, depth + 1), b"", one.lead)
            return (*row[:at], inner, *row[at + 1 :])
        change: Callable[[tuple[Tree, ...], int], tuple[Tree, ...]] = self._random.choice(
            (
                self._drop,
                self._double,
                self._swap,
                self._replace,
                self._nest,
                self._tag,
                self._value,
                self._value,
                self._value,
            )
        )
        return change(row, at)

    def _drop(self, row: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
        return row[:at] + row[at + 1 :]

    def _double(self, row: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
        times = self._random.choice((2, 2, 3, 40, 300)) if len(row[at].raw) < 100 else 2
        return (*row[:at], *(row[at],) * times, *row[at + 1 :])

    def _swap(self, row: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
        other = self._random.randrange(len(row))
        mixed = list(row)
        mixed[at], mixed[other] = mixed[other], mixed[at]
        return tuple(mixed)

    def _replace(self, row: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
        return (*row[:at], self._other(), *row[at + 1 :])

    def _nest(self, row: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
        one = row[at]
        for _ in range(self._random.choice((1, 1, 2, 9, 60))):
            one = Tree(one.tag if one.tag[0] & 0x20 else b"\x30", (one,), b"")
        return (*row[:at], one, *row[at + 1 :])

    def _tag(self, row: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
        one = row[at]
        tag = self._random.choice((*_TAGS, self._other().tag))
        return (*row[:at], Tree(tag, one.children, one.value, one.lead), *row[at + 1 :])

    def _value(self, row: tuple[Tree, ...], at: int) -> tuple[Tree, ...]:
        one = row[at]
        value = self._bytes(one.value)
        return (*row[:at], Tree(one.tag, None, value), *row[at + 1 :])

    def _other(self) -> Tree:
        return self._random.choice(self._spare) if self._spare else Tree(b"\x30", None, b"")

    # --- bytes ---

    def _bytes(self, data: bytes) -> bytes:
        change: Callable[[bytes, int], bytes] = self._random.choice(
            (
                self._cut,
                self._insert,
                self._remove,
                self._length,
                self._fill,
                self._splice,
                self._echo,
                self._flip,
                self._flip,
                self._flip,
            )
        )
        return change(data, self._random.randrange(len(data)) if data else 0)

    def _cut(self, data: bytes, at: int) -> bytes:
        return data[:at]

    def _insert(self, data: bytes, at: int) -> bytes:
        return data[:at] + self._random.randbytes(self._random.randint(1, 8)) + data[at:]

    def _remove(self, data: bytes, at: int) -> bytes:
        return data[:at] + data[at + self._random.randint(1, 16) :]

    def _length(self, data: bytes, at: int) -> bytes:
        return data[:at] + self._random.choice(_LENGTHS) + data[at + 1 :]

    def _fill(self, data: bytes, at: int) -> bytes:
        count = self._random.choice((0, 1, 2, 8, 33, 300))
        if self._random.random() < 0.5:
            return self._random.randbytes(count)
        return bytes([self._random.choice(_ODD)]) * count

    def _splice(self, data: bytes, at: int) -> bytes:
        other = self._random.choice(self._samples)
        start = self._random.randrange(len(other) + 1)
        return data[:at] + other[start : start + self._random.randint(1, 400)]

    def _echo(self, data: bytes, at: int) -> bytes:
        """Another byte of the same sample, which in a text is a letter of its alphabet."""
        return data[:at] + bytes([self._random.choice(data)]) + data[at + 1 :] if data else data

    def _flip(self, data: bytes, at: int) -> bytes:
        spoilt = bytearray(data)
        for _ in range(self._random.randint(1, 4) if data else 0):
            place = self._random.randrange(len(spoilt))
            flipped = spoilt[place] ^ 1 << self._random.randrange(8)
            spoilt[place] = self._random.choice((flipped, *_ODD))
        return bytes(spoilt)


def _all(tree: Tree) -> list[Tree]:
    found = [tree]
    for one in tree.children or ():
        found += _all(one)
    return found
