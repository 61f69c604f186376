"""The look-ups over the registers: ``/v1/fines``, ``/v1/social-insurance``, ``/v1/health-insurance``.

Who only knows a number sees names masked; "unknown" and "not yours" get the same answer. Everything is
asked by ``POST``, since addresses end up in logs.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from kiosk.clock import at_office, now
from kiosk.people.masking import mask_name, mask_number
from sync.sandbox import contributions, registers
from sync.sandbox.database import Database
from sync.sandbox.layer import EFFECT, Effect
from sync.sandbox.plain import NUMBER, Day
from sync.sandbox.problem import Problem

Service = Literal["TTGT", "CSGT"]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FineByDecision(Asked):
    """``DichVu``: TTGT for the transport inspectors, CSGT for the traffic police."""

    DichVu: Service
    SoQuyetDinh: Text


class FineByRecord(Asked):
    DichVu: Service
    SoBienBan: Text
    HoTen: Text
    TinhThanh: Annotated[str, Field(pattern=r"^[0-9]{2}$", description="GSO code of 2025")]
    DonViLapBienBan: Text
    NgayViPham: Day


class FineDetails(BaseModel):
    """A decision and what a payment message needs of it. Days are ISO dates, money whole đồng."""

    SoQD: str
    NgayQD: date
    HanhVi: str
    SoTien: int
    MaLoaiHinhThuPhat: str
    TenLoaiHinhThuPhat: str
    MaCoQuanQD: str
    TenCoQuanQD: str
    KhoBac: str
    ThoiGianViPham: date
    DiaDiemViPham: str
    TenNguoiViPham: str = Field(description="Masked for who asked by the decision's number only")
    TaiKhoanThuNSNN: str


class FineAnswer(BaseModel):
    """``KetQua``: no decision yet, already paid, or to be paid (then with ``QuyetDinh``)."""

    KetQua: Literal["CHUA_CO_QUYET_DINH", "DA_THANH_TOAN", "CHUA_THANH_TOAN"]
    ThongBao: str
    QuyetDinh: FineDetails | None = None


class InsuredNumber(Asked):
    So: Annotated[str, Field(pattern=r"^([0-9]{10}|[0-9]{12})$")]


class SocialRecord(BaseModel):
    """``ThangDaHoTro``: months supported so far, 120 at most. ``DongDenThang``: last month paid for."""

    MaSoBHXH: str
    HoTen: str
    MucThuNhap: int
    SoThangDaDong: int
    ThangDaHoTro: int
    NhomHoTro: Literal["NGHEO", "CAN_NGHEO", "DTTS", "KHAC"]
    DongDenThang: str


class SocialAsked(InsuredNumber):
    MucThuNhap: Annotated[int, Field(ge=1, le=10**9), NUMBER]
    SoThang: Literal[1, 3, 6, 12]


class SocialQuote(BaseModel):
    """Per month ``MucDong``, ``HoTro``, ``HoTroDiaPhuong``; for all months ``PhaiDong``."""

    MucDong: int
    HoTro: int
    HoTroDiaPhuong: int
    SoThangDuocHoTro: int
    PhaiDong: int


class CardNumber(Asked):
    So: Annotated[str, Field(pattern=r"^([A-Za-z]{2}[0-9]{13}|[0-9]{10})$")]


class Member(BaseModel):
    """A member of the household, by the order of joining."""

    ThuTu: int
    HoTen: str
    SoThe: str
    HanTheTu: date
    HanTheDen: date
    Du5NamTu: date


class Household(BaseModel):
    ThanhVien: list[Member]


class MemberMonths(Asked):
    ThuTu: Annotated[int, Field(ge=1, le=50), NUMBER]
    SoThang: Literal[3, 6, 12]


class HealthAsked(CardNumber):
    ThanhVien: Annotated[list[MemberMonths], Field(min_length=1, max_length=50)]


class MemberQuote(BaseModel):
    ThuTu: int
    SoThang: int
    PhaiDong: int


class HealthQuote(BaseModel):
    ThanhVien: list[MemberQuote]
    PhaiDong: int


_NONE = "Chưa có quyết định xử phạt"
_PAID = "Quyết định xử phạt đã được thanh toán"
_UNPAID = "Quyết định xử phạt chưa được thanh toán"


def router(database: Database) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/v1", tags=["look-ups"], dependencies=[Depends(_only_looks)])
    _add_fines(routes, database)
    _add_social(routes, database)
    _add_health(routes, database)
    return routes


async def _only_looks(request: Request) -> None:
    """Nothing is stored, so that nothing can be dropped after it was stored."""
    request.scope[EFFECT] = Effect.NONE


def _add_fines(routes: APIRouter, database: Database) -> None:
    @routes.post("/fines/by-decision", summary="A fine by its decision's number")
    def by_decision(asked: FineByDecision) -> FineAnswer:
        with database.reading() as rows:
            fine = registers.fine_by_decision(rows, asked.DichVu, asked.SoQuyetDinh)
        return _answer(fine, masked=True)

    @routes.post("/fines/by-record", summary="A fine by what stands on the record")
    def by_record(asked: FineByRecord) -> FineAnswer:
        where = (asked.TinhThanh, asked.DonViLapBienBan)
        day = asked.NgayViPham.isoformat()
        with database.reading() as rows:
            fine = registers.fine_by_record(
                rows, asked.DichVu, asked.SoBienBan, asked.HoTen, where, day
            )
        return _answer(fine, masked=False)


def _answer(fine: registers.Fine | None, *, masked: bool) -> FineAnswer:
    if fine is None or fine.decision is None:
        return FineAnswer(KetQua="CHUA_CO_QUYET_DINH", ThongBao=_NONE)
    if fine.paid:
        return FineAnswer(KetQua="DA_THANH_TOAN", ThongBao=_PAID)
    details = FineDetails(
        SoQD=fine.decision,
        NgayQD=date.fromisoformat(fine.decided),
        HanhVi=fine.act,
        SoTien=fine.amount,
        MaLoaiHinhThuPhat=fine.service,
        TenLoaiHinhThuPhat="Phạt vi phạm hành chính lĩnh vực giao thông",
        MaCoQuanQD=fine.agency,
        TenCoQuanQD=fine.agency_name,
        KhoBac=fine.treasury,
        ThoiGianViPham=date.fromisoformat(fine.day),
        DiaDiemViPham=fine.place,
        TenNguoiViPham=mask_name(fine.name) if masked else fine.name,
        TaiKhoanThuNSNN=fine.account,
    )
    return FineAnswer(KetQua="CHUA_THANH_TOAN", ThongBao=_UNPAID, QuyetDinh=details)


def _add_social(routes: APIRouter, database: Database) -> None:
    def known(number: str) -> registers.Insured:
        with database.reading() as rows:
            found = registers.insured(rows, number)
        if found is None:
            raise Problem(404, "not-found", "no such number")
        return found

    @routes.post("/social-insurance/record", summary="Who is insured, and paid until when")
    def record(asked: InsuredNumber) -> SocialRecord:
        one = known(asked.So)
        return SocialRecord(
            MaSoBHXH=one.number,
            HoTen=mask_name(one.name),
            MucThuNhap=one.income,
            SoThangDaDong=one.months,
            ThangDaHoTro=one.supported,
            NhomHoTro=one.support,
            DongDenThang=one.until,
        )

    @routes.post("/social-insurance/quote", summary="What is to be paid")
    def quote(asked: SocialAsked) -> SocialQuote:
        one = known(asked.So)
        try:
            with database.reading() as rows:
                due = contributions.social(
                    rows, _today(), asked.MucThuNhap, asked.SoThang, one.support, one.supported
                )
        except contributions.OutOfRange:
            raise Problem(422, "income-out-of-range", "MucThuNhap") from None
        return SocialQuote(
            MucDong=due.base,
            HoTro=due.support,
            HoTroDiaPhuong=due.top_up,
            SoThangDuocHoTro=due.supported_months,
            PhaiDong=due.to_pay,
        )


def _add_health(routes: APIRouter, database: Database) -> None:
    def known(number: str) -> list[registers.HealthCard]:
        with database.reading() as rows:
            found = registers.household(rows, number)
        if not found:
            raise Problem(404, "not-found", "no such card")
        return found

    @routes.post("/health-insurance/household", summary="The members of a household")
    def household(asked: CardNumber) -> Household:
        return Household(ThanhVien=[_member(card) for card in known(asked.So)])

    @routes.post("/health-insurance/quote", summary="What is to be paid for whom")
    def quote(asked: HealthAsked) -> HealthQuote:
        positions = {card.position for card in known(asked.So)}
        wanted = [one.ThuTu for one in asked.ThanhVien]
        if len(set(wanted)) != len(wanted) or not positions.issuperset(wanted):
            raise Problem(422, "no-such-member", "ThanhVien")
        with database.reading() as rows:
            each = [
                MemberQuote(
                    ThuTu=one.ThuTu,
                    SoThang=one.SoThang,
                    PhaiDong=contributions.health(rows, _today(), one.ThuTu, one.SoThang),
                )
                for one in asked.ThanhVien
            ]
        return HealthQuote(ThanhVien=each, PhaiDong=sum(one.PhaiDong for one in each))


def _member(card: registers.HealthCard) -> Member:
    return Member(
        ThuTu=card.position,
        HoTen=mask_name(card.name),
        SoThe=mask_number(card.card),
        HanTheTu=date.fromisoformat(card.valid_from),
        HanTheDen=date.fromisoformat(card.valid_to),
        Du5NamTu=date.fromisoformat(card.five_years_from),
    )


def _today() -> str:
    return at_office(now()).date().isoformat()
