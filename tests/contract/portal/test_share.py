"""The share services over HTTP: read tolerantly, compared with the station's own catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.fault import Fault
from kiosk.catalogue.load import load_catalogue
from kiosk.catalogue.procedure import Term
from kiosk.cli import run
from sync.portal.compare import differences
from sync.portal.session import PortalSession
from sync.portal.share import Named, ShareClient, procedure
from sync.sandbox.share import answer
from tests.contract.portal.conftest import portal
from tests.fakes.stub_portal import Said, StubPortal, said

pytestmark = pytest.mark.real

[OURS] = load_catalogue().home(date(2026, 11, 24), ["2.000815"])
[ROW] = answer("LayThuTuc", {"maTTHC": "2.000815"})["result"]


@contextmanager
def client(url: str) -> Iterator[ShareClient]:
    session = PortalSession(portal(url, share_path="/mapi/g", integration_path="/elsewhere"), "X00")
    try:
        yield ShareClient(session)
    finally:
        session.close()


def changed(**changes: object) -> dict[str, Any]:
    return deepcopy(ROW) | changes


def test_the_sandbox_has_all_four(sandbox: Any) -> None:
    with client(sandbox.url) as asked:
        assert [one.level for one in asked.agencies()] == ["1", "3", "3"]
        [sector] = asked.sectors()
        assert (sector.code, sector.branch) == ("G15-TP03", "G15")
        assert asked.procedures("X00.01") == (Named("2.000815", OURS.name["vi"]),)
        assert asked.procedures("") == ()
        found = asked.procedure("2.000815")
        assert found is not None
        assert [one.code for one in found.papers] == ["TP01"]
        assert found.ways[0].terms[0].fees[0].amount == 2000
        assert found.results[0].code == "KQ.2.000815"
        assert differences(OURS, found) == []
        assert asked.procedure("9.999999") is None


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (said({"error_code": "5", "message": "không"}), "PORTAL_REFUSED"),
        (Said(b"<html>", content_type="text/html"), "PORTAL_NOT_THE_PORTAL"),
        (Said(b'{"error_code":'), "PORTAL_SLOW"),
        (said({}, status=503), "PORTAL_BUSY"),
        (said({}, status=401), "PORTAL_LOGIN_FAILED"),
    ],
)
def test_trouble_is_a_fault(reply: Said, code: str) -> None:
    with (
        StubPortal(lambda *_: reply) as stub,
        client(stub.url) as asked,
        pytest.raises(Fault) as caught,
    ):
        asked.procedure("2.000815")
    assert caught.value.code == code
    assert "không" not in caught.value.detail


def test_one_row_may_stand_for_a_list_and_numbers_may_be_texts() -> None:
    whole = changed(TRANGTHAI="1", LINHVUCTHUCHIEN=ROW["LINHVUCTHUCHIEN"][0])
    [way] = whole["CACHTHUCTHUCHIEN"]
    way["KENH"] = 1
    way["THOIGIAN"][0]["PHILEPHI"][0]["SOTIEN"] = "2.000"
    reply = said({"error_code": "0", "result": whole})
    with StubPortal(lambda *_: reply) as stub, client(stub.url) as asked:
        assert differences(OURS, asked.procedure("2.000815")) == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(ROW)), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from([*ROW, "GIAYTO", "THOIGIAN", "KENH"]), ODD))
def test_any_row_is_read_and_compared(row: dict[str, Any]) -> None:
    found = procedure(row)
    json.dumps(repr(found)).encode()
    assert all(one.procedure == "2.000815" for one in differences(OURS, found))


def test_texts_are_cut_and_cleaned() -> None:
    found = procedure({"MATTHC": "2\u202e.0\n", "TENTTHC": "x" * 10_000, "YEUCAU": "\ud800"})
    assert found.code == "2 .0"
    assert len(found.name) == 4000
    assert found.requirement == "?"


def parts(row: dict[str, Any], **ours: Any) -> list[str]:
    return [one.part for one in differences(replace(OURS, **ours), procedure(row))]


def term(amount: object, unit: str) -> dict[str, Any]:
    row = changed()
    row["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0] |= {"THOIGIANGIAIQUYET": amount, "DONVITINH": unit}
    return row


def fee(**changes: object) -> dict[str, Any]:
    row = changed()
    row["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["PHILEPHI"][0] |= changes
    return row


def test_each_difference_and_none_where_there_is_none() -> None:
    assert parts(ROW) == []
    assert [one.part for one in differences(OURS, None)] == ["absent"]
    assert parts(changed(TRANGTHAI=0)) == ["not_public"]
    assert parts(changed(LINHVUCTHUCHIEN=[{"MALINHVUC": "G01"}])) == ["sector"]
    assert parts(changed(THANHPHANHOSO=[])) == ["component"]
    more = changed()
    more["THANHPHANHOSO"][0]["GIAYTO"].append({"MAGIAYTO": "TP02"})
    assert parts(more) == ["component_missing"]
    assert parts(fee(MAPHILEPHI="PHI-2")) == ["fee", "fee"]
    assert parts(fee(SOTIEN="5000")) == ["fee"]
    assert parts(fee(SOTIEN="theo quy định")) == []


def test_terms_are_compared_where_their_words_are_known() -> None:
    assert parts(term(3, "Ngày làm việc")) == ["term"]
    assert parts(term("0,5", "NGÀY")) == []
    assert parts(term("Không quy định", "Ngày")) == []
    assert parts(term(3, "Tuần trăng")) == []
    three = Term("working_day", 3, None, {"vi": "", "en": ""})
    assert parts(term("3", "Ngày làm việc"), term=three) == []
    assert parts(term("3", "Ngày"), term=three) == ["term"]


def test_the_counter_s_channel_counts() -> None:
    row = term(30, "Ngày")
    row["CACHTHUCTHUCHIEN"].append(deepcopy(ROW["CACHTHUCTHUCHIEN"][0]))
    row["CACHTHUCTHUCHIEN"][0]["KENH"] = "2"
    assert parts(row) == []


def test_the_commands(sandbox: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--state", str(tmp_path), "--portal", sandbox.url]
    for name, key in (("agencies", "MADONVI"), ("sectors", "MALINHVUC"), ("procedures", "MATTHC")):
        assert run(["portal", name, "--json", *where]) == 0
        [(_, rows)] = json.loads(capsys.readouterr().out).items()
        assert rows[0]["code"], key
    assert run(["portal", "procedure", "2.000815", *where]) == 0
    assert "TP01" in capsys.readouterr().err
    assert run(["portal", "compare", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []
    assert run(["portal", "procedure", "0.0", *where]) == 2


def test_compare_ends_with_3_where_something_differs(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    row = changed(THANHPHANHOSO=[])
    with StubPortal(lambda *_: said({"error_code": 0, "result": [row]})) as stub:
        where = ["--state", str(tmp_path), "--portal", stub.url]
        assert run(["portal", "compare", *where]) == 3
        assert "TP01" in capsys.readouterr().err
