"""Do the places that hold the same datum agree? Alarms for the clerk, never a silent choice."""

from __future__ import annotations

from devices.idcard import mrz as zone
from devices.idcard.api import CardKey, Citizen, Key, Mrz

_SEX = {"M": "nam", "F": "nữ"}


def compare(key: Key, mrz: Mrz, citizen: Citizen | None) -> tuple[str, ...]:
    """Names of what differs: ``key_number`` (typed against chip) and ``dg13_…`` (DG1 against DG13)."""
    found = []
    if isinstance(key, CardKey) and len(key.number) == 12 and key.number != mrz.personal_number:
        found.append("key_number")
    if citizen is not None:
        found += _groups(mrz, citizen)
    return tuple(found)


def _groups(mrz: Mrz, citizen: Citizen) -> list[str]:
    checks = (
        ("dg13_number", citizen.personal_number, citizen.personal_number == mrz.personal_number),
        ("dg13_birth", citizen.birth, _short(citizen.birth) in ("", mrz.birth)),
        ("dg13_sex", citizen.sex, citizen.sex.lower() == _SEX.get(mrz.sex, citizen.sex.lower())),
        ("dg13_expiry", citizen.expires, _expiry_fits(mrz.expiry, citizen.expires)),
    )
    return [name for name, given, fits in checks if given and not fits]


def _short(date: str) -> str:
    """YYMMDD of ``dd/MM/yyyy`` or ``ddMMyyyy``; empty when it is neither (a year alone, a text)."""
    digits = date.replace("/", "")
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return ""
    return digits[6:] + digits[2:4] + digits[:2]


def _expiry_fits(mrz_expiry: str, expires: str) -> bool:
    short = _short(expires)
    # A text ("Không thời hạn") belongs to the date that means no expiry.
    return short == mrz_expiry if short else mrz_expiry == zone.NO_EXPIRY
