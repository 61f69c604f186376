"""What the portal is told of a dossier: the dossier message and its progress steps.

Values are strings, times are ``yyyyMMddHHmmss`` on a 24-hour clock at Asia/Ho_Chi_Minh, unknown values stay
empty. The messages say what the office holds and nothing more: no invented step, no nicer state.

How long a field may be is data (`sync.portal.lengths`): `need_lengths` checks it, the models don't.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, ValidationError

from kiosk.clock import OFFICE_ZONE, at_office
from sync.portal.lengths import LONGEST, Lengths, shipped

MOST_ROWS = 1000
"""Of any list in a message; a dossier has a few."""


_TIME = len("yyyyMMddHHmmss")


def stamp(moment: datetime) -> str:
    """An aware moment as the portal writes times, at the office's wall clock."""
    return at_office(moment).strftime("%Y%m%d%H%M%S")


def moment(text: str) -> datetime | None:
    """The inverse of `stamp`; None for an empty text and for what is no time."""
    if len(text) != _TIME or not text.isascii() or not text.isdigit():
        return None  # strptime takes shorter ones, too
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        return None


Text = str
Needed = Annotated[str, Field(min_length=1)]
Flag = Annotated[str, Field(pattern=r"^[01]?$")]
Time = Annotated[
    str,
    Field(pattern=r"^(|\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d)$"),
]
NeededTime = Annotated[Time, Field(min_length=14)]
StateCode = Annotated[str, Field(pattern=r"^([1-9]|10)$")]
_List = Field(default=(), max_length=MOST_ROWS)


class Row(BaseModel):
    """A part of a message. Unknown fields are refused; errors never repeat a person's data."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    row: ClassVar[str]
    """What its lengths are found under: the service, or the list that it stands in."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tells the shipped lengths."""
        schema = handler.resolve_ref_schema(handler(core))
        for name, field in schema.get("properties", {}).items():
            for kind in (field, *field.get("anyOf", ())):
                if kind.get("type") == "string" and "pattern" not in kind:
                    kind["maxLength"] = shipped().of(cls.row).get(name, LONGEST)
        return schema


class Identity(Row):
    row = "DinhDanhCHS"
    LoaiDinhDanh: Annotated[str, Field(pattern=r"^[12]$")]
    """1: 12-digit personal number; 2: old 9-digit number."""
    SoDinhDanh: Annotated[str, Field(pattern=r"^\d{9}(\d{3})?$")]


class File(Row):
    """A scanned component (``TaiLieuNop``)."""

    row = "TaiLieuNop"
    TepDinhKemId: Needed
    TenTepDinhKem: Needed
    IsDeleted: Annotated[str, Field(pattern=r"^(True|False)$")] = "False"
    MaThanhPhanHoSo: Needed
    DuongDanTaiTepTin: Text = ""
    DuocSoHoa: Flag = ""
    DuocTaiSuDung: Annotated[str, Field(pattern=r"^[012]?$")] = ""
    DuocLayTuKhoDMQG: Flag = ""
    MaKetQuaThayThe: Text = ""


class Paper(Row):
    """A paper that was handed in without a file (``DanhSachTepDinhKemKhac``)."""

    row = "DanhSachTepDinhKemKhac"
    TenGiayTo: Needed
    SoLuong: Annotated[str, Field(pattern=r"^\d{1,6}$")]
    LoaiGiayTo: Text = ""


class Fee(Row):
    row = "DanhSachLePhi"
    TenPhiLePhi: Needed
    MaPhiLePhi: Text = ""
    HinhThucThu: Text = ""
    Gia: Annotated[str, Field(pattern=r"^\d{1,12}$")]
    """Whole đồng."""
    LoaiPhiLePhi: Text = ""


class DatabaseAsked(Row):
    row = "DSKetNoiCSDL"
    MaCSDL: Needed


class Supplement(Row):
    """A request for more papers, and what came of it (``DanhSachHoSoBoSung``)."""

    row = "DanhSachHoSoBoSung"
    HoSoBoSungId: Needed
    NguoiYeuCauBoSung: Text = ""
    NoiDungBoSung: Needed
    NgayBoSung: NeededTime
    NguoiTiepNhanBoSung: Text = ""
    ThongTinTiepNhan: Text = ""
    NgayTiepNhanBoSung: Time = ""
    TrangThaiBoSung: Text = ""
    DanhSachGiayToBoSung: Annotated[tuple[File, ...], _List] = ()
    DanhSachLePhiBoSung: Annotated[tuple[Fee, ...], _List] = ()
    NgayHenTraTruoc: Time = ""
    """The appointment that held before."""
    NgayHenTraMoi: Time = ""

    @model_validator(mode="after")
    def _in_order(self) -> Supplement:
        if self.NgayTiepNhanBoSung and self.NgayTiepNhanBoSung < self.NgayBoSung:
            raise ValueError("NgayTiepNhanBoSung must not be before NgayBoSung")
        return self


class Result(Row):
    """A result paper (``DanhSachGiayToKetQua``)."""

    row = "DanhSachGiayToKetQua"
    TenGiayTo: Needed
    MaThanhPhanHoSo: Text = ""
    GiayToId: Text = ""
    DuongDanTepTinKetQua: Text = ""
    MaGiayToKetQua: Text = ""
    """``MAKETQUA`` of the procedure."""


class DossierMessage(Row):
    """One element of ``data`` of ``DongBoHoSoMC``."""

    row = "DongBoHoSoMC"
    MaHoSo: Needed
    MaTTHC: Needed
    TenTTHC: Needed
    MaLinhVuc: Text
    TenLinhVuc: Text
    SoBienNhan: Text = ""
    KenhThucHien: Annotated[str, Field(pattern=r"^[123]$")] | None
    """1 counter, 2 online, 3 public post; null counts as 1."""
    ChuHoSo: Needed
    SoGiayToChuHoSo: Text = ""
    LoaiDoiTuong: Annotated[str, Field(pattern=r"^[1-4]$")]
    MaDoiTuong: Text | None = ""
    """The portal's own id of a person who filed online; null or empty otherwise."""
    DinhDanhCHS: Annotated[tuple[Identity, ...], _List] = ()
    ThongTinKhac: Text = ""
    Email: Text = ""
    Fax: Text = ""
    SoDienThoai: Text = ""
    TrichYeuHoSo: Text = ""
    NgayNopHoSo: Time = ""
    NgayTiepNhan: Time = ""
    NgayHenTra: Time = ""
    NgayTuChoi: Time = ""
    NgayKetThucXuLy: Time = ""
    NgayTra: Time = ""
    ThongTinTra: Text = ""
    HinhThuc: Flag = ""
    TrangThaiHoSo: StateCode
    DonViXuLy: Text = ""
    GhiChu: Text = ""
    NoiNopHoSo: Text = ""
    HoSoCoThanhPhanSoHoa: Flag = ""
    TaiKhoanDuocXacThucVoiVNeID: Flag = ""
    DuocThanhToanTrucTuyen: Annotated[str, Field(pattern=r"^[0-3]?$")] = ""
    DSKetNoiCSDL: Annotated[tuple[DatabaseAsked, ...], _List] = ()
    TaiLieuNop: Annotated[tuple[File, ...], _List] = ()
    DanhSachLePhi: Annotated[tuple[Fee, ...], _List] = ()
    DanhSachTepDinhKemKhac: Annotated[tuple[Paper, ...], _List] = ()
    DanhSachHoSoBoSung: Annotated[tuple[Supplement, ...], _List] = ()
    DanhSachGiayToKetQua: Annotated[tuple[Result, ...], _List] = ()

    @model_validator(mode="after")
    def _true_states(self) -> DossierMessage:
        if self.NgayTiepNhan and self.NgayHenTra and self.NgayTiepNhan > self.NgayHenTra:
            raise ValueError("NgayHenTra must not be before NgayTiepNhan")
        if self.NgayTra and self.TrangThaiHoSo != "10":
            raise ValueError("NgayTra needs TrangThaiHoSo 10")
        if self.TrangThaiHoSo == "3" and not (self.NgayTuChoi and self.GhiChu):
            raise ValueError("TrangThaiHoSo 3 needs NgayTuChoi and a reason in GhiChu")
        if self.MaDoiTuong and self.KenhThucHien != "2":
            raise ValueError("MaDoiTuong needs KenhThucHien 2")
        return self


class ProgressMessage(Row):
    """One element of ``data`` of ``CapNhatTienDoHoSoMC``: a step that really happened."""

    row = "CapNhatTienDoHoSoMC"
    MaHoSo: Needed
    NguoiXuLy: Needed
    ChucDanh: Text = ""
    ThoiDiemXuLy: NeededTime
    PhongBanXuLy: Text = ""
    NoiDungXuLy: Text = ""
    TrangThai: StateCode
    NgayBatDau: Time = ""
    NgayKetThucTheoQuyDinh: Time = ""


def need_lengths(message: Row, lengths: Lengths | None = None) -> None:
    """Checks every field of a message, by default against what ships.

    Raises `pydantic.ValidationError` with the fields' paths, without what they hold.
    """
    found = list(_too_long(message, lengths or shipped(), ()))
    if found:
        raise ValidationError.from_exception_data(type(message).__name__, found, hide_input=True)


def _too_long(
    part: Row, lengths: Lengths, where: tuple[int | str, ...]
) -> Iterator[InitErrorDetails]:
    limits = lengths.of(part.row)
    for name, value in part.__dict__.items():
        if isinstance(value, str):
            if len(value) > limits.get(name, LONGEST):
                yield _error((*where, name), limits.get(name, LONGEST))
        elif isinstance(value, tuple):
            for number, inner in enumerate(value):
                yield from _too_long(inner, lengths, (*where, name, number))


def _error(where: tuple[int | str, ...], limit: int) -> InitErrorDetails:
    context: dict[str, Any] = {"limit": limit}
    kind = PydanticCustomError("too_long", "longer than {limit} characters", context)
    return InitErrorDetails(type=kind, loc=where, input="")
