"""IPP messages (RFC 8010): built for requests, parsed from answers that may be anything."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

Value = int | bool | str | bytes

MAX_BYTES = 1_000_000
MAX_ATTRIBUTES = 4000


class MessageError(Exception):
    """Bytes that aren't an IPP message."""


class Operation(IntEnum):
    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Group(IntEnum):
    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04


class Tag(IntEnum):
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


@dataclass(frozen=True)
class Attribute:
    """One attribute of a request; ``values`` are all of one ``tag``."""

    tag: Tag
    name: str
    values: tuple[Value, ...]

    @classmethod
    def of(cls, tag: Tag, name: str, *values: Value) -> Attribute:
        return cls(tag, name, values)


AttributeSet = Mapping[str, Sequence[Value]]


@dataclass(frozen=True)
class Message:
    """A request or an answer without its document.

    ``code``: operation or status. ``groups``: in their order, a group tag with its attributes.
    """

    code: int
    request_id: int
    groups: tuple[tuple[int, AttributeSet], ...] = ()
    document: bytes = field(default=b"", repr=False)

    def group(self, tag: Group) -> AttributeSet:
        """Attributes of the first such group; empty when there is none."""
        return next((attributes for found, attributes in self.groups if found == tag), {})


def encode(
    code: int,
    request_id: int,
    groups: Iterable[tuple[Group, Sequence[Attribute]]],
    document: bytes = b"",
) -> bytes:
    """A whole message of IPP 2.0, the document behind it."""
    out = [struct.pack(">BBHI", 2, 0, code, request_id)]
    for group, attributes in groups:
        out.append(bytes([group]))
        for attribute in attributes:
            out.extend(_attribute(attribute))
    return b"".join([*out, bytes([Group.END]), document])


def parse(data: bytes) -> Message:
    """Reads a message. Raises `MessageError`, never anything else, whatever the bytes are."""
    if len(data) < 9:
        raise MessageError("too short")
    major, _minor, code, request_id = struct.unpack_from(">BBHI", data)
    if major not in (1, 2):
        raise MessageError(f"version {major}")
    reader = _Reader(data, 8)
    groups: list[tuple[int, dict[str, list[Value]]]] = []
    name = ""
    for _ in range(MAX_ATTRIBUTES):
        tag = reader.byte()
        if tag == Group.END:
            return Message(code, request_id, tuple(groups), data[reader.at :])
        if tag < 0x10:
            groups.append((tag, {}))
            name = ""
            continue
        given, raw = reader.block(), reader.block()
        name = _text(given) if given else name
        if not groups or not name:
            raise MessageError("a value outside of a group or an attribute")
        groups[-1][1].setdefault(name, []).append(_value(tag, raw))
    raise MessageError("too many attributes")


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def byte(self) -> int:
        if self.at >= len(self._data):
            raise MessageError("ends without an end tag")
        self.at += 1
        return self._data[self.at - 1]

    def block(self) -> bytes:
        """A length of two bytes and so many bytes."""
        size = self.byte() << 8 | self.byte()
        if self.at + size > len(self._data):
            raise MessageError("a length that points behind the end")
        self.at += size
        return self._data[self.at - size : self.at]


def _attribute(attribute: Attribute) -> Iterable[bytes]:
    for number, value in enumerate(attribute.values):
        name = attribute.name.encode() if number == 0 else b""
        raw = _raw(attribute.tag, value)
        yield (
            struct.pack(">BH", attribute.tag, len(name)) + name + struct.pack(">H", len(raw)) + raw
        )


def _raw(tag: Tag, value: Value) -> bytes:
    if tag is Tag.BOOLEAN:
        return b"\x01" if value else b"\x00"
    if tag in (Tag.INTEGER, Tag.ENUM):
        return struct.pack(">i", value)
    return value if isinstance(value, bytes) else str(value).encode()


def _value(tag: int, raw: bytes) -> Value:
    """Numbers, truth and text; anything else stays bytes."""
    if tag in (Tag.INTEGER, Tag.ENUM):
        if len(raw) != 4:
            raise MessageError("a number that isn't four bytes")
        return int.from_bytes(raw, "big", signed=True)
    if tag == Tag.BOOLEAN:
        if len(raw) != 1:
            raise MessageError("a truth value that isn't one byte")
        return raw != b"\x00"
    return _text(raw) if 0x40 <= tag <= 0x4F else raw


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MessageError("text that isn't UTF-8") from error
