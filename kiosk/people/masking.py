"""Masks personal data wherever the whole is not needed; every floor uses these functions."""

from __future__ import annotations

_DOTS = "•••••"


def mask_number(number: str) -> str:
    """``0010•••••345``: the first four and last three characters of an identity number.

    The dots do not tell the length. A number too short to hide anything is hidden as a whole.
    """
    return f"{number[:4]}{_DOTS}{number[-3:]}" if len(number) >= 9 else _DOTS


def mask_phone(phone: str) -> str:
    """``09•••••678``: the first two and last three digits of a phone number."""
    return f"{phone[:2]}{_DOTS}{phone[-3:]}" if len(phone) >= 9 else _DOTS


def mask_name(name: str) -> str:
    """``NGUYỄN V** M**``: the family name, and of every other word the first letter.

    A name of one word keeps its first letter only. The text's case is not changed.
    """
    first, *others = name.split() or [""]
    if not others:
        return f"{first[:1]}**" if first else ""
    return " ".join([first, *(f"{word[:1]}**" for word in others)])
