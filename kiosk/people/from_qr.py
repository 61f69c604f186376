"""From what the QR code of a card says to the person the office needs: a prefill, proof of nothing."""

from __future__ import annotations

from devices.idcard.qr import CardQr
from kiosk.people.person import Person


def person_from_qr(qr: CardQr) -> Person:
    """The person of a code; the code doesn't say until when the card is valid."""
    return Person(qr.number, qr.full_name, qr.birth, qr.sex, qr.address)


_TAKEN = frozenset({"full_name", "birth", "sex", "address"})


def is_whole(qr: CardQr) -> bool:
    """Whether nothing has to be typed or looked at again."""
    return all((qr.number, qr.full_name, qr.birth, qr.sex)) and _TAKEN.isdisjoint(qr.doubtful)
