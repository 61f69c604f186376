"""The machine-readable zone of an ID card: TD1, three lines of 30 (ICAO 9303-5), and the key made from it."""

from __future__ import annotations

import hashlib
import re

from devices.fault import Fault
from devices.idcard.api import CardKey, Key, Mrz

LINE = 30
NO_EXPIRY = "991231"
"""Vietnamese cards without an end write this date (presumably; no such card was seen)."""
_WEIGHTS = (7, 3, 1)
_ALLOWED = re.compile(r"[0-9A-Z<]{90}")
_NUMBER = re.compile(r"\d{12}")


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 modulo 10; ``<`` counts 0, letters from 10 on (9303-3 §4.9)."""
    total = sum(_WEIGHTS[at % 3] * _value(char) for at, char in enumerate(text))
    return str(total % 10)


def information(key: CardKey) -> str:
    """``MRZ_information``: number, birth and expiry, each with its check digit (9303-11 §4.3.2).

    Raises `Fault` ``WRONG_KEY`` for a number or date that can stand on no card.
    """
    number = key.document_number.upper()
    if not re.fullmatch(r"[0-9A-Z<]{1,9}", number):
        raise Fault("WRONG_KEY", "document number has a wrong form")
    if not re.fullmatch(r"[0-9]{6}", key.birth) or not re.fullmatch(r"[0-9]{6}", key.expiry):
        raise Fault("WRONG_KEY", "date isn't YYMMDD")
    parts = (number.ljust(9, "<"), key.birth, key.expiry)
    return "".join(part + check_digit(part) for part in parts)


def password(key: Key) -> bytes:
    """What PACE makes its key of: the hashed zone or the digits themselves (9303-11 §9.7.3).

    Raises `Fault` ``WRONG_KEY`` for a key that can stand on no card.
    """
    if isinstance(key, CardKey):
        return hashlib.sha1(information(key).encode("ascii"), usedforsecurity=False).digest()
    if not re.fullmatch(r"[0-9]{6}", key.digits):
        raise Fault("WRONG_KEY", "card access number isn't six digits")
    return key.digits.encode("ascii")


def parse(text: str) -> Mrz:
    """Reads the 90 characters of a TD1 zone.

    Wrong check digits and a number that doesn't fit the dates become ``warnings``: the clerk is
    to see the data with the alarm. Raises `Fault` ``TLV_BROKEN`` when it isn't TD1 at all.
    """
    if not _ALLOWED.fullmatch(text):
        raise Fault("TLV_BROKEN", f"MRZ of {len(text)} characters isn't TD1")
    one, two, three = text[:LINE], text[LINE : 2 * LINE], text[2 * LINE :]
    surname, _, given = three.partition("<<")
    mrz = Mrz(
        lines=(one, two, three),
        document_number=one[5:14].rstrip("<"),
        personal_number=one[15:29].rstrip("<"),
        birth=two[:6],
        sex=two[7],
        expiry=two[8:14],
        nationality=two[15:18].rstrip("<"),
        surname=_name(surname),
        given_names=_name(given),
        warnings=(*_check_digits(one, two), *_number_checks(one, two)),
    )
    return mrz


def build(number: str, birth: str, sex: str, expiry: str, name: str) -> tuple[str, str, str]:
    """The three lines of a Vietnamese card; ``name`` is ``SURNAME<<GIVEN<NAMES``.

    The check digit at the end of line 1 is a Vietnamese habit and not part of ICAO's scheme.
    """
    document, optional = number[-9:], number + "<<"
    one = f"IDVNM{document}{check_digit(document)}{optional}{check_digit(optional)}"
    two = f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}VNM".ljust(29, "<")
    return one, two + check_digit(_composite(one, two)), name[:LINE].ljust(LINE, "<")


def _value(char: str) -> int:
    if char == "<":
        return 0
    return int(char) if "0" <= char <= "9" else ord(char) - ord("A") + 10


def _name(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


def _composite(one: str, two: str) -> str:
    return one[5:30] + two[:7] + two[8:15] + two[18:29]


def _check_digits(one: str, two: str) -> list[str]:
    checks = (
        ("document_number", one[5:14], one[14]),
        ("personal_number", one[15:29], one[29]),
        ("birth", two[:6], two[6]),
        ("expiry", two[8:14], two[14]),
        ("composite", _composite(one, two), two[29]),
    )
    return [name for name, text, digit in checks if check_digit(text) != digit]


def _number_checks(one: str, two: str) -> list[str]:
    """Digit 4 holds century and sex, digits 5 and 6 the year of birth: believed, not law."""
    number = one[15:29].rstrip("<")
    if not _NUMBER.fullmatch(number):
        return ["number_form"]
    checks = (
        ("number_document", number[-9:] == one[5:14]),
        ("number_birth", number[4:6] == two[:2]),
        ("number_sex", two[7] not in "MF" or "MF"[int(number[3]) % 2] == two[7]),
    )
    return [name for name, fits in checks if not fits]
