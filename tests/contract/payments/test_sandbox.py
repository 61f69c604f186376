"""The sandbox platform itself: strict about hashes and references, calm about everything hostile."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.payments.messages import sealed
from sync.sandbox.contract import FILE
from sync.sandbox.payments import PARTNER, SECRET, TOKEN
from sync.sandbox.process import SandboxProcess
from tests.fakes.openapi_cases import HOSTILE_BODIES, HOSTILE_TEXTS, bodies

pytestmark = pytest.mark.real
CONTRACT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
CALLS = ("/payment/init", "/payment/query", "/payment/bill")
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


def message(reference: str, **changes: object) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": PARTNER,
        "MaThamChieu": reference,
        "SoTien": "10000",
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": "THANH TOAN <b>HO SO</b>",
        "ThoiGianGD": "20261124143000",
        "Ip": "127.0.0.1",
    } | changes
    return fields | {"MaXacThuc": sealed(fields, SECRET), "ThongTinBienLai": {}}


def call(platform: SandboxProcess, path: str, body: object, token: str = TOKEN) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{platform.url}{path}", json=body, headers=headers, timeout=5)


def test_a_reference_is_good_for_one_message(platform: SandboxProcess) -> None:
    first = call(platform, "/payment/init", message("dvcONE00001")).json()
    assert first["error_code"] == "0"
    assert call(platform, "/payment/init", message("dvcONE00001")).json() == first
    other = call(platform, "/payment/init", message("dvcONE00001", SoTien="9000")).json()
    assert other["error_code"] == "13"


def test_every_hash_is_checked(platform: SandboxProcess) -> None:
    wrong = message("dvcTWO00001") | {"SoTien": "1"}
    assert call(platform, "/payment/init", wrong).json()["error_code"] == "97"
    assert call(platform, "/payment/init", message("dvcTWO00001"), "other").status_code == 401


def test_the_bank_page_shows_text_as_text_and_takes_known_buttons(platform: SandboxProcess) -> None:
    said = call(platform, "/payment/init", message("dvcTHREE0001")).json()
    url = json.loads(said["message"])["UrlThanhToan"]
    page = requests.get(url, timeout=5)
    assert "<b>HO SO</b>" not in page.text
    assert "10.000 đồng" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert requests.post(url, data={"act": "rob"}, timeout=5).status_code == 200
    assert "<dt>Số lần đã trả</dt><dd>0</dd>" in requests.get(url, timeout=5).text
    assert requests.get(f"{platform.url}/sandbox/bank/none", timeout=5).status_code == 404


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_addresses_and_forms(platform: SandboxProcess, text: str) -> None:
    place = f"{platform.url}/sandbox/bank/{requests.utils.quote(text, safe='')}"
    for reply in (
        requests.get(place, timeout=5),
        requests.post(place, data=b"\xff=%00&act=pay", timeout=5, allow_redirects=False),
    ):
        assert reply.status_code < 500
    reply = requests.get(
        f"{platform.url}/payment/statement", params={"day": text}, headers=HEADERS, timeout=5
    )
    assert reply.status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day(platform: SandboxProcess, day: str) -> None:
    reply = requests.get(
        f"{platform.url}/payment/statement", params={"day": day}, headers=HEADERS, timeout=5
    )
    assert (reply.status_code, len(reply.text.splitlines())) == (200, 1)


@pytest.mark.parametrize("path", CALLS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_nothing_that_is_sent_makes_it_fail(
    platform: SandboxProcess, path: str, data: st.DataObject
) -> None:
    schema = CONTRACT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = data.draw(st.sampled_from(HOSTILE_BODIES) | bodies(schema, CONTRACT))
    reply = requests.post(f"{platform.url}{path}", data=body, headers=HEADERS, timeout=10)
    assert reply.status_code in (200, 400, 422), reply.text[:200]
