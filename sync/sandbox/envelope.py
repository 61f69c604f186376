"""Takes a request apart without losing the exact bytes of its one data element."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class NotARequest(ValueError):
    """The body is no JSON object."""


@dataclass(frozen=True, repr=False)
class Request:
    """A request's plain fields, and the exact bytes of each element of ``data``."""

    fields: dict[str, Any]
    elements: tuple[bytes, ...]


def read(body: bytes) -> Request:
    """Raises `NotARequest`."""
    try:
        text = body.decode("utf-8")
        return _read(text)
    except (ValueError, IndexError, RecursionError) as error:
        raise NotARequest(type(error).__name__) from None


def digest(element: bytes) -> str:
    """The ``Content-Digest`` that belongs to these bytes."""
    return f"sha-256=:{b64encode(sha256(element).digest()).decode('ascii')}:"


def key_of(header: str | None) -> str:
    """The idempotency key, with or without the quotes of a structured-field string."""
    text = (header or "").strip()
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text


def keys_of(header: str) -> tuple[str, ...]:
    """The keys of a list of structured-field strings."""
    return tuple(found for found in (key_of(one) for one in header.split(",")) if found)


def _read(text: str) -> Request:
    at = _expect(text, _skip(text, 0), "{")
    fields: dict[str, Any] = {}
    elements: tuple[bytes, ...] = ()
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _expect(text, _skip(text, at), ":"))
        if name == "data" and text[at] == "[":
            elements, at = _elements(text, at)
        else:
            fields[str(name)], at = _DECODER.raw_decode(text, at)
        at = _separator(text, at, "}")
    if _skip(text, at + 1) != len(text):
        raise ValueError("something follows the object")
    return Request(fields, elements)


def _elements(text: str, at: int) -> tuple[tuple[bytes, ...], int]:
    found: list[bytes] = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        found.append(text[at:end].encode("utf-8"))
        at = _separator(text, end, "]")
    return tuple(found), at + 1


def _separator(text: str, at: int, end: str) -> int:
    """The place of the next value or of the closing bracket."""
    at = _skip(text, at)
    if text[at] == end:
        return at
    at = _skip(text, _expect(text, at, ","))
    if text[at] == end:
        raise ValueError("a comma too many")
    return at


def _expect(text: str, at: int, character: str) -> int:
    if text[at] != character:
        raise ValueError(f"{character} expected")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
