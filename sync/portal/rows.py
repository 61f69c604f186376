"""What the portal is told of a dossier: the dossier message and its progress steps.

Values are strings, times are ``yyyyMMddHHmmss`` on a 24-hour clock at Asia/Ho_Chi_Minh, unknown values stay
empty. The messages say what the office holds and nothing more: no invented step, no nicer state.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.clock import at_office


def stamp(moment: datetime) -> str:
    """An aware moment as the portal writes times, at the office's wall clock."""
    return at_office(moment).strftime("%Y%m%d%H%M%S")


def _text(limit: int = 4000, least: int = 0) -> object:
    return Field(max_length=limit, min_length=least)


Text = Annotated[str, _text()]
Code = Annotated[str, _text(50)]
NeededCode = Annotated[str, _text(50, 1)]
Flag = Annotated[str, Field(pattern=r"^[01]?$")]
Time = Annotated[
    str,
    Field(pattern=r"^(|\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d)$"),
]
StateCode = Annotated[str, Field(pattern=r"^([1-9]|10)$")]


class Row(BaseModel):
    """A part of a message. Unknown fields are refused; errors never repeat a person's data."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Identity(Row):
    LoaiDinhDanh: Annotated[str, Field(pattern=r"^[12]$")]
    """1: 12-digit personal number; 2: old 9-digit number."""
    SoDinhDanh: Annotated[str, Field(pattern=r"^\d{9}(\d{3})?$")]


class File(Row):
    """A scanned component (``TaiLieuNop``)."""

    TepDinhKemId: Annotated[str, _text(100, 1)]
    TenTepDinhKem: Annotated[str, _text(4000, 1)]
    IsDeleted: Annotated[str, Field(pattern=r"^(True|False)$")] = "False"
    MaThanhPhanHoSo: NeededCode
    DuongDanTaiTepTin: Text = ""
    DuocSoHoa: Flag = ""
    DuocTaiSuDung: Annotated[str, Field(pattern=r"^[012]?$")] = ""
    DuocLayTuKhoDMQG: Flag = ""
    MaKetQuaThayThe: Code = ""


class Paper(Row):
    """A paper that was handed in without a file (``DanhSachTepDinhKemKhac``)."""

    TenGiayTo: Annotated[str, _text(2000, 1)]
    SoLuong: Annotated[str, Field(pattern=r"^\d{1,6}$")]
    LoaiGiayTo: Code = ""


class Fee(Row):
    TenPhiLePhi: Annotated[str, _text(500, 1)]
    MaPhiLePhi: Code = ""
    HinhThucThu: Code = ""
    Gia: Annotated[str, Field(pattern=r"^\d{1,12}$")]
    """Whole đồng."""
    LoaiPhiLePhi: Code = ""


class DatabaseAsked(Row):
    MaCSDL: NeededCode


class DossierMessage(Row):
    """One element of ``data`` of ``DongBoHoSoMC``."""

    MaHoSo: NeededCode
    MaTTHC: NeededCode
    TenTTHC: Annotated[str, _text(2000, 1)]
    MaLinhVuc: Code
    TenLinhVuc: Annotated[str, _text(500)]
    SoBienNhan: Code = ""
    KenhThucHien: Annotated[str, Field(pattern=r"^[123]$")]
    ChuHoSo: Annotated[str, _text(500, 1)]
    SoGiayToChuHoSo: Annotated[str, _text(40)] = ""
    LoaiDoiTuong: Annotated[str, Field(pattern=r"^[1-4]$")]
    MaDoiTuong: Code = ""
    DinhDanhCHS: tuple[Identity, ...] = ()
    ThongTinKhac: Text = ""
    Email: Annotated[str, _text(200)] = ""
    Fax: Code = ""
    SoDienThoai: Code = ""
    TrichYeuHoSo: Annotated[str, _text(1000)] = ""
    NgayNopHoSo: Time = ""
    NgayTiepNhan: Time = ""
    NgayHenTra: Time = ""
    NgayTuChoi: Time = ""
    NgayKetThucXuLy: Time = ""
    NgayTra: Time = ""
    ThongTinTra: Text = ""
    HinhThuc: Flag = ""
    TrangThaiHoSo: StateCode
    DonViXuLy: Annotated[str, _text(500)] = ""
    GhiChu: Annotated[str, _text(500)] = ""
    NoiNopHoSo: Code = ""
    HoSoCoThanhPhanSoHoa: Flag = ""
    TaiKhoanDuocXacThucVoiVNeID: Flag = ""
    DuocThanhToanTrucTuyen: Annotated[str, Field(pattern=r"^[0-3]?$")] = ""
    DSKetNoiCSDL: tuple[DatabaseAsked, ...] = ()
    TaiLieuNop: tuple[File, ...] = ()
    DanhSachLePhi: tuple[Fee, ...] = ()
    DanhSachTepDinhKemKhac: tuple[Paper, ...] = ()

    @model_validator(mode="after")
    def _true_states(self) -> DossierMessage:
        if self.NgayTiepNhan and self.NgayHenTra and self.NgayTiepNhan > self.NgayHenTra:
            raise ValueError("NgayHenTra must not be before NgayTiepNhan")
        if self.NgayTra and self.TrangThaiHoSo != "10":
            raise ValueError("NgayTra needs TrangThaiHoSo 10")
        if self.TrangThaiHoSo == "3" and not (self.NgayTuChoi and self.GhiChu):
            raise ValueError("TrangThaiHoSo 3 needs NgayTuChoi and a reason in GhiChu")
        return self


class ProgressMessage(Row):
    """One element of ``data`` of ``CapNhatTienDoHoSoMC``: a step that really happened."""

    MaHoSo: NeededCode
    NguoiXuLy: NeededCode
    ChucDanh: Annotated[str, _text(200)] = ""
    ThoiDiemXuLy: Annotated[Time, _text(14, 14)]
    PhongBanXuLy: Annotated[str, _text(500)] = ""
    NoiDungXuLy: Text = ""
    TrangThai: StateCode
    NgayBatDau: Time = ""
    NgayKetThucTheoQuyDinh: Time = ""
