"""From what the chip gives to the person the office needs."""

from __future__ import annotations

import re
from datetime import date

from devices.idcard.api import CardData, Citizen, Mrz, SoFar
from kiosk.people.person import Person

_NO_EXPIRY = "991231"
_SEX = {"M": "Nam", "F": "Nữ"}


def person_from_card(card: CardData | SoFar, today: date) -> Person:
    """The person of a card. Marks and addresses come from DG13; the MRZ (ASCII) stands in where it is missing."""
    citizen, mrz = card.citizen or Citizen(), card.mrz
    mrz_name = f"{mrz.surname} {mrz.given_names}".strip()
    expires = _expiry(mrz)
    return Person(
        number=citizen.personal_number or mrz.personal_number,
        full_name=citizen.full_name or mrz_name,
        birth=_slashed(citizen.birth) or _birth(mrz),
        sex=citizen.sex or _SEX.get(mrz.sex, ""),
        residence=citizen.residence,
        card_expires=_slashed(citizen.expires) or (expires.strftime("%d/%m/%Y") if expires else ""),
        card_expired=expires is not None and expires < today,
    )


def _slashed(text: str) -> str:
    """Both date forms of DG13 (ddMMyyyy, dd/MM/yyyy) as dd/MM/yyyy; other text as it is."""
    return f"{text[:2]}/{text[2:4]}/{text[4:]}" if re.fullmatch(r"[0-9]{8}", text) else text


def _birth(mrz: Mrz) -> str:
    """Birth date of the MRZ; the century comes from the fourth digit of the personal number."""
    number = mrz.personal_number
    if not re.fullmatch(r"[0-9]{12}", number) or not re.fullmatch(r"[0-9]{6}", mrz.birth):
        return ""
    century = 19 + int(number[3]) // 2
    return f"{mrz.birth[4:6]}/{mrz.birth[2:4]}/{century}{mrz.birth[:2]}"


def _expiry(mrz: Mrz) -> date | None:
    """Expiry of the MRZ; None when the card never expires or the date is no date."""
    text = mrz.expiry
    if text == _NO_EXPIRY or not re.fullmatch(r"[0-9]{6}", text):
        return None
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None
