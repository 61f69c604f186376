"""DG11: more about the person (ICAO 9303-10 §4.7.11). Optional; Vietnamese ID cards are said to have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.idcard import details

TAG = 0x6B
NAME, OTHER_NAME, NUMBER, BIRTH, BIRTHPLACE = 0x5F0E, 0x5F0F, 0x5F10, 0x5F2B, 0x5F11
ADDRESS, PHONE, PROFESSION, TITLE, SUMMARY = 0x5F42, 0x5F12, 0x5F13, 0x5F14, 0x5F15
PROOF_OF_CITIZENSHIP, OTHER_DOCUMENTS, CUSTODY = 0x5F16, 0x5F17, 0x5F18
_TEXTS = (
    NAME, NUMBER, BIRTHPLACE, ADDRESS, PHONE, PROFESSION, TITLE, SUMMARY, OTHER_DOCUMENTS, CUSTODY,
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class PersonalDetails:
    """Every text is NFC, absent ones are empty. ``birth`` is ``YYYYMMDD``, with zeros where a part
    isn't known. ``unknown``: values by tag, an image as proof of citizenship (5F16) among them."""

    full_name: str = ""
    other_names: tuple[str, ...] = ()
    personal_number: str = ""
    birth: str = ""
    birthplace: str = ""
    address: str = ""
    phone: str = ""
    profession: str = ""
    title: str = ""
    summary: str = ""
    other_documents: tuple[str, ...] = ()
    custody: str = ""
    unknown: Mapping[int, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "PersonalDetails(•••)"


def parse(data: bytes) -> PersonalDetails:
    """Raises `Fault` ``TLV_BROKEN``; an object that can't be read stays raw instead."""
    found = details.read(data, TAG, _TEXTS, (OTHER_NAME,), (BIRTH,))
    text = {tag: found.texts.get(tag, "") for tag in (*_TEXTS, BIRTH)}
    return PersonalDetails(
        full_name=details.names(text[NAME]),
        other_names=tuple(details.names(name) for name in found.lists.get(OTHER_NAME, ())),
        personal_number=text[NUMBER].strip("< "),
        birth=text[BIRTH],
        birthplace=details.parts(text[BIRTHPLACE]),
        address=details.parts(text[ADDRESS]),
        phone=text[PHONE].strip("< "),
        profession=details.names(text[PROFESSION]),
        title=details.names(text[TITLE]),
        summary=text[SUMMARY].strip("< "),
        other_documents=tuple(one for one in text[OTHER_DOCUMENTS].split("<") if one),
        custody=text[CUSTODY].strip("< "),
        unknown=found.unknown,
    )


def build(person: PersonalDetails) -> bytes:
    """DG11 with what isn't empty."""
    texts = {
        NAME: person.full_name.replace(" ", "<"),
        NUMBER: person.personal_number,
        BIRTH: person.birth,
        BIRTHPLACE: person.birthplace.replace(", ", "<"),
        ADDRESS: person.address.replace(", ", "<"),
        PHONE: person.phone,
        PROFESSION: person.profession,
        TITLE: person.title,
        SUMMARY: person.summary,
        OTHER_DOCUMENTS: "<".join(person.other_documents),
        CUSTODY: person.custody,
    }
    names = [name.replace(" ", "<") for name in person.other_names]
    return details.build(TAG, texts, {OTHER_NAME: names}, person.unknown)
