"""The QR code printed on the ID card: gives the access number and a prefill, never proves anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class CardQr:
    """What the code says; absent fields are empty. Dates are dd/MM/yyyy.

    ``doubtful`` names the fields whose letters may have suffered on the way (``full_name``).
    """

    number: str
    old_number: str = ""
    full_name: str = ""
    birth: str = ""
    sex: str = ""
    address: str = ""
    issued: str = ""
    doubtful: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "CardQr(•••)"
