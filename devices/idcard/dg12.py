"""DG12: more about the document (ICAO 9303-10 §4.7.12). Optional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.idcard import details

TAG = 0x6C
AUTHORITY, ISSUED, OTHER_PERSON, OBSERVATIONS, TAX = 0x5F19, 0x5F26, 0x5F1A, 0x5F1B, 0x5F1C
FRONT, REAR, PERSONALIZED, SYSTEM = 0x5F1D, 0x5F1E, 0x5F55, 0x5F56
_TEXTS = AUTHORITY, OBSERVATIONS, TAX, SYSTEM


@dataclass(frozen=True, repr=False)
class DocumentDetails:
    """Every text is NFC, absent ones are empty. ``issued`` is ``YYYYMMDD``, ``personalized``
    ``YYYYMMDDhhmmss``. ``unknown``: values by tag, images of front and rear (5F1D, 5F1E) among them."""

    authority: str = ""
    issued: str = ""
    other_people: tuple[str, ...] = ()
    observations: str = ""
    tax_exit: str = ""
    personalized: str = ""
    system: str = ""
    unknown: Mapping[int, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "DocumentDetails(•••)"


def parse(data: bytes) -> DocumentDetails:
    """Raises `Fault` ``TLV_BROKEN``; an object that can't be read stays raw instead."""
    found = details.read(data, TAG, _TEXTS, (OTHER_PERSON,), (ISSUED, PERSONALIZED))
    text = {tag: found.texts.get(tag, "") for tag in (*_TEXTS, ISSUED, PERSONALIZED)}
    return DocumentDetails(
        authority=details.parts(text[AUTHORITY]),
        issued=text[ISSUED],
        other_people=tuple(details.names(name) for name in found.lists.get(OTHER_PERSON, ())),
        observations=text[OBSERVATIONS].strip("< "),
        tax_exit=text[TAX].strip("< "),
        personalized=text[PERSONALIZED],
        system=text[SYSTEM].strip("< "),
        unknown=found.unknown,
    )


def build(document: DocumentDetails) -> bytes:
    """DG12 with what isn't empty."""
    texts = {
        AUTHORITY: document.authority.replace(", ", "<"),
        ISSUED: document.issued,
        OBSERVATIONS: document.observations,
        TAX: document.tax_exit,
        PERSONALIZED: document.personalized,
        SYSTEM: document.system,
    }
    people = [name.replace(" ", "<") for name in document.other_people]
    return details.build(TAG, texts, {OTHER_PERSON: people}, document.unknown)
