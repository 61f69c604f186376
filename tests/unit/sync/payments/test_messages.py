"""The platform's messages: known hashes, every field, a clock of twenty-four hours."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.payments.claims import stamp
from kiosk.payments.statement import moment_of
from kiosk.settings import Office, Payments
from sync.payments import messages
from sync.payments.messages import Order
from tests.fakes.fee_office import FEE, FeeOffice
from tests.fakes.portal_items import dossier

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # 08:30 at the office
OFFICE = Office(
    agency="H29.18", name="Một cửa Mẫu", address="12 Đường Mẫu", place="Mẫu", station="kiosk-01"
)
CHOSEN = Payments(
    url="http://127.0.0.1:1",
    partner="DEMO",
    secret="secret",
    token="token",
    account="0123456789",
    bank="970436",
    account_name="KHO BAC MAU",
)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    office = FeeOffice(tmp_path)
    code = "H29.18-261124-0001"
    office.hand_in(code)
    office.clock.present = AT
    claim = office.claim(code, replace(FEE, amount=115_000))
    attempt, _ = office.claims.begin(claim.id, "kiosk-01")
    office.close()
    return Order(attempt, claim, dossier(code))


def read(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found


def test_the_known_hash_of_init(order: Order) -> None:
    at = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    same = replace(
        order, attempt=replace(order.attempt, reference="dvcH2918261124000120261124083000")
    )
    assert same.attempt.reference == order.attempt.reference, "the reference is made as in use"
    sent = read(messages.init(order, CHOSEN, OFFICE, "secret", at))
    assert sent["MaXacThuc"] == "242770daae37156f8d54ab1efe5248dd36292090ad1a79741767b126469510ee"
    assert messages.sealed(sent, "secret") == sent["MaXacThuc"]


def test_the_known_hash_of_query() -> None:
    at = datetime(2026, 11, 24, 1, 35, tzinfo=UTC)
    sent = read(messages.query("dvcH2918261124000120261124083000", CHOSEN, "secret", at))
    assert sent == {
        "LoaiBanTin": "QUERY",
        "PhienBan": "1.0.6",
        "MaDoiTac": "DEMO",
        "MaThamChieu": "dvcH2918261124000120261124083000",
        "ThoiGianGD": "20261124083500",
        "MaXacThuc": "e8704f378726e53f909fc0ccd34486812d63b34fcac5a2ce907d11506e0b7663",
    }


def test_the_bill_is_asked_for_as_a_query_is() -> None:
    sent = read(messages.get_bill("dvcX", CHOSEN, "secret", AT))
    assert sent["LoaiBanTin"] == "GET_BILL"
    assert sent["MaXacThuc"] == messages.sealed(sent, "secret")


def test_every_field_of_init(order: Order) -> None:
    sent = read(messages.init(order, CHOSEN, OFFICE, "secret", AT))
    receipt = sent.pop("ThongTinBienLai")
    assert list(sent) == [
        *("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan"),
        *("MaKenhThanhToan", "MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich"),
        *("ThoiGianGD", "Ip", "MaXacThuc"),
    ]
    assert receipt["MaDVC"] == "2.000815.01"
    assert receipt["MaHoSo"] == "H29.18-261124-0001"
    assert receipt["HoTenNguoiNop"] == order.dossier.person.full_name
    assert receipt["PhiLePhi"] == [
        {"LoaiPhiLePhi": "1", "MaPhiLePhi": FEE.code, "TenPhiLePhi": FEE.name, "SoTien": "115000"}
    ]
    assert receipt["DSKhoanNop"] == [{"NoiDung": FEE.name, "SoTien": "115000"}]


@pytest.mark.parametrize(("length", "sent"), [(250, 250), (251, 203)])
def test_a_long_name_is_cut(order: Order, length: int, sent: int) -> None:
    long = replace(order, dossier=replace(order.dossier, procedure_name="ế" * length))
    found = read(messages.init(long, CHOSEN, OFFICE, "secret", AT))["ThongTinBienLai"]["TenTTHC"]
    assert len(found) == sent


@pytest.mark.parametrize("hour", range(24))
def test_the_time_has_twenty_four_hours(hour: int) -> None:
    moment = datetime(2026, 11, 24, hour, 5, 9, tzinfo=UTC)
    told = stamp(moment)
    assert told[8:10] == f"{(hour + 7) % 24:02d}"
    assert moment_of(told) == moment


def test_nobody_is_named_by_repr(order: Order) -> None:
    assert order.dossier.person.full_name not in repr(order)
    assert "secret" not in repr(CHOSEN).replace("secret_file", "")
