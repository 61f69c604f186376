"""Fines, social and health insurance over HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from kiosk.people.masking import mask_name
from sync.sandbox.process import SandboxProcess

pytestmark = pytest.mark.real


class LookUps:
    def __init__(self, url: str, file: Path) -> None:
        self.url = url
        self._file = file

    def rows(self, query: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]

    def ask(self, path: str, status: int = 200, **body: object) -> dict[str, Any]:
        reply = requests.post(f"{self.url}/v1/{path}", json=body, timeout=10)
        assert reply.status_code == status, reply.text
        found: dict[str, Any] = reply.json()
        return found


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LookUps]:
    folder = tmp_path_factory.mktemp("registers")
    with SandboxProcess(folder) as process:
        yield LookUps(process.url, folder / "portal.db")


def by_record(fine: dict[str, Any]) -> dict[str, object]:
    return {
        "DichVu": fine["service"],
        "SoBienBan": fine["record"],
        "HoTen": fine["name"],
        "TinhThanh": fine["province"],
        "DonViLapBienBan": fine["unit"],
        "NgayViPham": fine["day"],
    }


@pytest.mark.parametrize("service", ["CSGT", "TTGT"])
def test_a_fine_has_three_answers_by_both_ways(portal: LookUps, service: str) -> None:
    seen = set()
    for fine in portal.rows(f"SELECT * FROM fine WHERE service='{service}'"):
        answer = portal.ask("fines/by-record", **by_record(fine))
        seen.add(answer["KetQua"])
        if fine["decision"] is None:
            assert answer["KetQua"] == "CHUA_CO_QUYET_DINH"
            assert answer["ThongBao"] == "Chưa có quyết định xử phạt"
        elif fine["paid"]:
            assert answer["KetQua"] == "DA_THANH_TOAN"
            assert answer["ThongBao"] == "Quyết định xử phạt đã được thanh toán"
        else:
            details = answer["QuyetDinh"]
            assert (details["SoQD"], details["NgayQD"]) == (fine["decision"], fine["decided"])
            assert (details["HanhVi"], details["SoTien"]) == (fine["act"], fine["amount"])
            assert details["TenNguoiViPham"] == fine["name"]
        if fine["decision"]:
            other = portal.ask("fines/by-decision", DichVu=service, SoQuyetDinh=fine["decision"])
            assert other["KetQua"] == answer["KetQua"]
            if other["QuyetDinh"]:
                assert other["QuyetDinh"]["TenNguoiViPham"] == mask_name(fine["name"])
    assert seen == {"CHUA_CO_QUYET_DINH", "DA_THANH_TOAN", "CHUA_THANH_TOAN"}


def test_unknown_and_not_yours_get_the_same_answer(portal: LookUps) -> None:
    [fine] = portal.rows("SELECT * FROM fine WHERE decision IS NOT NULL AND paid='' LIMIT 1")
    foreign = portal.ask("fines/by-record", **by_record(fine) | {"HoTen": "TRẦN THỊ KHÁC"})
    unknown = portal.ask("fines/by-record", **by_record(fine) | {"SoBienBan": "BB-0"})
    assert foreign == unknown
    assert foreign["QuyetDinh"] is None


@pytest.mark.parametrize("column", ["number", "person"])
def test_social_insurance(portal: LookUps, column: str) -> None:
    for one in portal.rows("SELECT * FROM insured"):
        record = portal.ask("social-insurance/record", So=one[column])
        assert record["MaSoBHXH"] == one["number"]
        assert record["HoTen"] == mask_name(one["name"])
        quote = portal.ask(
            "social-insurance/quote", So=one[column], MucThuNhap=2_000_000, SoThang=3
        )
        assert quote["MucDong"] == 440_000
        assert quote["PhaiDong"] == 3 * 440_000 - quote["SoThangDuocHoTro"] * quote["HoTro"]


def test_social_insurance_says_no(portal: LookUps) -> None:
    [one] = portal.rows("SELECT number FROM insured LIMIT 1")
    assert portal.ask("social-insurance/record", 404, So="0000000000")["status"] == 404
    assert portal.ask("social-insurance/record", 422, So="12")["errors"][0]["path"] == "body.So"
    wrong = portal.ask(
        "social-insurance/quote", 422, So=one["number"], MucThuNhap=1_000_000, SoThang=3
    )
    assert wrong["type"] == "urn:mot-cua:problem:income-out-of-range"


def test_a_household(portal: LookUps) -> None:
    for card in portal.rows("SELECT * FROM health_card"):
        for number in (card["card"], card["card"].lower(), card["number"]):
            members = portal.ask("health-insurance/household", So=number)["ThanhVien"]
            own = members[card["position"] - 1]
            assert own["HoTen"] == mask_name(card["name"])
            assert own["HanTheDen"] == card["valid_to"]
            assert card["number"] not in str(members)


def test_a_household_pays_by_the_order_of_joining(portal: LookUps) -> None:
    [card] = portal.rows("SELECT number FROM health_card WHERE position=5 LIMIT 1")
    asked = [{"ThuTu": position, "SoThang": 12} for position in range(1, 6)]
    quote = portal.ask("health-insurance/quote", So=card["number"], ThanhVien=asked)
    assert quote["PhaiDong"] == sum(one["PhaiDong"] for one in quote["ThanhVien"]) == 4_371_840
    for wrong in ([{"ThuTu": 9, "SoThang": 3}], [{"ThuTu": 1, "SoThang": 3}] * 2):
        refused = portal.ask("health-insurance/quote", 422, So=card["number"], ThanhVien=wrong)
        assert refused["type"] == "urn:mot-cua:problem:no-such-member"
