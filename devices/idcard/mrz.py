"""The machine-readable zone and the key made from it.

ID cards have TD1, three lines of 30 (ICAO 9303-5), passports TD3, two lines of 44 (ICAO 9303-4).
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from dataclasses import replace

from devices.fault import Fault
from devices.idcard.api import CardKey, Key, Mrz

TD1_LINE, TD3_LINE = 30, 44
VIETNAM = "VNM"
NO_EXPIRY = "991231"
"""Vietnamese cards without an end write this date (presumably; no such card was seen)."""
_NUMBER_FIELD = 9
_WEIGHTS = (7, 3, 1)
_KEY_FIELDS = frozenset({"document_number", "birth", "expiry"})
_CHECKED = _KEY_FIELDS | {"personal_number", "composite"}
"""Warnings that mean a wrong check digit."""
_ALLOWED = re.compile(r"[0-9A-Z<]+")
_NUMBER = re.compile(r"[0-9]{12}")
# Over nine characters (9303-11 App. D.2) only with a letter: ten digits are a number mistyped.
_KEY_NUMBER = re.compile(r"[0-9A-Z<]{1,9}|(?=.*[A-Z])[0-9A-Z<]{10,22}")


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 modulo 10; ``<`` counts 0, letters from 10 on (9303-3 §4.9)."""
    total = sum(_WEIGHTS[at % 3] * _value(char) for at, char in enumerate(text))
    return str(total % 10)


def information(key: CardKey) -> str:
    """``MRZ_information``: number, birth and expiry, each with its check digit (9303-11 §4.3.2).

    Of a birth date what isn't known is ``<``, as in the zone (9303-3 §4.8). Raises `Fault` ``WRONG_KEY`` for a number or date that can stand on no card.
    """
    number = key.document_number.upper()
    if not _KEY_NUMBER.fullmatch(number):
        raise Fault("WRONG_KEY", "document number has a wrong form")
    if not re.fullmatch(r"[0-9<]{6}", key.birth) or not re.fullmatch(r"[0-9]{6}", key.expiry):
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
    """Reads a zone without line breaks: 90 characters are TD1, 88 are TD3.

    Wrong check digits, dates that no calendar has (``birth_date``, ``expiry_date``) and a Vietnamese
    number that doesn't fit the dates become ``warnings``: the clerk is to see the data with the alarm. Raises `Fault` ``TLV_BROKEN`` when it is neither.
    """
    read = {3 * TD1_LINE: _td1, 2 * TD3_LINE: _td3}.get(len(text))
    if read is None or not _ALLOWED.fullmatch(text):
        raise Fault("TLV_BROKEN", f"MRZ of {len(text)} characters is neither TD1 nor TD3")
    return read(text)


def parse_printed(text: str) -> Mrz:
    """Like `parse`, for lines as somebody copied them from the document: spaces and breaks are
    passed over, small letters are taken for capital ones."""
    return parse("".join(text.split()).upper())


def key_of(zone: Mrz) -> CardKey:
    """What opens the chip of the document with this zone.

    Raises `Fault` ``WRONG_KEY`` when a check digit of the key's own three fields says that they were
    read wrongly; what else in the lines doesn't fit is no part of the key.
    """
    wrong = [name for name in zone.warnings if name in _CHECKED]
    if not _KEY_FIELDS.isdisjoint(wrong):
        raise Fault("WRONG_KEY", f"check digit: {', '.join(wrong)}")
    number = zone.document_number
    sure = "personal_number" not in wrong
    if sure and zone.issuer == VIETNAM and zone.personal_number[-9:] == number:
        number = zone.personal_number  # the whole number, which is then compared with the chip's
    return CardKey(number, zone.birth, zone.expiry)


def name_cut(zone: Mrz) -> bool:
    """Whether the name fills its field, so that the end may be missing (9303-3 §4.6)."""
    field = zone.lines[2] if len(zone.lines) == 3 else zone.lines[0][5:]
    return field[-1] != "<"


def build(number: str, birth: str, sex: str, expiry: str, name: str) -> tuple[str, str, str]:
    """The three lines of a Vietnamese card; ``name`` is ``SURNAME<<GIVEN<NAMES``.

    The check digit at the end of line 1 is a Vietnamese habit and not part of ICAO's scheme.
    """
    document, optional = number[-9:], number + "<<"
    one = f"IDVNM{document}{check_digit(document)}{optional}{check_digit(optional)}"
    two = f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}VNM".ljust(29, "<")
    return one, two + check_digit(_td1_composite(one, two)), name[:TD1_LINE].ljust(TD1_LINE, "<")


def build_td3(
    number: str,
    birth: str,
    sex: str,
    expiry: str,
    name: str,
    *,
    issuer: str,
    nationality: str = "",
    optional: str = "",
) -> tuple[str, str]:
    """The two lines of a passport. ``nationality`` is the issuer's when empty; ``optional`` is
    the personal number or nothing, and then has ``<`` for its check digit (9303-4 §4.2.2)."""
    one = f"P<{issuer:<<3}{name}"[:TD3_LINE].ljust(TD3_LINE, "<")
    document, rest = number.ljust(_NUMBER_FIELD, "<"), optional.ljust(14, "<")
    two = (
        f"{document}{check_digit(document)}{nationality or issuer:<<3}"
        f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}"
        f"{rest}{check_digit(rest) if optional else '<'}"
    )
    return one, two + check_digit(_td3_composite(two))


def _td1(text: str) -> Mrz:
    one, two, three = (text[at : at + TD1_LINE] for at in range(0, 90, TD1_LINE))
    vietnamese = one[2:5] == VIETNAM
    number, number_digit, optional = one[5:14], one[14], one[15:]
    if vietnamese:
        optional = one[15:29]
    elif number_digit == "<" and optional[0] != "<":
        # A number of over nine characters goes on in the optional data, its check digit behind
        # it (9303-5 §4.2.2.1).
        tail, _, optional = optional.partition("<")
        number, number_digit = number + tail[:-1], tail[-1]
    checks = [
        ("document_number", number, number_digit),
        ("birth", two[:6], two[6]),
        ("expiry", two[8:14], two[14]),
        ("composite", _td1_composite(one, two), two[29]),
    ]
    if vietnamese:
        checks.insert(1, ("personal_number", optional, one[29]))
    zone = Mrz(
        lines=(one, two, three),
        document_number=number.rstrip("<"),
        personal_number=optional.strip("<"),
        birth=two[:6],
        sex=two[7],
        expiry=two[8:14],
        nationality=two[15:18].rstrip("<"),
        **_names(three),
        document_type=one[:2].rstrip("<"),
        issuer=one[2:5].rstrip("<"),
        warnings=(*_wrong(checks), *_impossible(two[:6], two[8:14])),
    )
    return replace(zone, warnings=(*zone.warnings, *_number_checks(zone))) if vietnamese else zone


def _td3(text: str) -> Mrz:
    one, two = text[:TD3_LINE], text[TD3_LINE:]
    optional = two[28:42]
    checks = [
        ("document_number", two[:9], two[9]),
        ("birth", two[13:19], two[19]),
        ("expiry", two[21:27], two[27]),
        ("personal_number", optional, two[42]),
        ("composite", _td3_composite(two), two[43]),
    ]
    if not optional.strip("<") and two[42] == "<":
        del checks[3]  # nothing to check
    zone = Mrz(
        lines=(one, two),
        document_number=two[:9].rstrip("<"),
        personal_number=optional.strip("<"),
        birth=two[13:19],
        sex=two[20],
        expiry=two[21:27],
        nationality=two[10:13].rstrip("<"),
        **_names(one[5:]),
        document_type=one[:2].rstrip("<"),
        issuer=one[2:5].rstrip("<"),
        warnings=(*_wrong(checks), *_impossible(two[13:19], two[21:27])),
    )
    if zone.issuer == VIETNAM and _NUMBER.fullmatch(zone.personal_number):
        return replace(zone, warnings=(*zone.warnings, *_number_checks(zone)))
    return zone


def _value(char: str) -> int:
    if char == "<":
        return 0
    return int(char) if "0" <= char <= "9" else ord(char) - ord("A") + 10


def _names(field: str) -> dict[str, str]:
    surname, _, given = field.partition("<<")
    return {"surname": _name(surname), "given_names": _name(given)}


def _name(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


def _td1_composite(one: str, two: str) -> str:
    return one[5:30] + two[:7] + two[8:15] + two[18:29]


def _td3_composite(two: str) -> str:
    return two[:10] + two[13:20] + two[21:43]


def _wrong(checks: list[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(name for name, text, digit in checks if check_digit(text) != digit)


def _impossible(birth: str, expiry: str) -> tuple[str, ...]:
    """Names of the dates that can't be. Of a birth what isn't known is ``<`` (9303-3 §4.8)."""
    dates = (("birth_date", _is_date(birth, gaps=True)), ("expiry_date", _is_date(expiry)))
    return tuple(name for name, fits in dates if not fits)


def _is_date(text: str, *, gaps: bool = False) -> bool:
    if gaps and re.fullmatch(r"(?:[0-9]{2}|<<){3}", text):
        text = "".join(
            common if part == "<<" else part
            for part, common in zip(
                (text[:2], text[2:4], text[4:]), ("00", "01", "01"), strict=True
            )
        )
    if not re.fullmatch(r"[0-9]{6}", text):
        return False
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    # The century isn't written; of both that can be meant only 2000 had a 29 February.
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]


def _number_checks(zone: Mrz) -> list[str]:
    """Digit 4 holds century and sex, digits 5 and 6 the year of birth: believed, not law.

    On the ID card the document number is the end of the number, on a passport it isn't.
    """
    number = zone.personal_number
    if not _NUMBER.fullmatch(number):
        return ["number_form"]
    card, sex = len(zone.lines) == 3, zone.sex
    checks = (
        ("number_document", not card or number[-9:] == zone.document_number),
        ("number_birth", number[4:6] == zone.birth[:2]),
        ("number_sex", sex not in "MF" or "MF"[int(number[3]) % 2] == sex),
    )
    return [name for name, fits in checks if not fits]
