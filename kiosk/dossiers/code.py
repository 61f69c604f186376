"""Dossier codes: ``H29.18-261124-0001``."""

from __future__ import annotations

import re
from datetime import date

_CODE = re.compile(
    r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(?:\.[0-9]{1,3}){0,4}-[0-9]{6}-[0-9]{4,7}"
)


def is_code(text: str) -> bool:
    """Whether the text is a dossier code in its normal form; all systems' forms are taken."""
    return _CODE.fullmatch(text) is not None


def normalise(text: str) -> str | None:
    """What a person typed (lower case, spaces) as a code, or None when it is none."""
    code = "".join(text.split()).upper()
    return code if is_code(code) else None


def format_code(agency: str, day: date, serial: int) -> str:
    """The code of a dossier received on `day` of the office; `serial` has four digits or more."""
    return f"{agency}-{day:%y%m%d}-{serial:04d}"
