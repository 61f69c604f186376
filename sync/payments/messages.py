"""The platform's messages, version 1.0.6: their fields, their hash, their time of day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.dossiers.dossier import Dossier
from kiosk.payments.claim import Attempt, Claim
from kiosk.payments.claims import stamp
from kiosk.settings import Office, Payments

VERSION = "1.0.6"
_LONGEST_NAME = 250
_SHORTENED_NAME = 200
_KINDS = {"phi": "1", "le_phi": "2"}

_INIT_HASHED = (
    *("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan"),
    *("MaKenhThanhToan", "MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich"),
    *("ThoiGianGD", "Ip"),
)
_SHORT_HASHED = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")

Fields = dict[str, object]


@dataclass(frozen=True, repr=False)
class Order:
    """What is to be paid: the attempt, its claim and the dossier that it is for."""

    attempt: Attempt
    claim: Claim
    dossier: Dossier

    def __repr__(self) -> str:
        return f"Order({self.attempt.reference})"


def init(order: Order, chosen: Payments, office: Office, secret: str, at: datetime) -> bytes:
    """The message that opens a payment page."""
    fields: Fields = {
        "LoaiBanTin": "INIT",
        "PhienBan": VERSION,
        "MaDoiTac": chosen.partner,
        "MaThamChieu": order.attempt.reference,
        "SoTien": str(order.attempt.amount),
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": content(order.dossier.code),
        "ThoiGianGD": stamp(at),
        "Ip": chosen.ip,
    }
    fields["MaXacThuc"] = seal(fields, _INIT_HASHED, secret)
    fields["ThongTinBienLai"] = _receipt(order, chosen, office)
    return _encoded(fields)


def query(reference: str, chosen: Payments, secret: str, at: datetime) -> bytes:
    """The message that asks what became of a payment."""
    return _short("QUERY", reference, chosen, secret, at)


def get_bill(reference: str, chosen: Payments, secret: str, at: datetime) -> bytes:
    """The message that asks for the electronic receipt."""
    return _short("GET_BILL", reference, chosen, secret, at)


def seal(fields: Fields, names: Iterable[str], secret: str) -> str:
    """``MaXacThuc``: SHA-256 in lower-case hex of the values joined by ``|``, the secret last."""
    values = [str(fields[name]) for name in names]
    return hashlib.sha256("|".join([*values, secret]).encode("utf-8")).hexdigest()


def sealed(fields: Fields, secret: str) -> str:
    """The hash that a whole message of one of the three kinds ought to have. Raises `KeyError`."""
    names = _INIT_HASHED if fields["LoaiBanTin"] == "INIT" else _SHORT_HASHED
    return seal(fields, names, secret)


def content(dossier_code: str) -> str:
    """What the payer's bank shows."""
    return f"THANH TOAN HO SO {dossier_code}"


def _short(kind: str, reference: str, chosen: Payments, secret: str, at: datetime) -> bytes:
    fields: Fields = {
        "LoaiBanTin": kind,
        "PhienBan": VERSION,
        "MaDoiTac": chosen.partner,
        "MaThamChieu": reference,
        "ThoiGianGD": stamp(at),
    }
    fields["MaXacThuc"] = seal(fields, _SHORT_HASHED, secret)
    return _encoded(fields)


def _receipt(order: Order, chosen: Payments, office: Office) -> Fields:
    claim, dossier = order.claim, order.dossier
    amount = str(order.attempt.amount)
    return {
        "MaDichVu": "2",
        "MaDVC": f"{dossier.procedure}.01",
        "TenDVC": _name(dossier.procedure_name),
        "MaTTHC": dossier.procedure,
        "TenTTHC": _name(dossier.procedure_name),
        "MaDonVi": office.agency,
        "TenDonVi": office.name,
        "MaHoSo": dossier.code,
        "TKThuHuong": chosen.account,
        "MaNHThuHuong": chosen.bank,
        "TenTKThuHuong": chosen.account_name,
        "NoiDungThanhToan": content(dossier.code),
        "HoTenNguoiNop": dossier.person.full_name,
        "SoCMNDNguoiNop": dossier.person.number,
        "DiaChiNguoiNop": dossier.person.residence,
        "HuyenNguoiNop": "",  # there are no districts since 1 July 2025
        "TinhNguoiNop": "",
        "PhiLePhi": [
            {
                "LoaiPhiLePhi": _KINDS[claim.kind],
                "MaPhiLePhi": claim.fee_code,
                "TenPhiLePhi": claim.fee_name,
                "SoTien": amount,
            }
        ],
        "DSKhoanNop": [{"NoiDung": claim.fee_name, "SoTien": amount}],
    }


def _name(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[:_SHORTENED_NAME] + "..."


def _encoded(fields: Fields) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8")
