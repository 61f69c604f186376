"""The portal's share services: agencies, sectors and procedures as it has them.

What the portal sends is read tolerantly: numbers may be texts, one row may stand for a list, unknown fields
are left out, control characters and overlong texts are cut. A row without its code is no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from devices.fault import Fault
from sync.portal.driver import fault_code
from sync.portal.session import AGENCIES, PROCEDURE, PROCEDURES, SECTORS, PortalSession
from sync.portal.transport import Failed

MOST_ROWS = 10_000
_LONGEST = 4000
_CODE = 100
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True)
class Agency:
    code: str
    name: str
    level: str = ""


@dataclass(frozen=True)
class Sector:
    code: str
    name: str
    branch: str = ""


@dataclass(frozen=True)
class Named:
    """A code with its name: a procedure of a list, a result, a legal document, an agency."""

    code: str
    name: str


@dataclass(frozen=True)
class PortalFee:
    """``amount``: whole đồng as the portal writes it, None where that is no number."""

    code: str
    amount: int | None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class PortalTerm:
    """``amount`` in ``unit``, both as the portal writes them."""

    amount: str
    unit: str
    note: str = ""
    fees: tuple[PortalFee, ...] = ()


@dataclass(frozen=True)
class Way:
    """Terms and fees hang on the channel (``KENH``): 1 counter, 2 online, 3 public post."""

    channel: str
    terms: tuple[PortalTerm, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A component; its code (``MAGIAYTO``) is what a message calls ``MaThanhPhanHoSo``."""

    code: str
    name: str
    form: str = ""
    url: str = ""


@dataclass(frozen=True)
class PortalProcedure:
    """One row of ``LayThuTuc``. ``is_public``: ``TRANGTHAI`` 1."""

    code: str
    name: str
    publisher: str = ""
    is_public: bool = False
    requirement: str = ""
    sectors: tuple[Sector, ...] = ()
    steps: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    papers: tuple[Paper, ...] = ()
    subjects: tuple[str, ...] = ()
    results: tuple[Named, ...] = ()
    legal_basis: tuple[Named, ...] = ()
    agencies: tuple[Named, ...] = ()


class ShareClient:
    """Asks the share services inside a login.

    Every call raises `Fault` with the code that says why there is no answer (`fault_code`), and
    ``PORTAL_REFUSED`` when the portal answers with another ``error_code`` than 0.
    """

    def __init__(self, session: PortalSession) -> None:
        self._session = session

    def agencies(self) -> tuple[Agency, ...]:
        rows = self._ask(AGENCIES, {})
        return tuple(
            Agency(_code(row, "MADONVI"), _text(row, "TENDONVI"), _code(row, "CAPDONVI"))
            for row in rows
            if _code(row, "MADONVI")
        )

    def sectors(self) -> tuple[Sector, ...]:
        return tuple(_sectors(self._ask(SECTORS, {})))

    def procedures(self, agency: str) -> tuple[Named, ...]:
        """The procedures of an agency (``madonvi``)."""
        return tuple(_named(self._ask(PROCEDURES, {"madonvi": agency}), "MATTHC", "TENTTHC"))

    def procedure(self, code: str) -> PortalProcedure | None:
        """None when the portal has no procedure of this code."""
        rows = self._ask(PROCEDURE, {"maTTHC": code})
        return next((procedure(row) for row in rows if _code(row, "MATTHC") == code), None)

    def _ask(self, service: str, arguments: dict[str, str]) -> tuple[dict[str, Any], ...]:
        try:
            answer, _ = self._session.call(service, arguments)
        except Failed as failed:
            detail = getattr(failed.outcome, "detail", "")
            raise Fault(fault_code(failed.outcome), f"{service} {detail}".strip()) from None
        if answer.code != 0:
            raise Fault("PORTAL_REFUSED", f"{service} error_code {answer.code}")
        return answer.rows[:MOST_ROWS]


def procedure(row: Mapping[str, Any]) -> PortalProcedure:
    """Reads one row of ``LayThuTuc``; what it lacks stays empty."""
    return PortalProcedure(
        code=_code(row, "MATTHC"),
        name=_text(row, "TENTTHC"),
        publisher=_code(row, "MACOQUANCONGBO"),
        is_public=_code(row, "TRANGTHAI") == "1",
        requirement=_text(row, "YEUCAU"),
        sectors=tuple(_sectors(_rows(row, "LINHVUCTHUCHIEN"))),
        steps=tuple(
            text
            for case in _rows(row, "TRINHTUTHUCHIEN")
            for step in _rows(case, "TRINHTU")
            if (text := _text(step, "TENTRINHTU"))
        ),
        ways=tuple(_way(way) for way in _rows(row, "CACHTHUCTHUCHIEN")),
        papers=tuple(
            Paper(code, _text(one, "TENGIAYTO"), _text(one, "TENMAUDON"), _text(one, "URL"))
            for group in _rows(row, "THANHPHANHOSO")
            for one in _rows(group, "GIAYTO")
            if (code := _code(one, "MAGIAYTO"))
        ),
        subjects=tuple(
            text for one in _rows(row, "DOITUONGTHUCHIEN") if (text := _text(one, "TENDOITUONG"))
        ),
        results=tuple(_named(_rows(row, "KETQUATHUCHIEN"), "MAKETQUA", "TENKETQUA")),
        legal_basis=tuple(_named(_rows(row, "CANCUPHAPLY"), "SOVANBAN", "TENVANBAN")),
        agencies=tuple(_named(_rows(row, "COQUANTHUCHIEN"), "MADONVI", "TENDONVI")),
    )


def _way(row: Mapping[str, Any]) -> Way:
    terms = (
        PortalTerm(
            _code(term, "THOIGIANGIAIQUYET"),
            _code(term, "DONVITINH"),
            _text(term, "MOTA"),
            tuple(_fee(fee) for fee in _rows(term, "PHILEPHI")),
        )
        for term in _rows(row, "THOIGIAN")
    )
    return Way(_code(row, "KENH") or "1", tuple(terms))


def _fee(row: Mapping[str, Any]) -> PortalFee:
    digits = re.sub(r"[.,\s]", "", _code(row, "SOTIEN"))
    amount = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None
    return PortalFee(_code(row, "MAPHILEPHI"), amount, _code(row, "DONVI"), _text(row, "MOTA"))


def _sectors(rows: tuple[dict[str, Any], ...]) -> Iterator[Sector]:
    for row in rows:
        code = _code(row, "MALINHVUC")
        if code:
            yield Sector(code, _text(row, "TENLINHVUC"), _code(row, "MANGANH"))


def _named(rows: tuple[dict[str, Any], ...], code: str, name: str) -> Iterator[Named]:
    for row in rows:
        found = _code(row, code)
        if found:
            yield Named(found, _text(row, name))


def _rows(row: Mapping[str, Any], name: str) -> tuple[dict[str, Any], ...]:
    value = row.get(name)
    found = value if isinstance(value, list) else [value]
    return tuple(one for one in found[:MOST_ROWS] if isinstance(one, dict))


def _code(row: Mapping[str, Any], name: str) -> str:
    return _text(row, name)[:_CODE]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.12g}" if isinstance(value, float) else _number(value)
    if not isinstance(value, str):
        return ""
    whole = value[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
    return _INVISIBLE.sub(" ", whole).strip()


def _number(value: int) -> str:
    return str(value) if abs(value) < 10**15 else ""
