"""The 12-digit personal number: what it tells, and where it does not fit the person.

Three digits for the province where the birth was registered, one for century and sex, two for the
year of birth, six more; there is no check digit. A misfit is a warning for the clerk, not a refusal:
sex and dates are corrected in life.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_NUMBER = re.compile(r"[0-9]{12}")
_BIRTH = re.compile(r"[0-9]{2}/[0-9]{2}/([0-9]{4})")

# The 63 codes of before the mergers of 2025: numbers given before keep them.
# fmt: off
_PROVINCES = frozenset((
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37,
    38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75,
    77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
))
# fmt: on


class Misfit(StrEnum):
    """A reason to look twice."""

    FORM = "form"  # not twelve digits
    PROVINCE = "province"  # a code no province has
    BIRTH_YEAR = "birth_year"
    SEX = "sex"


@dataclass(frozen=True, repr=False)
class PersonalNumber:
    """What a number tells about its holder."""

    province: str
    sex: str  # "Nam" or "Nữ"
    birth_year: int

    def __repr__(self) -> str:
        return "PersonalNumber(•••)"


def parse(number: str) -> PersonalNumber | None:
    """What the number tells, or None when it is not twelve ASCII digits."""
    if _NUMBER.fullmatch(number) is None:
        return None
    mark = int(number[3])
    year = 1900 + 100 * (mark // 2) + int(number[4:6])
    return PersonalNumber(number[:3], "Nữ" if mark % 2 else "Nam", year)


def misfits(number: str, birth: str = "", sex: str = "") -> list[Misfit]:
    """Where the number does not fit itself, the birth (dd/MM/yyyy) or the sex; empty ones are skipped."""
    told = parse(number)
    if told is None:
        return [Misfit.FORM]
    found = [] if int(told.province) in _PROVINCES else [Misfit.PROVINCE]
    year = _BIRTH.fullmatch(birth)
    if year is not None and int(year[1]) != told.birth_year:
        found.append(Misfit.BIRTH_YEAR)
    if sex and sex != told.sex:
        found.append(Misfit.SEX)
    return found
