"""Each rule of the linter, both ways: it speaks when it must, and is silent when it must be."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.load import load_catalogue
from kiosk.clock import OFFICE_ZONE
from kiosk.dossiers.dossier import DossierState as S
from sync.portal.lengths import shipped
from sync.portal.lint import Facts, Finding, Severity, _texts, lint, lint_office, warnings
from sync.portal.messages import encode
from sync.portal.rows import moment, stamp
from sync.portal.term import Told, ended_at, requests
from tests.fakes.portal_items import DUE, RECEIVED, dossier

NOW = RECEIVED + timedelta(hours=1)
AFTER = DUE + timedelta(hours=1)
URL = "https://portal.invalid/files/1"
GOOD: dict[str, Any] = json.loads(encode(dossier())[0].body) | {
    "DuocThanhToanTrucTuyen": "1",
    "TaiKhoanDuocXacThucVoiVNeID": "1",
    "DSKetNoiCSDL": [{"MaCSDL": "1"}],
}
GOOD["TaiLieuNop"][0] |= {"DuongDanTaiTepTin": URL, "DuocLayTuKhoDMQG": "1"}
RESULT = {"TenGiayTo": "Bản sao", "MaGiayToKetQua": "KQ01", "DuongDanTepTinKetQua": URL}
DONE = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": stamp(NOW), "DanhSachGiayToKetQua": [RESULT]}
ASKED = {"HoSoBoSungId": "1", "NoiDungBoSung": "Thiếu trang 2", "NgayBoSung": stamp(NOW)}
UNTOLD = {"NgayTiepNhan": "", "TrangThaiHoSo": "1"}


def told(*steps: tuple[S, datetime]) -> tuple[Told, ...]:
    return tuple(Told(at, state) for state, at in steps)


def found(changes: dict[str, Any] | None = None, **facts: Any) -> list[str]:
    return [f"{one.rule}.{one.case}" for one in findings(changes, **facts)]


def findings(changes: dict[str, Any] | None = None, **facts: Any) -> tuple[Finding, ...]:
    whole = Facts(**({"as_of": NOW} | facts))
    return lint(json.dumps(GOOD | (changes or {})).encode(), whole)


def test_a_whole_message_loses_nothing() -> None:
    assert found() == []
    assert found(DONE) == []


def component(**changes: str) -> dict[str, Any]:
    return {"TaiLieuNop": [GOOD["TaiLieuNop"][0] | changes]}


BREAKS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("L01.missing", {"NgayTiepNhan": ""}, {}),
    ("L01.late", {"NgayHenTra": "20270105170000"}, {"as_of": RECEIVED + timedelta(days=10)}),
    ("L02.late", {"NgayKetThucXuLy": stamp(AFTER), "TrangThaiHoSo": "9"}, {}),
    ("L02.late", {}, {"past": told((S.PROCESSED, AFTER))}),
    ("L02.overdue", {}, {"as_of": AFTER}),
    ("L03.missing", DONE | {"NgayKetThucXuLy": ""}, {}),
    ("L03.early", {"NgayKetThucXuLy": stamp(NOW)}, {}),
    ("L03.differs", DONE, {"past": told((S.PROCESSED, NOW + timedelta(minutes=1)))}),
    ("L04.twice", {"DanhSachHoSoBoSung": [ASKED, ASKED]}, {}),
    (
        "L04.twice",
        {},
        {
            "past": told(
                (S.WAITING_FOR_SUPPLEMENT, RECEIVED),
                (S.PROCESSING, RECEIVED + timedelta(minutes=1)),
                (S.WAITING_FOR_SUPPLEMENT, NOW),
            )
        },
    ),
    ("L04.after", {}, {"past": told((S.WAITING_FOR_SUPPLEMENT, AFTER))}),
    ("L04.after", {"DanhSachHoSoBoSung": [ASKED | {"NgayBoSung": stamp(AFTER)}]}, {}),
    ("L05.missing", {"NgayHenTra": ""}, {}),
    ("L06.result", DONE | {"KenhThucHien": "2", "DanhSachGiayToKetQua": []}, {}),
    (
        "L06.result",
        DONE | {"KenhThucHien": "2", "DanhSachGiayToKetQua": [RESULT | {"MaGiayToKetQua": ""}]},
        {},
    ),
    ("L07.offline", {"DuocThanhToanTrucTuyen": "0"}, {}),
    ("L07.offline", {"DuocThanhToanTrucTuyen": "3"}, {}),
    ("L08.missing", DONE | {"DanhSachGiayToKetQua": []}, {}),
    ("L08.missing", {}, {"past": told((S.HANDED_OVER, NOW))}),
    ("L09.components", component(DuongDanTaiTepTin=""), {}),
    ("L09.components", component(IsDeleted="True"), {}),
    (
        "L09.result",
        DONE | {"DanhSachGiayToKetQua": [RESULT | {"DuongDanTepTinKetQua": ""}]},
        {},
    ),
    ("L11.flag", {"HoSoCoThanhPhanSoHoa": "0"}, {}),
    ("L11.flag", component(DuocSoHoa="0"), {}),
    ("L11.none", {"HoSoCoThanhPhanSoHoa": "0", "TaiLieuNop": []}, {}),
    ("L12.none", component(DuocLayTuKhoDMQG="0"), {}),
    ("L13.account", {"TaiKhoanDuocXacThucVoiVNeID": "0"}, {}),
    ("L13.population", {"DSKetNoiCSDL": [{"MaCSDL": "3"}]}, {}),
    ("L14.late", {}, {"as_of": AFTER}),
    ("L14.disliked", {}, {"disliked": True}),
    ("L15.order", {"NgayHenTra": "20251124080000"}, {}),
    ("L15.handed_over", {"NgayTra": stamp(NOW)}, {}),
    ("L15.refused", {"TrangThaiHoSo": "3", "NgayTuChoi": stamp(NOW)}, {}),
    ("L15.component", component(MaThanhPhanHoSo="TP99"), {}),
    ("L15.length", {"GhiChu": "x" * 501}, {}),
    ("L15.length", component(MaThanhPhanHoSo="T" * 51), {}),
    ("L15.form", {"KenhThucHien": "9"}, {}),
]
KEEPS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("L01.missing", UNTOLD, {}),
    ("L01.late", {}, {"as_of": RECEIVED + timedelta(days=40), "synced_at": NOW}),
    ("L02.late", DONE, {"as_of": AFTER}),
    ("L02.late", DONE | {"NgayKetThucXuLy": stamp(DUE)}, {"as_of": AFTER}),
    ("L02.overdue", {}, {"as_of": AFTER, "past": told((S.WAITING_FOR_SUPPLEMENT, NOW))}),
    ("L03.differs", DONE, {"past": told((S.PROCESSED, NOW), (S.HANDED_OVER, AFTER))}),
    ("L03.early", DONE, {}),
    (
        "L04.twice",
        {"DanhSachHoSoBoSung": [ASKED]},
        {"past": told((S.WAITING_FOR_SUPPLEMENT, NOW), (S.WAITING_FOR_SUPPLEMENT, NOW))},
    ),
    ("L04.after", {"DanhSachHoSoBoSung": [ASKED]}, {}),
    ("L05.missing", UNTOLD | {"NgayHenTra": ""}, {}),
    ("L06.result", DONE | {"KenhThucHien": "1", "DanhSachGiayToKetQua": []}, {}),
    ("L06.result", DONE | {"KenhThucHien": "2"}, {}),
    ("L06.result", {"KenhThucHien": "2"}, {}),
    ("L07.offline", {"DuocThanhToanTrucTuyen": "0", "DanhSachLePhi": []}, {}),
    (
        "L07.offline",
        {"DuocThanhToanTrucTuyen": "0", "DanhSachLePhi": [{"TenPhiLePhi": "P", "Gia": "0"}]},
        {},
    ),
    ("L07.offline", {"DuocThanhToanTrucTuyen": "2"}, {}),
    ("L08.missing", DONE | {"DanhSachGiayToKetQua": []}, {"needs_result": False}),
    ("L09.result", DONE, {}),
    ("L11.flag", {"HoSoCoThanhPhanSoHoa": "0", "TaiLieuNop": []}, {}),
    ("L13.population", {"DSKetNoiCSDL": [{"MaCSDL": "7"}]}, {}),
    ("L14.late", DONE, {"as_of": AFTER}),
    ("L15.handed_over", {"NgayTra": stamp(NOW), "TrangThaiHoSo": "10"}, {}),
    ("L15.refused", {"TrangThaiHoSo": "3", "NgayTuChoi": stamp(NOW), "GhiChu": "sai"}, {}),
    ("L15.length", {"GhiChu": "x" * 500}, {}),
    (
        "L15.length",
        {"GhiChu": "x" * 501},
        {"lengths": shipped().changed({"DongBoHoSoMC": {"GhiChu": 600}})},
    ),
]


def facts_of(facts: dict[str, Any]) -> dict[str, Any]:
    return {"procedure": load_catalogue().on("2.000815", date(2026, 11, 24))} | facts


@pytest.mark.parametrize(("rule", "changes", "facts"), BREAKS)
def test_it_speaks(rule: str, changes: dict[str, Any], facts: dict[str, Any]) -> None:
    said = [one for one in findings(changes, **facts_of(facts)) if f"{one.rule}.{one.case}" == rule]
    assert len(said) == 1
    for language in ("vi", "en"):
        words = said[0].words(language)
        assert words
        assert "{" not in words
        assert all(name in words for name in said[0].fields)


@pytest.mark.parametrize(("rule", "changes", "facts"), KEEPS)
def test_it_is_silent(rule: str, changes: dict[str, Any], facts: dict[str, Any]) -> None:
    assert rule not in found(changes, **facts_of(facts))


def test_every_text_is_said_by_a_rule_and_tested() -> None:
    tested = {rule for rule, _, _ in BREAKS} | {"L10.none", "L15.unreadable"}
    assert tested == {f"{rule}.{case}" for rule, cases in _texts().items() for case in cases}


def test_components_are_looked_up_in_the_procedure_only_where_it_is_known() -> None:
    assert found(component(MaThanhPhanHoSo="TP99")) == []


def test_an_office_offers_electronic_copies_or_not() -> None:
    assert [one.rule for one in lint_office([])] == ["L10"]
    assert lint_office(["1.000001", "2.000815"]) == ()


def test_notes_are_no_warnings_and_points_come_from_data() -> None:
    said = findings(component(DuocLayTuKhoDMQG="0") | {"DuocThanhToanTrucTuyen": "0"})
    assert {one.rule: (one.severity, one.points) for one in said} == {
        "L07": (Severity.LOST, 10),
        "L12": (Severity.NOTE, 4),
    }
    assert warnings(said) == 1


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*GOOD, *GOOD["TaiLieuNop"][0]]), inner, max_size=5),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_the_bytes_are_it_only_says_so(body: bytes) -> None:
    for one in lint(body, Facts(as_of=NOW)):
        assert one.words("vi")


def test_it_never_repeats_what_a_field_holds() -> None:
    wrong = {"ChuHoSo": "NGUYỄN VĂN MẪU" * 100, "SoGiayToChuHoSo": 7, "Lạ": "NGUYỄN"}
    said = " ".join(one.words("vi") + repr(one) for one in findings(wrong))
    assert "ChuHoSo" in said
    assert "NGUYỄN" not in said


def test_what_ends_a_dossier() -> None:
    early, later, last = (RECEIVED + timedelta(hours=n) for n in (1, 2, 3))
    assert ended_at(told((S.PROCESSED, later), (S.HANDED_OVER, last)), RECEIVED) == later
    assert ended_at(told((S.HANDED_OVER, last)), RECEIVED) == last
    for state in (S.STOPPED, S.REFUSED, S.WITHDRAWN):
        assert ended_at(told((state, later)), RECEIVED) == later
        assert ended_at(told((state, RECEIVED - timedelta(days=1))), RECEIVED) is None
    waits = told((S.WAITING_FOR_SUPPLEMENT, early))
    assert ended_at(waits, RECEIVED) == early
    assert ended_at((*waits, Told(later, S.PROCESSING)), RECEIVED) is None
    assert ended_at((), RECEIVED) is None
    assert requests(()) == 0


@given(st.integers(min_value=-2_000_000_000, max_value=4_000_000_000))
def test_times_come_back(second: int) -> None:
    whole = datetime.fromtimestamp(second, OFFICE_ZONE)
    assert moment(stamp(whole)) == whole


@pytest.mark.parametrize(
    "text", ["", "2026112408300", "20261324083000", "\uff12\uff10261124083000", " " * 14]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert moment(text) is None
