"""``kiosk sync sent`` and ``lint``: what was sent can be read by people, with nobody's name in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import at_office, now
from kiosk.commands import sync_lint, sync_sent
from kiosk.commands.sync_lint import linted, warnings_waiting
from kiosk.commands.sync_lint import readable as warned
from kiosk.commands.sync_sent import detailed, listed, readable, table
from kiosk.compose import Station, open_station
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import History
from kiosk.dossiers.states import StateEvent
from kiosk.faults import Fault
from kiosk.outbox import sent
from kiosk.settings import Settings, SettingsError, load
from sync.portal import shown
from sync.portal.messages import encode
from tests.fakes.portal_items import dossier
from tests.unit.dossiers.office import a_submission

PRIVATE = ("NGUYỄN VĂN MẪU", "079090000001", "0912345678")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(state=tmp_path / "state")


@pytest.fixture
def station(settings: Settings) -> Iterator[Station]:
    with open_station(settings, devices=False) as opened:
        yield opened


def hand_in(station: Station, key: str = "key-1") -> Any:
    return station.register.hand_in(a_submission(key)).dossier


def test_nothing_is_said_kindly(settings: Settings) -> None:
    assert listed(settings) == []
    assert "Chưa gửi gì" in table([])
    assert linted(settings)["warnings"] == 0
    with pytest.raises(SettingsError):
        detailed(settings, "1")


def test_everything_about_a_row(settings: Settings, station: Station) -> None:
    made = hand_in(station)
    person = made.person
    [item] = station.outbox.claim("portal")
    station.outbox.retry(item.seq, 0, status=503, error="PORTAL_BUSY", detail="", duration_ms=7)
    [item] = station.outbox.claim("portal")
    receipt = {"error_code": 0, "result": [{"MaHoSo": made.code, "ten": f"ông {person.full_name}"}]}
    station.outbox.acknowledge(item.seq, json.dumps(receipt).encode(), status=200, duration_ms=12)
    came = StateEvent(now(), 1, "o", made.code, DossierState.PROCESSING)
    with station.database.transaction() as tx:
        History(station.database, "kiosk-01").take(tx, [came])
    [row, step] = detailed(settings, made.code.lower())
    assert [row["kind"], step["kind"]] == ["submit", "progress"]
    assert (row["state"], row["rev"], row["attempts"]) == ("acknowledged", 1, 2)
    told = [(one["state"], one["status"], one["error"]) for one in row["tries"]]
    assert told[-3:] == [
        ("ready", 503, "PORTAL_BUSY"),
        ("sending", None, ""),
        ("acknowledged", 200, ""),
    ]
    busy = row["tries"][-3]
    assert set(busy["why"]) == {"vi", "en"}
    assert row["fields"]["MaHoSo"] == made.code
    assert row["fields"]["TaiLieuNop.0.TepDinhKemId"] == made.components[0].attachment.sha256
    assert made.code in row["answer"]
    assert [(one["state"], one["words"]["en"]) for one in row["came"]] == [(4, "Being processed")]
    assert {one["rule"] for one in row["warnings"]} >= {"L07", "L12"}
    everything = json.dumps([row, step], ensure_ascii=False) + readable([row, step])
    for private in (person.full_name, person.number, made.summary):
        assert private not in everything
    assert "Being processed" in readable([row])


def test_the_list_is_young_first_and_finds_a_part(settings: Settings, station: Station) -> None:
    codes = [hand_in(station, f"key-{number}").code for number in range(3)]
    rows = listed(settings)
    assert [row["row"] for row in rows] == [6, 5, 4, 3, 2, 1]
    assert [row["row"] for row in listed(settings, limit=2)] == [6, 5]
    part = codes[1][-4:].lower()
    assert {row["dossier"] for row in listed(settings, part)} == {codes[1]}
    assert [row["row"] for row in listed(settings, f" {codes[0]} ")] == [1, 2]
    assert listed(settings, "nothing-like-it") == []
    assert all(code in table(rows) for code in codes)
    assert [row["dossier"] for row in detailed(settings, "3")] == [codes[1]]


def test_lint_looks_at_the_newest_revision_and_when_the_portal_first_had_the_dossier(
    settings: Settings, station: Station
) -> None:
    made = hand_in(station)
    [first] = station.outbox.claim("portal")
    station.outbox.acknowledge(first.seq, b"{}", status=200, duration_ms=1)
    body = encode(made)[0]
    with station.database.transaction() as tx:
        station.outbox.revise(tx, key="new", dossier_id=made.id, dest="portal", message=body)
    [row] = linted(settings, day=at_office(now()).date())["dossiers"]
    reader = station.database.read()
    [_, newest] = [one for one in sent.of_dossier(reader, made.code) if one.kind == "submit"]
    assert (row["dossier"], row["row"]) == (made.code, newest.seq)
    assert newest.seq != first.seq
    assert sent.acknowledged_at(reader, first.seq) is not None
    assert sent.acknowledged_at(reader, newest.seq) == sent.acknowledged_at(reader, first.seq)


def test_a_refused_row_that_was_replaced_is_not_open(settings: Settings, station: Station) -> None:
    made = hand_in(station)
    [first] = station.outbox.claim("portal")
    station.outbox.needs_attention(first.seq, error="PORTAL_REFUSED", status=422)
    reader = station.database.read()
    assert [one.seq for one in sent.open_submits(reader, 9)] == [first.seq]
    body = encode(made)[0]
    with station.database.transaction() as tx:
        station.outbox.revise(tx, key="new", dossier_id=made.id, dest="portal", message=body)
    [row] = sent.open_submits(reader, 9)
    assert (row.rev, row.seq != first.seq) == (2, True)


@pytest.mark.parametrize("wrong", ["99", "H29.18-261123-9999", "'; --", "9" * 30, "   "])
def test_an_unknown_one_is_said(settings: Settings, station: Station, wrong: str) -> None:
    hand_in(station)
    with pytest.raises(SettingsError):
        detailed(settings, wrong)


def test_lint_over_what_is_unsent_of_a_day_and_of_one(
    settings: Settings, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = hand_in(station, "key-1"), hand_in(station, "key-2")
    [item] = station.outbox.claim("portal")
    station.outbox.acknowledge(item.seq, b"{}", status=200, duration_ms=1)
    today = at_office(now()).date()
    assert [one["dossier"] for one in linted(settings)["dossiers"]] == [second.code]
    of_day = linted(settings, day=today)["dossiers"]
    assert [one["dossier"] for one in of_day] == [first.code, second.code]
    assert linted(settings, day=today - timedelta(days=1))["dossiers"] == []
    one = linted(settings, first.code)
    assert [found["dossier"] for found in one["dossiers"]] == [first.code]
    assert one["warnings"] == sum(
        found["severity"] != "note" for found in one["dossiers"][0]["findings"]
    )
    assert one["office"] == []
    assert not one["more"]
    monkeypatch.setattr(sync_lint, "MOST_ROWS", 1)
    of_day = linted(settings, day=today)
    assert [one["dossier"] for one in of_day["dossiers"]] == [first.code]
    assert of_day["more"]
    assert "…" in warned(of_day)
    monkeypatch.undo()
    words = warned(linted(settings))
    assert "L07 (lost, 10 điểm / points)" in words
    assert second.code in words
    with pytest.raises(SettingsError):
        linted(settings, "H29.18-261123-9999")


def test_lint_follows_the_states_that_came_back(settings: Settings, station: Station) -> None:
    made = hand_in(station)
    late = StateEvent(made.due_at + timedelta(hours=1), 1, "o", made.code, DossierState.PROCESSED)
    with station.database.transaction() as tx:
        History(station.database, "kiosk-01").take(tx, [late])
    [one] = linted(settings, made.code)["dossiers"]
    assert {"L02", "L08", "L14"} <= {found["rule"] for found in one["findings"]}


def test_without_its_key_a_store_is_listed_and_counted_as_unknown(
    settings: Settings, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hand_in(station)
    assert warnings_waiting(settings) == linted(settings)["warnings"] > 0

    def no_key(_: Settings) -> None:
        raise Fault("VAULT_KEY_MISSING", "")

    monkeypatch.setattr(sync_lint, "vault_to_read", no_key)
    monkeypatch.setattr(sync_sent, "vault_to_read", no_key)
    assert warnings_waiting(settings) is None
    assert [row["dossier"] for row in listed(settings)] == [made.code] * 2
    with pytest.raises(Fault):
        detailed(settings, made.code)


def test_the_look_ups_use_their_indexes(station: Station) -> None:
    hand_in(station)
    reader = station.database.read()
    asked: list[str] = []

    class Asking:
        def rows(self, sql: str, values: Any = ()) -> list[Any]:
            asked.extend(row["detail"] for row in reader.rows(f"EXPLAIN QUERY PLAN {sql}", values))
            return reader.rows(sql, values)

        def row(self, sql: str, values: Any = ()) -> Any:
            return next(iter(self.rows(sql, values)), None)

        number = reader.number

    looking: Any = Asking()
    sent.newest(looking, "", 10)
    sent.newest(looking, "0001", 10)
    sent.of_dossier(looking, "x")
    sent.tries(looking, 1)
    sent.acknowledged_at(looking, 1)
    sent.submits_between(looking, 0, 1, 10)
    scans = [detail for detail in asked if detail.startswith("SCAN") and "outbox" not in detail]
    assert scans == []
    assert not [detail for detail in asked if "attempt_log" in detail and "SCAN" in detail]


def test_a_message_shows_no_person() -> None:
    person = {"phone": PRIVATE[2]}
    body = encode(dossier(answers=person))[0].body
    text = "\n".join(f"{one.name}={one.value}" for one in shown.fields(body))
    assert "ChuHoSo=NGUYỄN V** M**" in text
    assert "DinhDanhCHS.0.SoDinhDanh=0790•••••001" in text
    for private in PRIVATE:
        assert private not in text
        assert private not in shown.answer(f'{{"message": "x{private}y"}}'.encode(), body)
        assert private not in shown.answer(f"<p>{private}".encode(), body)
        apart = normalize("NFD", private).lower()
        assert apart not in shown.answer(apart.encode(), body)
        assert private.lower() not in shown.answer(apart.encode(), body)
        escaped = json.dumps({"message": private}).encode()
        assert private not in shown.answer(escaped, body)


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_any_bytes_can_be_shown(raw: bytes, body: bytes) -> None:
    shown.answer(raw, body).encode()
    assert isinstance(shown.fields(body), tuple)
