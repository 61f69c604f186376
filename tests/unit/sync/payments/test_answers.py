"""What the platform answers is believed only when every part of it fits."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.payments.claim import Confirmed
from kiosk.settings import Payments
from sync.payments import answers
from sync.payments.answers import Refusal, Status, Unreadable, Word
from sync.portal.transport import Reply

CHOSEN = Payments(partner="DEMO")
REFERENCE = "dvcH2918261124000120261124083000"
ROW: dict[str, Any] = {
    "MaLoi": "00",
    "MaDoiTac": "DEMO",
    "MaThamChieu": REFERENCE,
    "SoTien": "115000",
    "MaTienTe": "VND",
    "MaGiaoDich": "GD1",
    "ThoiGianGD": "20261124143000",
    "TrangThaiGD": "1",
}
MONEY = Confirmed(REFERENCE, "GD1", 115_000, datetime(2026, 11, 24, 7, 30, tzinfo=UTC))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


def reply(body: bytes, status: int = 200, kind: str = "application/json") -> Reply:
    return Reply(status, kind, body, None)


def said(inside: object, code: object = "0") -> Reply:
    message = inside if isinstance(inside, str) else json.dumps(inside)
    return reply(json.dumps({"error_code": code, "message": message}).encode())


def status(inside: object) -> Status | Refusal:
    return answers.status(said(inside), REFERENCE, CHOSEN)


def test_paid_waiting_failed_unknown_and_refused() -> None:
    assert status(ROW) == Status(Word.PAID, (MONEY,))
    assert status(ROW | {"SoTien": 115_000}) == Status(Word.PAID, (MONEY,))
    assert status(ROW | {"TrangThaiGD": "0", "MaGiaoDich": ""}) == Status(Word.WAITING)
    assert status(ROW | {"TrangThaiGD": "2"}) == Status(Word.FAILED)
    assert answers.status(said("", 14), REFERENCE, CHOSEN) == Status(Word.UNKNOWN)
    assert answers.status(said("", 97), REFERENCE, CHOSEN) == Refusal(97)


def test_two_transactions_are_both_told() -> None:
    found = status([ROW, ROW | {"MaGiaoDich": "GD2"}, ROW | {"TrangThaiGD": "2"}])
    assert isinstance(found, Status)
    assert [one.number for one in found.money] == ["GD1", "GD2"]


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "null",
        "[" * 20_000,
        "9" * 5000,
        [],
        [ROW, 7],
        [ROW] * 51,
        [ROW, ROW],
        ROW | {"MaThamChieu": "dvcOther"},
        ROW | {"MaDoiTac": "OTHER"},
        ROW | {"MaTienTe": "USD"},
        ROW | {"SoTien": "115000.0"},
        ROW | {"SoTien": 115000.0},
        ROW | {"SoTien": "0"},
        ROW | {"SoTien": "-5"},
        ROW | {"SoTien": "1" * 13},
        ROW | {"SoTien": "\u0661\u0661\u0665"},
        ROW | {"SoTien": True},
        ROW | {"MaGiaoDich": ""},
        ROW | {"MaGiaoDich": "a b"},
        ROW | {"MaGiaoDich": "x" * 81},
        ROW | {"ThoiGianGD": "20261324143000"},
        ROW | {"ThoiGianGD": "00010101000000"},
        ROW | {"TrangThaiGD": "7"},
        ROW | {"TrangThaiGD": None},
        ROW | {"MaLoi": "05"},
    ],
)
def test_what_does_not_fit_is_not_believed(inside: object) -> None:
    with pytest.raises(Unreadable):
        status(inside)


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html>", kind="text/html"),
        reply(b"{"),
        reply(b"[]"),
        reply(b"\xff"),
        reply(b"[" * 100_000),
        said("x" * 300_000),
        said("[" * 100_000),
    ],
)
def test_what_is_no_answer(answer: Reply) -> None:
    with pytest.raises(Unreadable):
        answers.status(answer, REFERENCE, CHOSEN)
    with pytest.raises(Unreadable):
        answers.page(answer)


@given(json_values)
def test_no_answer_makes_it_fail_otherwise(value: object) -> None:
    for answer in (said(value), reply(json.dumps(value).encode()), said(ROW | {"SoTien": value})):
        for act in (lambda one: answers.status(one, REFERENCE, CHOSEN), answers.page):
            try:
                act(answer)
            except Unreadable:
                continue


@pytest.mark.parametrize(
    "url", ["https://thanhtoan.example/p?x=1", "http://127.0.0.1:8899/sandbox/bank/ab"]
)
def test_a_page(url: str) -> None:
    assert answers.page(said({"UrlThanhToan": url})) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        5,
        "http://thanhtoan.example/p",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://bank.example@evil.example/",
        "https://x.example/ a",
        "https://x.example:99999/",
        "https://[x/",
        "https://x.example/" + "a" * 1000,
        "https://xế.example/",
    ],
)
def test_what_is_no_page_is_shown_to_nobody(url: object) -> None:
    with pytest.raises(Unreadable):
        answers.page(said({"UrlThanhToan": url}))


def test_a_bill_is_a_pdf() -> None:
    assert answers.bill(reply(b"%PDF-1.4 x", kind="application/pdf")) == b"%PDF-1.4 x"
    for wrong in (reply(b""), reply(b"<html>%PDF"), reply(b"%PDF-1.4", 500)):
        with pytest.raises(Unreadable):
            answers.bill(wrong)
