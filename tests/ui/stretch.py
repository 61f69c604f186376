"""Longer words for layout tests: a translation may be half as long again."""

from __future__ import annotations

import os

PERCENT = int(os.environ.get("STRETCH", "150"))


def stretched(text: str) -> str:
    """The text, lengthened word by word to ``PERCENT``."""
    words = text.split()
    wanted = len(text) * PERCENT // 100
    out, index = text, 0
    while words and len(out) < wanted:
        out += " " + words[index % len(words)]
        index += 1
    return out
