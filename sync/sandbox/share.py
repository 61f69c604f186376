"""The share services of the reference portal: made-up agencies, sectors, and the procedures that ship."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from kiosk.catalogue.load import load_catalogue
from kiosk.catalogue.procedure import Procedure, Term

Reply = dict[str, Any]
Row = dict[str, object]

SERVICES = ("LayDanhMucCoQuan", "LayDanhMucLinhVuc", "LayDanhSachTTHC", "LayThuTuc")
_MINISTRY = "G15"
_AGENCIES: tuple[Row, ...] = (
    {"MADONVI": "X00", "TENDONVI": "Tỉnh Mẫu", "CAPDONVI": "1"},
    {"MADONVI": "X00.01", "TENDONVI": "Xã Mẫu Một", "CAPDONVI": "3"},
    {"MADONVI": "X00.02", "TENDONVI": "Phường Mẫu Hai", "CAPDONVI": "3"},
)
_UNITS = {
    "working_day": "Ngày làm việc",
    "calendar_day": "Ngày",
    "month": "Tháng",
    "working_hour": "Giờ làm việc",
}


def answer(service: str, fields: Mapping[str, object]) -> Reply:
    """The rows of one of `SERVICES`; none for an agency or a procedure that isn't there."""
    rows: list[Row] = []
    if service == "LayDanhMucCoQuan":
        rows = list(_AGENCIES)
    elif service == "LayDanhMucLinhVuc":
        rows = list(_sectors().values())
    elif service == "LayDanhSachTTHC" and fields.get("madonvi"):
        rows = [{"MATTHC": one["MATTHC"], "TENTTHC": one["TENTTHC"]} for one in _rows().values()]
    elif service == "LayThuTuc" and str(fields.get("maTTHC")) in _rows():
        rows = [_rows()[str(fields["maTTHC"])]]
    return {"error_code": 0, "message": "OK", "result": rows}


@cache
def _rows() -> dict[str, Row]:
    return {one.code: _row(one) for one in load_catalogue().offered()}


@cache
def _sectors() -> dict[str, Row]:
    return {
        one.sector: {
            "MALINHVUC": one.sector,
            "TENLINHVUC": one.sector_name["vi"],
            "MANGANH": _MINISTRY,
        }
        for one in load_catalogue().offered()
    }


def _row(one: Procedure) -> Row:
    fees = [
        {
            "MAPHILEPHI": fee.code,
            "SOTIEN": str(fee.tiers[0].amount),
            "DONVI": "Đồng",
            "MOTA": fee.name["vi"],
        }
        for fee in one.fees
    ]
    amount, unit = _term(one.term)
    term = {
        "THOIGIANGIAIQUYET": amount,
        "DONVITINH": unit,
        "MOTA": one.term.words["vi"],
        "PHILEPHI": fees,
    }
    papers = [
        {"MAGIAYTO": part.code, "TENGIAYTO": part.name["vi"], "TENMAUDON": "", "URL": ""}
        for part in one.components
    ]
    return {
        "MATTHC": one.code,
        "TENTTHC": one.name["vi"],
        "MACOQUANCONGBO": _MINISTRY,
        "TRANGTHAI": 1,
        "YEUCAU": "",
        "LINHVUCTHUCHIEN": [{"MALINHVUC": one.sector, "TENLINHVUC": one.sector_name["vi"]}],
        "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Nộp, kiểm tra, trả"}]}],
        "CACHTHUCTHUCHIEN": [{"KENH": "1", "THOIGIAN": [term]}],
        "THANHPHANHOSO": [{"GIAYTO": papers}],
        "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Công dân Việt Nam"}],
        "KETQUATHUCHIEN": [{"MAKETQUA": f"KQ.{one.code}", "TENKETQUA": one.short_name["vi"]}],
        "CANCUPHAPLY": [{"SOVANBAN": basis, "TENVANBAN": basis} for basis in one.legal_basis],
        "COQUANTHUCHIEN": [
            {"MADONVI": agency["MADONVI"], "TENDONVI": agency["TENDONVI"]}
            for agency in _AGENCIES[1:]
        ],
    }


def _term(term: Term) -> tuple[str, str]:
    if term.unit == "same_day":
        return "1", "Ngày làm việc"
    return f"{term.amount:g}", _UNITS[term.unit]
