"""VietQR: the text of a bank transfer's QR code (EMVCo Merchant-Presented QR, NAPAS' field 38).

It asks for money and proves nothing: whether it came is for the bank's statement to say.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass

from kiosk.faults import Fault

LARGEST_AMOUNT = 9_999_999_999_999
"""Field 54 has 13 characters (EMVCo §4.8)."""
LONGEST_PURPOSE = 25

_LONGEST_TEXT = 512
_NAPAS = "A000000727"
_ACCOUNT, _CARD = "QRIBFTTA", "QRIBFTTC"
_STATIC, _DYNAMIC = "11", "12"
_BIN = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"[A-Za-z0-9]{1,19}")
_WORDS = re.compile(r"[ -~]{0,25}")
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}")
_HEAD = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, repr=False)
class VietQr:
    """Where money goes. ``bank``: its BIN; ``amount``: whole đồng, None leaves it to the payer.

    ``bill`` and ``purpose``: printable ASCII of 25 characters at most, as banks' lists show them.
    Raises `ValueError` for anything else.
    """

    bank: str
    number: str
    amount: int | None = None
    bill: str = ""
    purpose: str = ""
    card: bool = False
    """``number`` is a card's, not an account's."""

    def __post_init__(self) -> None:
        if not (_BIN.fullmatch(self.bank) and _NUMBER.fullmatch(self.number)):
            raise ValueError("bank or number")
        if not (_WORDS.fullmatch(self.bill) and _WORDS.fullmatch(self.purpose)):
            raise ValueError("bill or purpose")
        if self.amount is not None and (
            type(self.amount) is not int or not 0 < self.amount <= LARGEST_AMOUNT
        ):
            raise ValueError("amount")

    def __repr__(self) -> str:
        return f"VietQr({self.bank}, •••)"


def build(qr: VietQr) -> str:
    """The text to be drawn as a QR code: dynamic with an amount, static without."""
    service = _CARD if qr.card else _ACCOUNT
    place = _field("00", qr.bank) + _field("01", qr.number)
    more = (_field("01", qr.bill) if qr.bill else "") + (
        _field("08", qr.purpose) if qr.purpose else ""
    )
    text = "".join(
        (
            _field("00", "01"),
            _field("01", _STATIC if qr.amount is None else _DYNAMIC),
            _field("38", _field("00", _NAPAS) + _field("01", place) + _field("02", service)),
            _field("53", "704"),
            "" if qr.amount is None else _field("54", str(qr.amount)),
            _field("58", "VN"),
            _field("62", more) if more else "",
            "6304",
        )
    )
    return f"{text}{crc(text):04X}"


def crc(text: str) -> int:
    """CRC-16/CCITT-FALSE of the text, which includes the ``6304`` before the checksum's digits."""
    return crc_hqx(text.encode("utf-8"), 0xFFFF)


def parse(text: str) -> VietQr:
    """Reads a scanned text. Fields that a transfer doesn't need are passed over.

    Raises `Fault` VIETQR_UNFIT: not such a text, damaged, not in đồng, or not to a bank of NAPAS.
    """
    fields = _fields(_checked(text), "")
    if fields.get("00") != "01" or fields.get("01", _STATIC) not in (_STATIC, _DYNAMIC):
        raise _unfit("format")
    if fields.get("53") != "704" or fields.get("58") != "VN":
        raise _unfit("currency or country")
    account = _fields(fields.get("38", ""), "38")
    if account.get("00") != _NAPAS or account.get("02") not in (_ACCOUNT, _CARD):
        raise _unfit("field 38")
    place = _fields(account.get("01", ""), "38.01")
    more = _fields(fields.get("62", ""), "62")
    amount = fields.get("54")
    if amount is not None and not _AMOUNT.fullmatch(amount):
        raise _unfit("field 54")
    try:
        return VietQr(
            bank=place.get("00", ""),
            number=place.get("01", ""),
            amount=None if amount is None else int(amount),
            bill=more.get("01", ""),
            purpose=more.get("08", ""),
            card=account["02"] == _CARD,
        )
    except ValueError as error:
        raise _unfit(str(error)) from None


def _checked(text: str) -> str:
    """The fields before the checksum, which stands last (EMVCo §4.7.3)."""
    if len(text) > _LONGEST_TEXT or not text.isascii() or not text.isprintable():
        raise _unfit("characters or size")
    if len(text) < len("6304") + 4 or text[-8:-4] != "6304":
        raise _unfit("no checksum")
    if text[-4:].upper() != f"{crc(text[:-4]):04X}":
        raise _unfit("checksum")
    return text[:-8]


def _fields(text: str, where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if not _HEAD.fullmatch(head):
            raise _unfit(f"field at {where or 'top'} {at}")
        name, value = head[:2], text[at + 4 : at + 4 + int(head[2:])]
        if len(value) != int(head[2:]) or not value or name in found:
            raise _unfit(f"length or repetition of {where}.{name}".replace(" .", " "))
        found[name] = value
        at += 4 + len(value)
    return found


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def _unfit(why: str) -> Fault:
    return Fault("VIETQR_UNFIT", why)
