"""Who stands before the kiosk, as the office needs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Person:
    """A citizen, read or typed; texts are NFC, unknown fields are empty strings."""

    number: str  # 12-digit personal number
    full_name: str  # with marks where DG13 gave them, else the MRZ's ASCII
    birth: str  # dd/MM/yyyy
    sex: str  # "Nam", "Nữ" or ""
    residence: str = ""
    card_expires: str = ""  # dd/MM/yyyy or text; empty when unknown
    card_expired: bool = False

    def __repr__(self) -> str:
        return "Person(•••)"
