"""Do the places that hold the same datum agree? Alarms for the clerk, never a silent choice.

A name says who is contradicted and in what: ``key_…`` what was typed (against the chip), ``dg13_…``
the citizen's data (against the zone of DG1), ``number_…`` the structure of the number, ``qr_…`` the
printed code (against the chip). No name holds a value. What is absent or can't be compared is no
contradiction.
"""

from __future__ import annotations

import re
import unicodedata

from devices.idcard import dates
from devices.idcard import mrz as zone
from devices.idcard.api import CardKey, Citizen, Key, Mrz
from devices.idcard.qr import CardQr

_SEX = {"M": "nam", "F": "nữ"}
_D = str.maketrans("đĐ", "dD")
# Kinds of places, and words for them: left out, shortened and renamed from one register to another.
_PLACE_WORDS = frozenset((
    "xa", "phuong", "thi", "tran", "huyen", "quan", "tinh", "thanh", "pho",
    "tp", "tx", "tt", "x", "p", "h", "q", "t",
))  # fmt: skip


def compare(
    key: Key, mrz: Mrz, citizen: Citizen | None, qr: CardQr | None = None
) -> tuple[str, ...]:
    """Names of everything that contradicts the chip or itself; empty when all agrees."""
    found = []
    if isinstance(key, CardKey) and len(key.number) == 12 and key.number != mrz.personal_number:
        found.append("key_number")
    if citizen is not None:
        found += _groups(mrz, citizen)
    found += [name for name in mrz.warnings if name.startswith("number_")]
    if qr is not None:
        found += _qr(mrz, citizen, qr)
    return tuple(found)


def against_qr(qr: CardQr, mrz: Mrz, citizen: Citizen | None) -> tuple[str, ...]:
    """Names of what the printed code says otherwise than the chip that was read."""
    return tuple(_qr(mrz, citizen, qr))


def _groups(mrz: Mrz, citizen: Citizen) -> list[str]:
    number = citizen.personal_number
    checks = (
        ("dg13_number", number in ("", mrz.personal_number)),
        ("dg13_birth", _birth_fits(mrz.birth, citizen.birth)),
        ("dg13_sex", _sex_fits(mrz.sex, citizen.sex)),
        ("dg13_expiry", not citizen.expires or _expiry_fits(mrz.expiry, citizen.expires)),
        ("dg13_name", _zone_name_fits(mrz, citizen.full_name)),
    )
    return [name for name, fits in checks if not fits]


def _qr(mrz: Mrz, citizen: Citizen | None, qr: CardQr) -> list[str]:
    chip = citizen or Citizen()
    born = dates.parse(chip.birth)
    sure_name = "" if "full_name" in qr.doubtful else qr.full_name
    sure_address = "" if "address" in qr.doubtful else qr.address
    checks = (
        ("qr_number", qr.number == mrz.personal_number),
        ("qr_birth", _same_day(qr.birth, chip.birth) if born else _birth_fits(mrz.birth, qr.birth)),
        ("qr_sex", _sex_fits(mrz.sex, qr.sex)),
        ("qr_name", _names_fit(mrz, chip.full_name, sure_name)),
        ("qr_issued", _same_day(qr.issued, chip.issued)),
        ("qr_old_number", _same(qr.old_number, chip.old_number)),
        ("qr_address", _address_fits(sure_address, chip.residence)),
    )
    return [name for name, fits in checks if not fits]


def _same(one: str, other: str) -> bool:
    return not one or not other or one == other


def _same_day(one: str, other: str) -> bool:
    """Both forms of a date; a text or a year alone contradicts nothing."""
    first, second = dates.parse(one), dates.parse(other)
    return first is None or second is None or first == second


def _birth_fits(mrz_birth: str, birth: str) -> bool:
    """``YYMMDD``, where ``<`` stands for what isn't known (9303-3 §4.8), against a whole date."""
    short = _short(birth)
    return all(one in ("<", other) for one, other in zip(mrz_birth, short, strict=False))


def _sex_fits(mrz_sex: str, sex: str) -> bool:
    known = _SEX.get(mrz_sex)
    return not sex or known is None or unicodedata.normalize("NFC", sex).lower() == known


def _expiry_fits(mrz_expiry: str, expires: str) -> bool:
    short = _short(expires)
    # A text ("Không thời hạn") belongs to the date that means no expiry.
    return short == mrz_expiry if short else mrz_expiry == zone.NO_EXPIRY


def _short(date: str) -> str:
    """``YYMMDD`` of a whole date; empty when it is none."""
    day = dates.parse(date)
    return f"{day.year % 100:02}{day.month:02}{day.day:02}" if day else ""


def _names_fit(mrz: Mrz, chip_name: str, name: str) -> bool:
    """With its marks where the chip has them; they may sit on another letter (hòa, hoà)."""
    if not name or not chip_name:
        return _zone_name_fits(mrz, name)
    return _marks(name) == _marks(chip_name)


def _marks(name: str) -> list[list[str]]:
    return [sorted(unicodedata.normalize("NFD", word)) for word in name.casefold().split()]


def _zone_name_fits(mrz: Mrz, name: str) -> bool:
    """Letters only: whether hyphens and apostrophes become ``<`` or nothing differs by issuer."""
    letters = _ascii(name).replace(" ", "")
    written = (mrz.surname + mrz.given_names).replace(" ", "")
    if not letters or not letters.isascii() or not written:
        return True
    return letters.startswith(written) if zone.name_cut(mrz) else letters == written


def _ascii(text: str) -> str:
    """Capital letters without marks, đ as D, digits, single spaces; letters of other alphabets stay."""
    apart = unicodedata.normalize("NFD", text.translate(_D)).upper()
    bare = (one for one in apart if not unicodedata.combining(one))
    kept = "".join(one if one.isalnum() or one in "'’" else " " for one in bare)
    return " ".join(kept.replace("'", "").replace("’", "").split())


def _address_fits(one: str, other: str) -> bool:
    """One holds all words of the other, kinds of places aside.

    Registers leave levels out (districts ended in 2025) and shorten words; a place of its own on
    both sides is a contradiction. A person may have moved: the name is for the clerk to judge.
    """
    first, second = _place(one), _place(other)
    return not first or not second or first <= second or second <= first


def _place(address: str) -> set[str]:
    words = re.split(r"\s+", _ascii(address).lower())
    return {word for word in words if word and word not in _PLACE_WORDS}
