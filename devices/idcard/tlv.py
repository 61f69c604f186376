"""BER-TLV as chips use it (ISO/IEC 7816-4 §5.2.2, DER lengths), with limits against hostile chips."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from devices.fault import Fault

MAX_DEPTH = 8
"""Levels of nesting below the outermost object that are followed."""
MAX_TAG_BYTES = 3
MAX_LENGTH_BYTES = 3
MAX_CHARACTERS = 512
"""Of one text."""
_REPLACED = "\ufffd"
_NOT_TEXT = frozenset(("Cc", "Cf", "Cn", "Co", "Cs"))
"""Categories of signs that a text doesn't show: controls, direction marks, signs nobody assigned."""


@dataclass(frozen=True, repr=False)
class Node:
    """One data object. ``level`` counts from 0 for the outermost; ``limit`` is the deepest level allowed."""

    tag: int
    value: bytes
    level: int = 0
    limit: int = MAX_DEPTH

    def __repr__(self) -> str:
        return f"Node({self.tag:X}, {len(self.value)} bytes)"

    def children(self) -> list[Node]:
        """The objects inside. Raises `Fault` ``TLV_BROKEN`` when the value isn't a row of objects."""
        if self.level >= self.limit:
            raise Fault("TLV_BROKEN", f"nested deeper than {self.limit} levels")
        return [Node(tag, value, self.level + 1, self.limit) for tag, value in _objects(self.value)]

    def find(self, tag: int) -> Node | None:
        """The first object inside with this tag."""
        return next((node for node in self.children() if node.tag == tag), None)

    def child(self, tag: int) -> Node:
        """Like `find`. Raises `Fault` ``TLV_BROKEN`` when there is none."""
        node = self.find(tag)
        if node is None:
            raise Fault("TLV_BROKEN", f"object {tag:X} missing in {self.tag:X}")
        return node


def parse(data: bytes, tag: int | None = None, limit: int = MAX_DEPTH) -> Node:
    """The one object that fills ``data``; nothing may follow it.

    Raises `Fault` ``TLV_BROKEN``, also when ``tag`` is given and another one stands there.
    """
    found, length, start = header(data)
    if start + length != len(data):
        raise Fault("TLV_BROKEN", f"{len(data)} bytes, but the object says {start + length}")
    if tag is not None and found != tag:
        raise Fault("TLV_BROKEN", f"tag {found:X} where {tag:X} belongs")
    return Node(found, data[start:], 0, limit)


def header(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Tag, length of the value and where the value begins; the value itself need not be there yet.

    Raises `Fault` ``TLV_BROKEN`` for a header that is cut, indefinite or longer than allowed.
    """
    tag, at = _tag(data, at)
    if at >= len(data):
        raise Fault("TLV_BROKEN", "length missing")
    first = data[at]
    at += 1
    if first < 0x80:
        return tag, first, at
    size = first & 0x7F
    if size == 0 or size > MAX_LENGTH_BYTES:
        raise Fault("TLV_BROKEN", f"length byte {first:02X} not allowed")
    if at + size > len(data):
        raise Fault("TLV_BROKEN", "length cut off")
    return tag, int.from_bytes(data[at : at + size], "big"), at + size


def text(value: bytes) -> str | None:
    """A value as people read it: UTF-8 in NFC, blanks and line breaks made single blanks.

    None when it isn't that, holds signs that don't show, or is longer than `MAX_CHARACTERS`.
    """
    found = unicodedata.normalize("NFC", " ".join(value.decode("utf-8", "replace").split()))
    if len(found) > MAX_CHARACTERS or _REPLACED in found:
        return None
    return None if any(unicodedata.category(sign) in _NOT_TEXT for sign in found) else found


def build(tag: int, *values: bytes) -> bytes:
    """The object with this tag over the joined values, length in its shortest form."""
    value = b"".join(values)
    return _number(tag) + length_field(len(value)) + value


def length_field(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    size = _number(length)
    return bytes([0x80 | len(size)]) + size


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, length, start = header(data, at)
        at = start + length
        if at > len(data):
            raise Fault("TLV_BROKEN", f"object {tag:X} runs past its parent")
        yield tag, data[start:at]


def _tag(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise Fault("TLV_BROKEN", "tag missing")
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
        if end > len(data) or end - at > MAX_TAG_BYTES:
            raise Fault("TLV_BROKEN", "tag cut off or too long")
    return int.from_bytes(data[at:end], "big"), end


def _number(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")
