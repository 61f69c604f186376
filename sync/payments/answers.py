"""Reads what the platform answers. Everything is hostile until it has been understood."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from kiosk.payments.claim import Confirmed, amount_of
from kiosk.payments.statement import moment_of
from kiosk.settings import Payments
from sync.portal.answer import Answer, NotAnAnswer, parse
from sync.portal.transport import Reply

_LONGEST_MESSAGE = 256 * 1024
_MOST_ROWS = 50
_SUM = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"[\x21-\x7e]{1,80}")
_ADDRESS = re.compile(r"[\x21-\x7e]{8,1000}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PDF = b"%PDF"


class Unreadable(ValueError):
    """The answer can't be understood; the text is a code, never what came."""


class Word(Enum):
    """What the platform says of a reference."""

    PAID = "paid"
    WAITING = "waiting"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Status:
    """``money``: every transaction that is paid; more than one when somebody paid twice."""

    word: Word
    money: tuple[Confirmed, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """The platform understood and said no. ``code``: its ``error_code``."""

    code: int


def page(reply: Reply) -> str | Refusal:
    """The address where the citizen pays. Raises `Unreadable`."""
    answer = _envelope(reply)
    if answer.code != 0:
        return Refusal(answer.code)
    found = _inside(answer)
    url = found.get("UrlThanhToan") if isinstance(found, dict) else None
    if not isinstance(url, str) or not _is_page(url):
        raise Unreadable("UrlThanhToan")
    return url


def status(reply: Reply, reference: str, chosen: Payments) -> Status | Refusal:
    """What became of a payment. Raises `Unreadable`, also for words that the settings don't know.

    Rows of another reference, partner's currency or form are never passed over: then nothing is believed.
    """
    answer = _envelope(reply)
    if str(answer.code) in chosen.unknown:
        return Status(Word.UNKNOWN)
    if answer.code != 0:
        return Refusal(answer.code)
    found = _inside(answer)
    listed = found if isinstance(found, list) else [found]
    rows = [row for row in listed if isinstance(row, dict)]
    if not 0 < len(rows) <= _MOST_ROWS or len(rows) != len(listed):
        raise Unreadable("rows")
    said = [_row(row, reference, chosen) for row in rows]
    money = tuple(one for _, one in said if one is not None)
    if len({one.number for one in money}) != len(money):
        raise Unreadable("MaGiaoDich twice")
    words = {word for word, _ in said}
    for word in (Word.PAID, Word.WAITING):
        if word in words:
            return Status(word, money)
    return Status(Word.FAILED)


def bill(reply: Reply) -> bytes:
    """The electronic receipt. Raises `Unreadable` when it is no PDF."""
    if not 200 <= reply.status <= 299 or not reply.body.startswith(_PDF):
        raise Unreadable("no PDF")
    return reply.body


def _envelope(reply: Reply) -> Answer:
    if not reply.is_json:
        raise Unreadable("content type")
    try:
        answer = parse(reply.body)
    except NotAnAnswer:
        raise Unreadable("no JSON") from None
    if answer is None:
        raise Unreadable("no envelope")
    return answer


def _inside(answer: Answer) -> object:
    """``message`` is JSON inside a string."""
    if len(answer.message) > _LONGEST_MESSAGE:
        raise Unreadable("message size")
    try:
        found: object = json.loads(answer.message)
    except (ValueError, RecursionError):
        raise Unreadable("message") from None
    return found


def _is_page(url: str) -> bool:
    if not _ADDRESS.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # raises for what is none
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def _row(row: dict[str, object], reference: str, chosen: Payments) -> tuple[Word, Confirmed | None]:
    if row.get("MaThamChieu") != reference or row.get("MaDoiTac") != chosen.partner:
        raise Unreadable("MaThamChieu or MaDoiTac")
    said = _text(row.get("TrangThaiGD"))
    if said in chosen.waiting:
        return Word.WAITING, None
    if said in chosen.failed:
        return Word.FAILED, None
    if said not in chosen.paid or _text(row.get("MaLoi")) not in ("00", "0"):
        raise Unreadable("TrangThaiGD or MaLoi")
    return Word.PAID, _money(row, reference)


def _money(row: dict[str, object], reference: str) -> Confirmed:
    number, amount = _text(row.get("MaGiaoDich")), _text(row.get("SoTien"))
    if row.get("MaTienTe") != "VND" or not _NUMBER.fullmatch(number):
        raise Unreadable("MaTienTe or MaGiaoDich")
    at = moment_of(_text(row.get("ThoiGianGD")))
    if not _SUM.fullmatch(amount) or int(amount) == 0 or at is None:
        raise Unreadable("SoTien or ThoiGianGD")
    return Confirmed(reference, number, amount_of(int(amount)), at)


def _text(value: object) -> str:
    """Numbers come as text or as whole numbers; anything else is nothing."""
    if isinstance(value, str):
        return value
    is_number = type(value) is int and 0 <= value < 10**15
    return str(value) if is_number else ""
