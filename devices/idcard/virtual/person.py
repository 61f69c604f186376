"""The synthetic person on the virtual card. Nobody of that name and number exists."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path

from devices.idcard import dg13, mrz, tlv
from devices.idcard.api import Can, CardKey
from devices.idcard.dg11 import PersonalDetails
from devices.idcard.dg12 import DocumentDetails

MAX_FILE_BYTES = 65_536
_NUMBER = re.compile(r"[0-9]{12}")
_MRZ_NAME = re.compile(r"[A-Z]+(<[A-Z]+)*(<<[A-Z]+(<[A-Z]+)*)?")
_MRZ_NAME_LENGTH = 30
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, repr=False)
class VirtualPerson:
    """``birth`` and ``expiry`` are YYMMDD; ``name`` and ``expires`` are as DG13 writes them."""

    number: str = "001300012345"
    birth: str = "000302"
    birth_text: str = "02/03/2000"
    sex: str = "F"
    expiry: str = "250302"
    expires: str = ""
    """Text of DG13 field 12; empty: made from ``expiry``."""
    mrz_name: str = "NGUYEN<<THI<MAU"
    name: str = "Nguyễn Thị Mẫu"
    nationality: str = "Việt Nam"
    ethnicity: str = "Kinh"
    religion: str = "Không"
    origin: str = "Xã Mẫu, Huyện Thử, Hà Nội"
    residence: str = "Số 1 Phố Mẫu, Phường Thử, Ba Đình, Hà Nội"
    features: str = "Nốt ruồi cách 1cm trên mép trái"
    issued: str = "10/05/2021"
    father: str = "Nguyễn Văn Cha"
    mother: str = "Trần Thị Mẹ"
    spouse: str = ""
    old_number: str = "012345678"
    opaque: str = "0123456789ABCDEF"

    def __repr__(self) -> str:
        return "VirtualPerson(•••)"

    @property
    def key(self) -> CardKey:
        """What opens this person's card."""
        return CardKey(self.number, self.birth, self.expiry)

    @property
    def expires_text(self) -> str:
        if self.expires:
            return self.expires
        if self.expiry == mrz.NO_EXPIRY:
            return "Không thời hạn"
        return f"{self.expiry[4:]}/{self.expiry[2:4]}/20{self.expiry[:2]}"

    @property
    def can(self) -> Can:
        """The six digits that open it with PACE."""
        return Can.of_number(self.number)

    def lines(self) -> tuple[str, ...]:
        """The machine-readable zone of DG1."""
        return mrz.build(self.number, self.birth, self.sex, self.expiry, self.mrz_name)

    def with_expiry(self, expiry: str) -> VirtualPerson:
        return replace(self, expiry=expiry, expires="")

    def details(self) -> PersonalDetails:
        """For DG11."""
        return PersonalDetails(
            full_name=self.name,
            personal_number=self.number,
            birth=_backwards(self.birth_text),
            birthplace=self.origin,
            address=self.residence,
        )

    def document(self) -> DocumentDetails:
        """For DG12."""
        return DocumentDetails(authority="Nơi cấp thẻ mẫu", issued=_backwards(self.issued))

    def dg13(self, oid: bool = True, plain_parents: bool = False) -> bytes:
        """DG13; ``oid`` with version and OID, ``plain_parents`` without the nested lists."""
        parents, spouse = dg13.name_list(self.father, self.mother), dg13.name_list(self.spouse)
        if plain_parents:
            parents = dg13.text_value(self.father) + dg13.text_value(self.mother)
            spouse = dg13.text_value(self.spouse)
        values = {number: dg13.text_value(text) for number, text in self._plain().items()}
        values |= {
            dg13.PARENTS: parents,
            dg13.SPOUSE: spouse,
            dg13.OLD_NUMBER: dg13.text_value(self.old_number),
            dg13.OPAQUE: dg13.text_value(self.opaque),
        }
        return dg13.build(dict(sorted(values.items())), oid)

    def _plain(self) -> dict[int, str]:
        sex = {"F": "Nữ", "M": "Nam"}.get(self.sex, "")
        return {
            1: self.number,
            2: self.name,
            3: self.birth_text,
            4: sex,
            5: self.nationality,
            6: self.ethnicity,
            7: self.religion,
            8: self.origin,
            9: self.residence,
            10: self.features,
            11: self.issued,
            12: self.expires_text,
        }


def load(path: Path) -> VirtualPerson:
    """The person in a TOML file, or a JSON one when its name ends so; whatever it leaves out is as
    in the sample. Name in the zone and birth date in DG13 are made when only the others are given.

    Raises OSError, and ValueError naming the field that is wrong.
    """
    with path.open("rb") as file:
        raw = file.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        raise ValueError(f"{path.name} is larger than {MAX_FILE_BYTES} bytes")
    try:
        text = raw.decode("utf-8")
        values = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError):
        # The parsers' messages quote the file.
        raise ValueError(f"{path.name} isn't well-formed") from None
    if not isinstance(values, dict):
        raise ValueError(f"{path.name} holds no table of fields")
    return _checked(values)


def _checked(values: dict[str, object]) -> VirtualPerson:
    allowed = [field.name for field in fields(VirtualPerson)]
    texts: dict[str, str] = {}
    for name, value in values.items():
        if name not in allowed:
            raise ValueError(f"unknown field; allowed: {', '.join(allowed)}")
        if not isinstance(value, str):
            raise ValueError(f"{name} is a text")
        right, form = _FORMS.get(name, (_is_text, "at most 512 printable characters"))
        if not right(value):
            raise ValueError(f"{name} is {form}")
        texts[name] = unicodedata.normalize("NFC", value)
    if "name" in texts and "mrz_name" not in texts:
        texts["mrz_name"] = _zone_name(texts["name"])
    person = replace(VirtualPerson(), **texts)
    if "birth" in texts and "birth_text" not in texts:
        century = 19 + int(person.number[3]) // 2
        birth = person.birth
        person = replace(person, birth_text=f"{birth[4:]}/{birth[2:4]}/{century}{birth[:2]}")
    return person


def _zone_name(name: str) -> str:
    """The name as the zone writes it: no marks, family name first. Raises ValueError."""
    plain = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    words = "".join(char for char in plain if not unicodedata.combining(char)).split()
    zone = "<<".join(filter(None, (words[0] if words else "", "<".join(words[1:]))))
    if not _MRZ_NAME.fullmatch(zone):
        raise ValueError("name has letters that the zone can't hold: give mrz_name too")
    return zone[:_MRZ_NAME_LENGTH].rstrip("<")


def _is_text(value: str) -> bool:
    try:
        return tlv.text(value.encode("utf-8")) is not None
    except UnicodeEncodeError:  # half of a pair, as JSON can write it
        return False


def _is_zone_name(value: str) -> bool:
    return len(value) <= _MRZ_NAME_LENGTH and _MRZ_NAME.fullmatch(value) is not None


def _is_date(form: str, length: int) -> Callable[[str], bool]:
    def right(value: str) -> bool:
        try:
            datetime.strptime(value, form)  # noqa: DTZ007  # a calendar date, no instant
        except ValueError:
            return False
        return len(value) == length and value.isascii()

    return right


_is_day = _is_date("%d/%m/%Y", 10)
_is_short = _is_date("%y%m%d", 6)
_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "number": (lambda value: _NUMBER.fullmatch(value) is not None, "12 digits"),
    "birth": (_is_short, "a date, YYMMDD"),
    "expiry": (_is_short, "a date, YYMMDD"),
    "birth_text": (
        lambda value: _is_day(value) or _YEAR.fullmatch(value) is not None,
        "a date, dd/MM/yyyy, or a year",
    ),
    "issued": (_is_day, "a date, dd/MM/yyyy"),
    "sex": (lambda value: value in ("F", "M", "<"), "F, M or <"),
    "mrz_name": (_is_zone_name, "SURNAME<<GIVEN<NAMES, at most 30 characters"),
}
"""Fields with a form of their own."""


def _backwards(text: str) -> str:
    """``YYYYMMDD`` of dd/MM/yyyy; zeros for what isn't known (ICAO 9303-10 §4.7.11)."""
    parts = text.split("/")
    return "".join(reversed(parts)).ljust(8, "0")
