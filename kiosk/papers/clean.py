"""Text as a paper may carry it: one line, NFC, nothing invisible."""

from __future__ import annotations

import unicodedata

LIMIT = 1000
"""Longest text of one field. Longer ones end in "…": a slip always fits its page."""

_BLANK = frozenset({"Zs", "Zl", "Zp", "Cc"})
_DROPPED = frozenset({"Cf", "Cs", "Co", "Cn"})


def clean(text: str, limit: int = LIMIT) -> str:
    """The text in NFC without control, bidi, zero-width, private and unassigned characters.

    A bidi override could make a name read otherwise than it is stored; a lone surrogate can't be
    written at all. Line breaks and tabs become one space.
    """
    # Printable in Python's sense: no letter of these categories but the blank. Nearly every text is.
    kept = text if text.isprintable() else "".join(map(_kept, text))
    line = unicodedata.normalize("NFC", " ".join(kept.split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _kept(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in _BLANK:
        return " "
    return "" if category in _DROPPED else letter
