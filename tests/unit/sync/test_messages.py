"""The dossier as the portal is told of it: true, complete and always the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.dossiers.dossier import Component, DossierState
from kiosk.payments.claim import Channel
from kiosk.payments.claims import Fee
from kiosk.people.person import Person
from sync.portal.messages import Codes, encode
from sync.portal.rows import DossierMessage, ProgressMessage, stamp
from tests.fakes.portal_items import dossier


def content(number: int = 0, **changes: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(encode(dossier(**changes))[number].body)
    return found


def test_the_whole_dossier_message() -> None:
    assert {name: value for name, value in content().items() if value not in ("", [])} == {
        "MaHoSo": "H29.18-261123-0001",
        "MaTTHC": "2.000815",
        "TenTTHC": "Chứng thực bản sao từ bản chính",
        "MaLinhVuc": "G15-TP03",
        "TenLinhVuc": "Chứng thực",
        "KenhThucHien": "1",
        "ChuHoSo": "NGUYỄN VĂN MẪU",
        "SoGiayToChuHoSo": "079090000001",
        "LoaiDoiTuong": "1",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "079090000001"}],
        "TrichYeuHoSo": "Chứng thực 2 bản sao từ bản chính: Bằng tốt nghiệp",
        "NgayNopHoSo": "20261123083200",
        "NgayTiepNhan": "20261123083200",
        "NgayHenTra": "20261123170000",
        "HinhThuc": "0",
        "TrangThaiHoSo": "2",
        "DonViXuLy": "H29.18",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "0",
        "TaiLieuNop": [
            {
                "TepDinhKemId": "ab" * 32,
                "TenTepDinhKem": "TP01.pdf",
                "IsDeleted": "False",
                "MaThanhPhanHoSo": "TP01",
                "DuongDanTaiTepTin": "",
                "DuocSoHoa": "1",
                "DuocTaiSuDung": "0",
                "DuocLayTuKhoDMQG": "0",
                "MaKetQuaThayThe": "",
            }
        ],
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": "Phí, lệ phí",
                "MaPhiLePhi": "",
                "HinhThucThu": "",
                "Gia": "10000",
                "LoaiPhiLePhi": "",
            }
        ],
    }


def test_the_one_step_that_happened() -> None:
    assert content(1) == {
        "MaHoSo": "H29.18-261123-0001",
        "NguoiXuLy": "Máy tự phục vụ kiosk-01",
        "ChucDanh": "Máy tiếp nhận hồ sơ",
        "ThoiDiemXuLy": "20261123083200",
        "PhongBanXuLy": "H29.18",
        "NoiDungXuLy": "Tiếp nhận hồ sơ",
        "TrangThai": "2",
        "NgayBatDau": "20261123083200",
        "NgayKetThucTheoQuyDinh": "20261123170000",
    }


def test_kinds_and_values() -> None:
    submit, progress = encode(dossier())
    assert (submit.kind, progress.kind) == ("submit", "progress")

    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        return (
            [leaf for inner in value for leaf in leaves(inner)]
            if isinstance(value, list)
            else [value]
        )

    for message in (submit, progress):
        assert all(isinstance(leaf, str) for leaf in leaves(json.loads(message.body)))


def test_an_empty_number_stays_empty() -> None:
    found = content(person=Person("", "NGUYỄN VĂN MẪU", "", ""))
    assert found["DinhDanhCHS"] == []
    assert found["SoGiayToChuHoSo"] == ""


def test_nothing_to_pay_is_no_fee_row_and_no_scan_is_no_file() -> None:
    paper = Component("TP02", "Tờ khai", 1, 0, 2, 1, 1, None)
    found = content(fee=0, components=(paper,))
    assert found["DanhSachLePhi"] == []
    assert found["TaiLieuNop"] == []
    assert found["HoSoCoThanhPhanSoHoa"] == "0"
    assert found["DanhSachTepDinhKemKhac"] == [
        {"TenGiayTo": "Tờ khai", "SoLuong": "3", "LoaiGiayTo": ""}
    ]


def test_an_office_gives_its_own_codes() -> None:
    submit, _ = encode(dossier(), codes=Codes(filing_place="2", fee_collection="1"))
    found = json.loads(submit.body)
    assert found["NoiNopHoSo"] == "2"
    assert found["DanhSachLePhi"][0]["HinhThucThu"] == "1"


def test_the_phone_is_sent_when_it_was_given() -> None:
    assert content(answers={"phone": "0912345678"})["SoDienThoai"] == "0912345678"


def test_times_have_24_hours_at_the_office() -> None:
    assert stamp(datetime(2026, 11, 23, 10, 5, 9, tzinfo=UTC)) == "20261123170509"
    assert stamp(datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC)) == "20270101000000"


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "x" * 51},
        {"code": ""},
        {"summary": "x" * 1001},
        {"sector_name": "x" * 501},
        {"due_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"state": DossierState.REFUSED},
    ],
)
def test_what_may_not_be_sent_is_not_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        encode(dossier(**changes))
    assert "NGUYỄN" not in str(caught.value)
    assert "079090000001" not in str(caught.value)


def test_a_hand_over_needs_its_state() -> None:
    valid = json.loads(encode(dossier())[0].body)
    valid["NgayTra"] = "20261123170000"
    with pytest.raises(ValidationError, match="TrangThaiHoSo 10"):
        DossierMessage.model_validate_json(json.dumps(valid))
    valid["TrangThaiHoSo"] = "10"
    DossierMessage.model_validate_json(json.dumps(valid))


@pytest.mark.parametrize("time", ["20261323083200", "20261123243200", "2026112308320", "x" * 14])
def test_times_that_are_none(time: str) -> None:
    step = json.loads(encode(dossier())[1].body)
    step["ThoiDiemXuLy"] = time
    with pytest.raises(ValidationError):
        ProgressMessage.model_validate_json(json.dumps(step))


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)


@given(NAMES)
def test_bytes_are_deterministic_composed_utf8(name: str) -> None:
    person = Person("079090000001", name, "", "")
    submit, _ = encode(dossier(person=person))
    apart = Person("079090000001", normalize("NFD", name), "", "")
    assert encode(dossier(person=person))[0].body == submit.body
    assert encode(dossier(person=apart))[0].body == submit.body
    text = submit.body.decode("utf-8")
    assert is_normalized("NFC", text)
    assert json.loads(text)["ChuHoSo"] == normalize("NFC", name)


def test_phi_and_le_phi_are_lines_of_their_own() -> None:
    """What is frozen at hand-in is true at that moment: nothing has been paid yet."""
    fees = [
        Fee("P1", "Phí chứng thực", "phi", 9_000),
        Fee("L1", "Lệ phí cấp bản sao", "le_phi", 1_000),
    ]
    submit, _ = encode(dossier(), fees)
    found = json.loads(submit.body)
    assert [
        (one["MaPhiLePhi"], one["Gia"], one["LoaiPhiLePhi"]) for one in found["DanhSachLePhi"]
    ] == [("P1", "9000", "1"), ("L1", "1000", "2")]
    assert found["DuocThanhToanTrucTuyen"] == "0"


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ([Channel.PLATFORM, Channel.PLATFORM], "2"),
        ([Channel.PLATFORM, Channel.CASH], "0"),
        ([Channel.PLATFORM, None], "0"),
        ([Channel.TRANSFER, Channel.TRANSFER], "0"),
        ([None, None], "0"),
    ],
)
def test_paid_online_is_what_was_paid_online_as_a_whole(
    ways: list[Channel | None], told: str
) -> None:
    fees = [Fee(f"P-{n}", "Phí", "phi", 5_000, way) for n, way in enumerate(ways)]
    exempt = Fee("P-9", "Phí", "phi", 0)
    codes = Codes(online="2", fee_collection="9", fee_collections={"cash": "1"})
    found = json.loads(encode(dossier(), [*fees, exempt], codes)[0].body)
    assert found["DuocThanhToanTrucTuyen"] == told
    collected = [one["HinhThucThu"] for one in found["DanhSachLePhi"]]
    assert collected == ["1" if way is Channel.CASH else "9" for way in [*ways, None]]
    assert found["DanhSachLePhi"][-1]["Gia"] == "0"
