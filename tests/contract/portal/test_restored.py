"""The portal is restored from an older backup: what it lost comes again under its key, and its feed goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from devices.fault import Fault
from kiosk.clock import at_office, now
from kiosk.commands.sync import drain, once, status
from kiosk.commands.sync_restored import accept
from kiosk.compose import open_station
from kiosk.dossiers.dossier import DossierState
from kiosk.journal.journal import Kind, entries
from kiosk.settings import Feeds as Chosen
from kiosk.settings import Settings, SettingsError, load
from sync.sandbox.process import SandboxProcess
from tests.unit.dossiers.office import a_submission

pytestmark = pytest.mark.real

S = DossierState
WHY = "Cổng khôi phục bản sao lưu đêm qua"


class World:
    def __init__(self, process: SandboxProcess, folder: Path) -> None:
        self.process = process
        self.data = folder / "portal"
        self.copy = folder / "backup"
        chosen = Chosen(states_path="/feeds/states", poll_s=1)
        self.settings: Settings = load(state=folder / "state", portal=process.url).model_copy(
            update={"feeds": chosen}
        )

    def hand_in(self) -> str:
        with open_station(self.settings, devices=False) as station:
            code = station.register.hand_in(a_submission(str(uuid4()))).dossier.code
            drain(station, 30)
        return code

    def state(self, code: str) -> DossierState:
        with open_station(self.settings, devices=False) as station:
            once(station)
            return station.register.find(code).state

    def move(self, code: str, state: DossierState) -> None:
        said = {"code": code, "state": int(state), "words": "vì thử"}
        reply = requests.post(f"{self.process.url}/sandbox/moves", json=said, timeout=5)
        assert reply.status_code == 201, reply.text

    def back_up(self) -> None:
        self.process.stop()
        shutil.copytree(self.data, self.copy)
        self.process.start()

    def restore(self) -> None:
        self.process.kill()
        shutil.rmtree(self.data)
        shutil.copytree(self.copy, self.data)
        self.process.start()

    def accept(self) -> dict[str, object]:
        return accept(self.settings, at_office(now()).date() - timedelta(days=1), WHY, "kt-1")

    def held(self) -> dict[str, dict[str, Any]]:
        return {str(row["code"]): row for row in self.process.dossiers()}

    def feed(self) -> Any:
        [found] = status(self.settings)["feeds"]  # type: ignore[misc]
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with SandboxProcess(tmp_path / "portal") as process:
        yield World(process, tmp_path)


def test_what_it_lost_comes_again_and_the_feed_goes_on(world: World) -> None:
    early = world.hand_in()
    world.back_up()
    late = world.hand_in()
    world.move(late, S.PROCESSING)
    assert world.state(late) is S.PROCESSING
    before = world.held()
    world.restore()
    assert late not in world.held()
    world.state(early)
    assert world.feed()["fault"] == "FEED_BACKWARDS"

    done = world.accept()
    assert (done["looked_up"], done["lacking"], done["feeds"]) == (2, 1, ["states"])
    with open_station(world.settings, devices=False) as station:
        drain(station, 30)
        journal = entries(station.database.read())
    after = world.held()
    assert after[late]["key"] == before[late]["key"], "its own key"
    assert after[late]["stored"] == after[early]["stored"] == 1, "once each"
    assert all(after[one]["complete"] for one in (early, late)), "files too"
    assert len(after[late]["progress"]) == len(before[late]["progress"])
    assert len(after[early]["progress"]) == len(before[early]["progress"])
    assert world.feed()["fault"] == ""

    world.move(late, S.PROCESSED)  # under a number that was used before the restore
    world.move(early, S.PROCESSED)
    assert world.state(late) is S.PROCESSED
    assert world.state(early) is S.PROCESSED
    assert status(world.settings)["conflicts"] == 0
    kinds = [one.kind for one in journal]
    assert kinds.count(Kind.PORTAL_ACCEPTED) == 1
    assert kinds.count(Kind.OUTBOX_REOPENED) == done["again"]
    assert [one.actor for one in journal if one.kind == Kind.PORTAL_ACCEPTED] == ["kt-1"]


def test_it_may_be_repeated(world: World) -> None:
    world.hand_in()
    world.back_up()
    world.hand_in()
    world.restore()
    first = world.accept()
    with open_station(world.settings, devices=False) as station:
        drain(station, 30)
    second = world.accept()
    assert (first["lacking"], second["looked_up"]) == (1, 2)
    with open_station(world.settings, devices=False) as station:
        drain(station, 30)
    assert all(row["stored"] == 1 for row in world.held().values())


def test_a_portal_that_is_away_changes_nothing_of_what_was_not_looked_up(world: World) -> None:
    world.hand_in()
    world.process.kill()
    with pytest.raises(Fault, match="PORTAL_DOWN"):
        world.accept()
    with open_station(world.settings, devices=False) as station:
        assert station.outbox.counts()["acknowledged"] > 0
        assert Kind.PORTAL_ACCEPTED not in [one.kind for one in entries(station.database.read())]


def test_a_reason_is_needed(world: World) -> None:
    world.hand_in()
    with pytest.raises(SettingsError, match="--reason"):
        accept(world.settings, at_office(now()).date(), " \n", "kt-1")


def test_what_was_acknowledged_before_is_not_looked_up(world: World) -> None:
    world.hand_in()
    tomorrow = at_office(now()).date() + timedelta(days=1)
    assert accept(world.settings, tomorrow, WHY, "")["looked_up"] == 0
