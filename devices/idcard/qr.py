"""The QR code printed on the ID card: gives the access number and a prefill, never proves anything.

It is unsigned: anybody can print one. No official description is public. Parsers in the wild agree
on seven fields and ``|`` between them; cards since 2024 may carry more at the end. What is
not certain (separator, order) stands in a `Layout`; what follows the known fields is not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from devices.code_reader.plain_text import plain
from devices.code_reader.vietnamese import is_sound
from devices.fault import Fault
from devices.idcard import dates
from devices.idcard.api import Can

MAX_CHARACTERS = 1024
"""A longer text is refused unread; a code of seven fields has about 130 characters."""
MAX_NAME, MAX_ADDRESS = 150, 400
_LEAST = 3
"""Number, old number and name: fewer is a bar code that happens to begin with a number."""
_NUMBER = re.compile(r"[0-9]{12}")
_OLD_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
# "N?" and "N": what keyboards make of "Nữ" when they drop or replace the letter.
_SEXES = {"nam": "Nam", "nữ": "Nữ", "nu": "Nữ", "n?": "Nữ", "n": "Nữ"}
_SURE_SEXES = ("Nam", "Nữ")
_LETTERS = ("full_name", "address")


@dataclass(frozen=True, repr=False)
class CardQr:
    """What the code says; absent fields are empty. Dates are dd/MM/yyyy.

    ``doubtful`` names the fields to be checked: letters that may have suffered on the way
    (``full_name``), and fields left empty because what stood there can't be (``birth``).
    """

    number: str
    old_number: str = ""
    full_name: str = ""
    birth: str = ""
    sex: str = ""
    address: str = ""
    issued: str = ""
    doubtful: tuple[str, ...] = ()

    @property
    def can(self) -> Can:
        """What opens a chip that offers PACE: the last six digits of the number."""
        return Can.of_number(self.number)

    def __repr__(self) -> str:
        return "CardQr(•••)"


@dataclass(frozen=True)
class Layout:
    """Where the fields stand. ``fields`` are names of `CardQr`; the number comes first."""

    separator: str = "|"
    fields: tuple[str, ...] = (
        "number",
        "old_number",
        "full_name",
        "birth",
        "sex",
        "address",
        "issued",
    )


LAYOUT = Layout()


def parse(text: str, *, doubtful: bool = False, layout: Layout = LAYOUT) -> CardQr:
    """Reads the text of a card's code; ``doubtful``: letters may have suffered (`Code.doubtful`).

    Fields may be missing at the end or follow it. A field that can't be (a 31st of February, an
    old number of seven digits) is left empty and named in `CardQr.doubtful`.

    Raises `Fault` ``QR_UNKNOWN`` when it isn't the code of a card: too long, too few fields or
    not beginning with twelve ASCII digits.
    """
    if len(text) > MAX_CHARACTERS:
        raise Fault("QR_UNKNOWN", f"{len(text)} characters")
    parts = [" ".join(part.split()) for part in plain(text).split(layout.separator)]
    if len(parts) < _LEAST:
        raise Fault("QR_UNKNOWN", f"{len(parts)} fields")
    given = dict(zip(layout.fields, parts, strict=False))
    number = given.get("number", "")
    if not _NUMBER.fullmatch(number):
        raise Fault("QR_UNKNOWN", "no number of 12 digits in its place")
    read = {name: _read(name, value) for name, value in given.items() if name != "number"}
    marked = [
        name
        for name, (value, sure) in read.items()
        if not sure or (doubtful and value and name in _LETTERS)
    ]
    values = {name: value for name, (value, _) in read.items()}
    return CardQr(number=number, **values, doubtful=tuple(marked))


def _read(name: str, text: str) -> tuple[str, bool]:
    """A field as it is kept, and whether it can be taken as it stands."""
    if not text:
        return "", True
    if name in ("birth", "issued"):
        day = dates.parse(text)
        return (day.strftime("%d/%m/") + f"{day.year:04}", True) if day else ("", False)
    if name == "old_number":
        return (text, True) if _OLD_NUMBER.fullmatch(text) else ("", False)
    if name == "sex":
        return _SEXES.get(text.lower(), ""), text.capitalize() in _SURE_SEXES
    return _words(text, MAX_NAME if name == "full_name" else MAX_ADDRESS, name == "full_name")


def _words(text: str, limit: int, only_letters: bool) -> tuple[str, bool]:
    if len(text) > limit:
        return "", False
    # "?" and the replacement character stand where a letter was lost; no name holds a digit.
    lost = any(one in "?\ufffd" or (only_letters and one.isdecimal()) for one in text)
    return text, is_sound(text) and not lost
