"""Dates as DG13 and the card's QR code write them."""

from __future__ import annotations

import re
from datetime import date

_DIGITS = 8
_FORMS = re.compile(r"([0-9]{2})/?([0-9]{2})/?([0-9]{4})")


def parse_iso(text: str) -> date | None:
    """``YYYYMMDD``, as DG11 and DG12 write it."""
    return parse(f"{text[6:]}{text[4:6]}{text[:4]}") if len(text) == _DIGITS else None


def parse(text: str) -> date | None:
    """``dd/MM/yyyy`` or ``ddMMyyyy``; None for anything else (a year alone, "Không thời hạn")."""
    found = _FORMS.fullmatch(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
