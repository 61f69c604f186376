"""Which letters Vietnamese is written with: what tells sound text from spoilt text."""

from __future__ import annotations

import unicodedata

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")

LETTERS = frozenset(
    letter
    for vowel in _VOWELS + _VOWELS.upper()
    for tone in _TONES
    for letter in unicodedata.normalize("NFC", vowel + tone)
    if not letter.isascii()
) | {"đ", "Đ"}
"""The 134 letters beyond ASCII."""


def is_sound(text: str) -> bool:
    """Whether everything beyond ASCII is a Vietnamese letter once composed, and ASCII is printable."""
    composed = unicodedata.normalize("NFC", text)
    return all(one in LETTERS or (one.isascii() and one.isprintable()) for one in composed)
