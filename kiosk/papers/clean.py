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
    kept = []
    for letter in text:
        category = unicodedata.category(letter)
        if category in _BLANK:
            kept.append(" ")
        elif category not in _DROPPED:
            kept.append(letter)
    line = unicodedata.normalize("NFC", " ".join("".join(kept).split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
