"""What a frozen message and its answer say, fit for people's eyes: names and numbers are masked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from kiosk.people.masking import mask_name, mask_number, mask_phone
from sync.portal.frozen import Frozen, read

HIDDEN = "•••••"
_MASKS: dict[str, Callable[[str], str]] = {
    "ChuHoSo": mask_name,
    "SoGiayToChuHoSo": mask_number,
    "SoDinhDanh": mask_number,
    "SoDienThoai": mask_phone,
    "Fax": mask_phone,
}
_OPEN = frozenset((
    "MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "SoBienNhan", "KenhThucHien",
    "LoaiDoiTuong", "LoaiDinhDanh", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTuChoi",
    "NgayKetThucXuLy", "NgayTra", "HinhThuc", "TrangThaiHoSo", "DonViXuLy", "NoiNopHoSo",
    "HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen", "MaCSDL",
    "TepDinhKemId", "TenTepDinhKem", "IsDeleted", "MaThanhPhanHoSo", "DuongDanTaiTepTin",
    "DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG", "MaKetQuaThayThe", "TenPhiLePhi",
    "MaPhiLePhi", "HinhThucThu", "Gia", "LoaiPhiLePhi", "TenGiayTo", "SoLuong", "LoaiGiayTo",
    "HoSoBoSungId", "NgayBoSung", "NgayTiepNhanBoSung", "TrangThaiBoSung", "NgayHenTraTruoc",
    "NgayHenTraMoi", "GiayToId", "DuongDanTepTinKetQua", "MaGiayToKetQua", "NguoiXuLy",
    "ChucDanh", "ThoiDiemXuLy", "PhongBanXuLy", "NoiDungXuLy", "TrangThai", "NgayBatDau",
    "NgayKetThucTheoQuyDinh",
))  # fmt: skip
"""Fields that are no person's. What isn't named here is hidden: also a field that a later program adds."""
_LEAST = 4
"""Shorter values would be found everywhere."""
_LONGEST_ANSWER = 20_000


@dataclass(frozen=True)
class Field:
    """``name`` leads inwards by dots and numbers: ``TaiLieuNop.0.MaThanhPhanHoSo``."""

    name: str
    value: str


def fields(body: bytes) -> tuple[Field, ...]:
    """Every field of a message that isn't empty, in its order; empty for bytes that are no message."""
    message = read(body)
    return () if message is None else tuple(_fields(message, ""))


def answer(raw: bytes, body: bytes) -> str:
    """The portal's whole answer as text, with what is a person's in ``body`` masked wherever it stands."""
    try:
        found: object = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    text = raw.decode("utf-8", "replace") if found is None else _written(found)
    return cleaned(text, body)[:_LONGEST_ANSWER]


def cleaned(text: str, body: bytes) -> str:
    """A text with the values that are a person's in ``body`` masked, in whatever case and form they stand."""
    message = read(body)
    private = {} if message is None else dict(_private(message))
    text = normalize("NFC", text)
    for value in sorted(private, key=len, reverse=True):
        mask = private[value].replace("\\", r"\\")
        text = re.sub(re.escape(normalize("NFC", value)), mask, text, flags=re.IGNORECASE)
    return text


def _fields(part: Frozen, before: str) -> Iterator[Field]:
    for name, value in part.fields.items():
        if isinstance(value, str) and value:
            yield Field(f"{before}{name}", _masked(name, value))
        for number, row in enumerate(part.rows(name)):
            yield from _fields(row, f"{before}{name}.{number}.")


def _private(part: Frozen) -> Iterator[tuple[str, str]]:
    for name, value in part.fields.items():
        if isinstance(value, str) and name not in _OPEN and len(value) >= _LEAST:
            yield value, _masked(name, value)
        for row in part.rows(name):
            yield from _private(row)


def _masked(name: str, value: str) -> str:
    if name in _OPEN:
        return value
    mask = _MASKS.get(name)
    return HIDDEN if mask is None else mask(value)


def _written(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")
