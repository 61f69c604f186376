"""From what a scanner gave to a `Code`."""

from __future__ import annotations

from devices.code_reader.api import Code
from devices.code_reader.plain_text import plain
from devices.code_reader.repair import decoded, repaired


def code_of(raw: bytes) -> Code | None:
    """The code of these bytes; None when nothing visible is in them."""
    return _code(*decoded(raw))


def code_of_keys(text: str) -> Code | None:
    """The code that a keyboard wedge typed: doubtful as soon as it holds letters beyond ``A``–``Z``
    or may have lost some, as keyboards drop and replace them without a trace.
    """
    better, _ = repaired(text)
    return _code(better, any(one.isalpha() for one in better))


def _code(text: str, doubtful: bool) -> Code | None:
    clean = plain(text)
    return Code(clean, doubtful) if clean else None
