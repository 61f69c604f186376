"""Every field of the portal's messages: read, kept, written the same; lengths are data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.settings import DEMO, SettingsError, load
from sync.portal import rows
from sync.portal.lengths import LONGEST, shipped
from sync.portal.messages import encode
from sync.portal.rows import DossierMessage, ProgressMessage, Row, need_lengths
from tests.fakes.portal_items import dossier

FIELDS = {
    "DongBoHoSoMC": """MaHoSo MaTTHC TenTTHC MaLinhVuc TenLinhVuc SoBienNhan KenhThucHien ChuHoSo
        SoGiayToChuHoSo LoaiDoiTuong MaDoiTuong DinhDanhCHS ThongTinKhac Email Fax SoDienThoai TrichYeuHoSo
        NgayNopHoSo NgayTiepNhan NgayHenTra NgayTuChoi NgayKetThucXuLy NgayTra ThongTinTra HinhThuc
        TrangThaiHoSo DonViXuLy GhiChu NoiNopHoSo HoSoCoThanhPhanSoHoa TaiKhoanDuocXacThucVoiVNeID
        DuocThanhToanTrucTuyen DSKetNoiCSDL TaiLieuNop DanhSachLePhi DanhSachTepDinhKemKhac
        DanhSachHoSoBoSung DanhSachGiayToKetQua""",
    "DinhDanhCHS": "LoaiDinhDanh SoDinhDanh",
    "DSKetNoiCSDL": "MaCSDL",
    "TaiLieuNop": """TepDinhKemId TenTepDinhKem IsDeleted MaThanhPhanHoSo DuongDanTaiTepTin DuocSoHoa
        DuocTaiSuDung DuocLayTuKhoDMQG MaKetQuaThayThe""",
    "DanhSachLePhi": "TenPhiLePhi MaPhiLePhi HinhThucThu Gia LoaiPhiLePhi",
    "DanhSachTepDinhKemKhac": "TenGiayTo SoLuong LoaiGiayTo",
    "DanhSachHoSoBoSung": """HoSoBoSungId NguoiYeuCauBoSung NoiDungBoSung NgayBoSung NguoiTiepNhanBoSung
        ThongTinTiepNhan NgayTiepNhanBoSung TrangThaiBoSung DanhSachGiayToBoSung DanhSachLePhiBoSung
        NgayHenTraTruoc NgayHenTraMoi""",
    "DanhSachGiayToKetQua": "TenGiayTo MaThanhPhanHoSo GiayToId DuongDanTepTinKetQua MaGiayToKetQua",
    "CapNhatTienDoHoSoMC": """MaHoSo NguoiXuLy ChucDanh ThoiDiemXuLy PhongBanXuLy NoiDungXuLy TrangThai
        NgayBatDau NgayKetThucTheoQuyDinh""",
}
MODELS = {one.row: one for one in Row.__subclasses__()}
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40)
TIMES = st.one_of(st.just(""), st.datetimes().map(lambda at: f"{at:%Y%m%d%H%M%S}".rjust(14, "0")))
HARD = "KenhThucHien MaDoiTuong TrangThaiHoSo NgayTra NgayTiepNhan NgayHenTra NgayTiepNhanBoSung NgayTuChoi"


def value(model: type[Row], name: str) -> st.SearchStrategy[Any]:
    """Any value of a field, inside its pattern."""
    field = model.model_fields[name]
    part = next((one for one in _inner(field.annotation) if issubclass(one, Row)), None)
    if part is not None:
        return st.lists(valid(part), max_size=2)
    if name in HARD.split():
        return st.just("1" if name == "KenhThucHien" else "2" if name == "TrangThaiHoSo" else "")
    pattern = next((m.pattern for m in field.metadata if getattr(m, "pattern", None)), None)
    if name.startswith(("Ngay", "ThoiDiem")):
        return TIMES.filter(bool) if field.is_required() else TIMES
    if pattern:
        return st.from_regex(pattern, fullmatch=True)
    return WORDS.filter(bool) if field.is_required() else WORDS


def _inner(kind: Any) -> list[type]:
    found = [kind] if isinstance(kind, type) and not get_args(kind) else []
    return found + [one for inner in get_args(kind) for one in _inner(inner)]


def valid(model: type[Row]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: value(model, name) for name in model.model_fields})


@pytest.mark.parametrize("row", FIELDS)
def test_a_row_has_every_field_and_no_other(row: str) -> None:
    assert list(MODELS[row].model_fields) == FIELDS[row].split()


def test_every_row_and_every_length_belongs_to_a_field() -> None:
    assert set(MODELS) == set(FIELDS)
    for row, model in MODELS.items():
        assert set(shipped().of(row)) <= set(model.model_fields)


@settings(max_examples=60, deadline=None)
@given(valid(DossierMessage))
def test_what_is_valid_comes_back_the_same(content: dict[str, Any]) -> None:
    message = DossierMessage.model_validate_json(json.dumps(content))
    need_lengths(message)
    assert json.loads(message.model_dump_json()) == content
    assert DossierMessage.model_validate_json(message.model_dump_json()) == message


@settings(max_examples=30, deadline=None)
@given(valid(ProgressMessage))
def test_a_step_comes_back_the_same(content: dict[str, Any]) -> None:
    message = ProgressMessage.model_validate_json(json.dumps(content))
    assert json.loads(message.model_dump_json()) == content


SUPPLEMENT = {
    "HoSoBoSungId": "1",
    "NoiDungBoSung": "Thiếu bản chính",
    "NgayBoSung": "20261124080000",
}


def whole(**changes: object) -> str:
    return json.dumps(json.loads(encode(dossier())[0].body) | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"Unknown": ""},
        {"MaHoSo": 1},
        {"MaDoiTuong": "TECH1"},
        {"DanhSachHoSoBoSung": [SUPPLEMENT | {"NgayBoSung": ""}]},
        {"DanhSachHoSoBoSung": [SUPPLEMENT | {"NgayTiepNhanBoSung": "20261123080000"}]},
        {"DanhSachHoSoBoSung": [SUPPLEMENT | {"DanhSachLePhiBoSung": [{}]}]},
        {"DanhSachHoSoBoSung": [SUPPLEMENT] * (rows.MOST_ROWS + 1)},
        {"DanhSachGiayToKetQua": [{"TenGiayTo": ""}]},
    ],
)
def test_what_is_against_the_rules_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DossierMessage.model_validate_json(whole(**changes))


def test_null_is_what_the_portal_means_by_it() -> None:
    message = DossierMessage.model_validate_json(whole(KenhThucHien=None, MaDoiTuong=None))
    assert (message.KenhThucHien, message.MaDoiTuong) == (None, None)
    DossierMessage.model_validate_json(whole(KenhThucHien="2", MaDoiTuong="TECH1"))


@pytest.mark.parametrize(
    ("changes", "path", "limit"),
    [
        (lambda n: {"MaHoSo": "x" * n}, ("MaHoSo",), 50),
        (lambda n: {"GhiChu": "ữ" * n}, ("GhiChu",), 500),
        (lambda n: {"TrichYeuHoSo": "x" * n}, ("TrichYeuHoSo",), 1000),
        (
            lambda n: {"DanhSachHoSoBoSung": [SUPPLEMENT | {"NguoiYeuCauBoSung": "x" * n}]},
            ("DanhSachHoSoBoSung", 0, "NguoiYeuCauBoSung"),
            50,
        ),
        (
            lambda n: {"DanhSachGiayToKetQua": [{"TenGiayTo": "x" * n}]},
            ("DanhSachGiayToKetQua", 0, "TenGiayTo"),
            2000,
        ),
    ],
)
def test_a_length_is_kept_to_the_character(changes: Any, path: object, limit: int) -> None:
    need_lengths(DossierMessage.model_validate_json(whole(**changes(limit))))
    with pytest.raises(ValidationError) as caught:
        need_lengths(DossierMessage.model_validate_json(whole(**changes(limit + 1))))
    assert [one["loc"] for one in caught.value.errors()] == [path]
    assert "xxx" not in str(caught.value)


def test_an_office_changes_a_length_both_ways() -> None:
    longer = shipped().changed({"DongBoHoSoMC": {"TrichYeuHoSo": 1200}})
    encode(dossier(summary="x" * 1200), lengths=longer)
    shorter = shipped().changed({"CapNhatTienDoHoSoMC": {"ChucDanh": 3}})
    with pytest.raises(ValidationError, match="ChucDanh"):
        encode(dossier(), lengths=shorter)
    assert shipped().of("DongBoHoSoMC")["TrichYeuHoSo"] == 1000


def test_settings_name_known_fields_only(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    own = "\n[portal.lengths.DongBoHoSoMC]\n"
    file.write_text(DEMO.read_text("utf-8") + own + "GhiChu = 250\n", "utf-8")
    assert load(file).portal.lengths == {"DongBoHoSoMC": {"GhiChu": 250}}
    for wrong in ("Ghichu = 250\n", "GhiChu = 0\n"):
        file.write_text(DEMO.read_text("utf-8") + own + wrong, "utf-8")
        with pytest.raises(SettingsError, match=r"portal\.lengths"):
            load(file)


def test_the_contract_tells_the_lengths() -> None:
    schema = DossierMessage.model_json_schema()
    assert schema["properties"]["MaHoSo"]["maxLength"] == 50
    assert schema["$defs"]["Result"]["properties"]["TenGiayTo"]["maxLength"] == 2000
    assert schema["$defs"]["File"]["properties"]["DuongDanTaiTepTin"]["maxLength"] == LONGEST
