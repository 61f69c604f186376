"""Deterministic CBOR (RFC 8949 §4.2): one value has one encoding.

Only what a journal entry needs: unsigned whole numbers below 2^64, byte strings, NFC text, null and
arrays. No maps, floats, tags, negative numbers or indefinite lengths.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

Value = None | int | bytes | str | Sequence["Value"]

_UINT, _BYTES, _TEXT, _ARRAY = 0, 2, 3, 4
_NULL = b"\xf6"
_DEPTH = 16
_ONE = tuple(bytes((one,)) for one in range(256))


class NotCanonical(ValueError):
    """Bytes that are not the one encoding of a value, or a value outside the subset."""


def encode(value: Value) -> bytes:
    """The one encoding of a value. Raises `NotCanonical` for anything outside the subset."""
    parts: list[bytes] = []
    _encode(value, 0, parts)
    return b"".join(parts)


def decode(data: bytes) -> Value:
    """The value whose encoding `data` is. Raises `NotCanonical` for any other bytes."""
    value, end = _decode(data, 0, 0)
    if end != len(data):
        raise NotCanonical("bytes after the value")
    return value


def _encode(value: Value, depth: int, parts: list[bytes]) -> None:
    if depth > _DEPTH:
        raise NotCanonical("nested too deep")
    if isinstance(value, str):
        text = _text(value)
        parts += (_head(_TEXT, len(text)), text)
    elif isinstance(value, int) and not isinstance(value, bool):
        parts.append(_head(_UINT, value))
    elif value is None:
        parts.append(_NULL)
    elif isinstance(value, bytes):
        parts += (_head(_BYTES, len(value)), value)
    elif isinstance(value, list | tuple):
        parts.append(_head(_ARRAY, len(value)))
        for one in value:
            _encode(one, depth + 1, parts)
    else:
        raise NotCanonical(f"no encoding for {type(value).__name__}")


def _text(value: str) -> bytes:
    if not value.isascii() and not unicodedata.is_normalized("NFC", value):
        raise NotCanonical("text is not NFC")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("text with a lone surrogate") from None


def _head(major: int, number: int) -> bytes:
    if not 0 <= number < 1 << 64:
        raise NotCanonical("number out of range")
    if number < 24:
        return _ONE[major << 5 | number]
    for code, size in ((24, 1), (25, 2), (26, 4)):
        if number < 1 << (8 * size):
            return bytes((major << 5 | code,)) + number.to_bytes(size, "big")
    return bytes((major << 5 | 27,)) + number.to_bytes(8, "big")


def _decode(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    if depth > _DEPTH:
        raise NotCanonical("nested too deep")
    if data[at : at + 1] == _NULL:
        return None, at + 1
    major, number, at = _read_head(data, at)
    if major == _UINT:
        return number, at
    if major == _ARRAY:
        return _decode_array(data, at, number, depth)
    if major not in (_BYTES, _TEXT):
        raise NotCanonical(f"major type {major}")
    part, end = _take(data, at, number)
    if major == _BYTES:
        return part, end
    try:
        text = part.decode("utf-8")
    except UnicodeDecodeError:
        raise NotCanonical("text is not UTF-8") from None
    _text(text)
    return text, end


def _decode_array(data: bytes, at: int, length: int, depth: int) -> tuple[Value, int]:
    if length > len(data) - at:  # each value takes a byte at least
        raise NotCanonical("cut short")
    values: list[Value] = []
    for _ in range(length):
        value, at = _decode(data, at, depth + 1)
        values.append(value)
    return values, at


def _read_head(data: bytes, at: int) -> tuple[int, int, int]:
    first, at = _take(data, at, 1)
    major, code = first[0] >> 5, first[0] & 0x1F
    if code < 24:
        return major, code, at
    if code > 27:
        raise NotCanonical("indefinite or reserved length")
    size = 1 << (code - 24)
    part, at = _take(data, at, size)
    number = int.from_bytes(part, "big")
    if number < 24 or (size > 1 and number < 1 << (4 * size)):
        raise NotCanonical("number is not in its shortest form")
    return major, number, at


def _take(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    if at + size > len(data):
        raise NotCanonical("cut short")
    return data[at : at + size], at + size
