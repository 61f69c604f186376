"""The synthetic person on the virtual card. Nobody of that name and number exists."""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.idcard import dg13, mrz
from devices.idcard.api import CardKey


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

    def lines(self) -> tuple[str, str, str]:
        return mrz.build(self.number, self.birth, self.sex, self.expiry, self.mrz_name)

    def with_expiry(self, expiry: str) -> VirtualPerson:
        return replace(self, expiry=expiry, expires="")

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
