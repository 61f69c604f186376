"""Journeys that pay, on a whole simulated station with the sandbox's platform and its bank page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

import resources
from kiosk.commands import doctor
from kiosk.commands.journey import play_script
from kiosk.commands.sync_status import readable, status
from kiosk.compose import Station, courier_running
from kiosk.journeys.paying import Watching
from kiosk.journeys.script import load
from kiosk.payments import rows
from kiosk.payments.claim import ClaimState
from kiosk.payments.overview import overview
from sync.sandbox.process import SandboxProcess
from tests.journeys.station import NOWHERE, a_station, quick

pytestmark = pytest.mark.real

SCRIPT = load(resources.path("journeys", "certified-copy.toml"))
QUICK = Watching(first_s=0.05, most_s=0.2, total_s=60)
Event = dict[str, Any]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[SandboxProcess]:
    """Its own for each test: two new stations of one second give the same codes."""
    with SandboxProcess(tmp_path / "platform") as process:
        yield process


@contextmanager
def paying_station(folder: Path, url: str, watching: Watching = QUICK) -> Iterator[Station]:
    with a_station(folder, url) as station:
        assert station.bench is not None
        yield replace(station, bench=replace(station.bench, watching=watching))


def played(station: Station, act: Callable[[str], None], **changes: object) -> list[Event]:
    """All events; ``act`` gets the address of the platform's page once it is shown."""
    events: list[Event] = []
    shown: set[str] = set()

    def say(said: Any) -> None:
        events.append(dict(said))
        if said.get("page") and said["page"] not in shown:
            shown.add(said["page"])
            act(said["page"])

    play_script(station, SCRIPT.model_copy(update=changes), say)
    return events


def named(events: list[Event], name: str) -> list[Event]:
    return [one for one in events if one["event"] == name]


def press(act: str) -> Callable[[str], None]:
    def pressed(page: str) -> None:
        assert requests.post(page, data={"act": act}, timeout=10).status_code == 200

    return pressed


def nobody(_: str) -> None:
    """Nobody pays."""


def state_of(station: Station, events: list[Event]) -> ClaimState:
    (told,) = named(events, "handed_in")
    (claim,) = rows.claims_of(station.database.read(), told["dossier"])
    return claim.state


def test_paid_at_the_platform_with_a_note_on_paper(
    tmp_path: Path, platform: SandboxProcess
) -> None:
    with paying_station(tmp_path, platform.url) as station:
        assert station.devices is not None
        events = played(station, press("pay"), pay="platform", receipt=True)
        assert [one["state"] for one in named(events, "fee_seen")][:2] == ["owed", "waiting"]
        assert named(events, "fee_seen")[-1]["state"] == "paid"
        assert named(events, "receipt_printed")[0]["state"] == "confirmed"
        assert state_of(station, events) is ClaimState.PAID
        names = [one["event"] for one in events]
        assert names.index("handed_in") < names.index("pay_way_chosen")
        seen = status(station.settings)["payments"]
        assert isinstance(seen, dict)
        assert (seen["open"], seen["held"]) == (0, 0)


def test_a_platform_that_is_slow_to_say_so_is_waited_for(
    tmp_path: Path, platform: SandboxProcess
) -> None:
    with paying_station(tmp_path, platform.url) as station:
        events = played(station, press("late"), pay="platform")
        assert named(events, "fee_seen")[-1]["state"] == "paid"


def test_too_little_is_told_and_the_dossier_is_in(tmp_path: Path, platform: SandboxProcess) -> None:
    with paying_station(tmp_path, platform.url) as station:
        watch = replace(QUICK, total_s=1)
        assert station.bench is not None
        station = replace(station, bench=replace(station.bench, watching=watch))
        events = played(station, press("short"), pay="platform")
        assert named(events, "fee_seen")[-1]["state"] == "trouble"
        assert state_of(station, events) is ClaimState.PENDING
        assert "MONEY NEEDS A PERSON" in readable(status(station.settings))


def test_without_a_line_the_counter_takes_it(tmp_path: Path) -> None:
    with paying_station(tmp_path, NOWHERE) as station:
        events = played(station, nobody, pay="platform")
        assert [one["fault"] for one in named(events, "payment_failed")] == ["PAYMENT_DOWN"]
        assert events[-2] == {"event": "ended", "as_expected": True}
        assert state_of(station, events) is ClaimState.PENDING
        (claim,) = rows.claims_of(station.database.read(), named(events, "handed_in")[0]["dossier"])
        assert rows.open_attempt(station.database.read(), claim.id) is None


@pytest.mark.parametrize("way", ["counter", "transfer"])
def test_other_ways_ask_no_platform(tmp_path: Path, way: str) -> None:
    with paying_station(tmp_path, NOWHERE) as station:
        events = played(station, nobody, pay=way)
        assert not named(events, "payment_failed")
        assert state_of(station, events) is ClaimState.UNPAID


def test_who_leaves_may_pay_later_and_the_station_finds_out_by_itself(
    tmp_path: Path, platform: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    with paying_station(tmp_path, platform.url, Watching(0.05, 0.1, 0.2)) as station:
        events = played(station, pages.append, pay="platform")
        assert named(events, "fee_seen")[-1]["state"] == "waiting"
    press("pay")(pages[0])
    with paying_station(tmp_path, platform.url) as station:
        assert overview(station.database.read()).open == 1
        with station.database.transaction() as tx:  # as if its time had come
            tx.execute("UPDATE payment_attempt SET next_at = ?", (tx.at_ms - 1,))
        assert station.cashier is not None
        asked, real = threading.Event(), station.cashier.round

        def round_once() -> None:
            real()
            asked.set()

        monkeypatch.setattr(station.cashier, "round", round_once)
        with courier_running(station):
            assert asked.wait(30)
        assert state_of(station, events) is ClaimState.PAID
        seen = overview(station.database.read())
        assert (seen.open, seen.unbilled) == (0, 0)


def test_doctor_asks_the_platform(tmp_path: Path, platform: SandboxProcess) -> None:
    def told(url: str) -> tuple[str, str]:
        checks: Any = doctor.examine(quick(tmp_path, url))["checks"]
        return next((one["level"], one["text"]) for one in checks if one["name"] == "payments")

    assert told(platform.url) == ("ok", f"{platform.url}: 0 open, 0 held, 0 to give back")
    level, text = told(NOWHERE)
    assert (level, "Unreachable" in text) == ("fault", True)
