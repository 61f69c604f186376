"""Mobile phone numbers of Vietnam. Formats change: a number that does not fit is a warning."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"(?:\+?84|0)((?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7})")
_BETWEEN = re.compile(r"[\s.\-()]+")


def normalise(text: str) -> str | None:
    """What a person typed as ``0…`` with ten digits, or None when it is no mobile number."""
    found = _MOBILE.fullmatch(_BETWEEN.sub("", text))
    return f"0{found[1]}" if found else None


def grouped(phone: str) -> str:
    """A normal number as people read it: ``0912 345 678``; anything else as it is."""
    return f"{phone[:4]} {phone[4:7]} {phone[7:]}" if normalise(phone) == phone else phone
