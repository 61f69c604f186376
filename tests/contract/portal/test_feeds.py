"""The feeds against the sandbox over real HTTP: states come back, the catalogue is renewed, faults do no harm."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import requests

import resources
from devices.cancel import Cancel
from devices.fault import Fault
from kiosk import feeds
from kiosk.commands.sync import drain, once, readable, status
from kiosk.compose import courier_running, open_station
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import ConflictKind, History
from kiosk.journal.journal import Kind, entries
from kiosk.settings import Feeds as Chosen
from kiosk.settings import Settings, load
from sync.catalogue_feed import CatalogueFeed, public_key
from sync.feeds import Feeds
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Accepted, NotThePortal, Refused
from sync.portal.messages import encode
from sync.portal.session import PortalSession
from sync.portal.transport import Failed
from sync.sandbox.feeds import FeedFaults
from sync.sandbox.process import SandboxProcess
from sync.status_feed import status_feed
from tests.contract.portal.conftest import portal
from tests.fakes.portal_items import item
from tests.unit.dossiers.office import PLACE, a_submission, open_office

pytestmark = pytest.mark.real

S = DossierState
SHIPPED = resources.path("procedures", "2.000815.toml").read_bytes()


class World:
    """An office, a sandbox, and a dossier that is at both."""

    def __init__(self, office: Any, process: SandboxProcess, folder: Path) -> None:
        self.office = office
        self.process = process
        self.url = process.url
        self.folder = folder
        agency = office.register._place.agency
        self.session = PortalSession(portal(self.url), agency)
        self.dossier = office.register.hand_in(a_submission(str(uuid4()))).dossier
        self.code = self.dossier.code
        driver = AdapterDriver(portal(self.url), agency, self.session)
        submit, _ = encode(self.dossier)
        self.send = partial(driver.send, item(self.code, body=submit.body, key=self.dossier.key))
        self.states = status_feed(
            "/feeds/states", agency, self.session, office.database, "kiosk-01"
        )
        self.history = History(office.database, "kiosk-01")

    def post(self, path: str, said: object) -> Any:
        reply = requests.post(f"{self.url}/sandbox{path}", json=said, timeout=5)
        assert reply.status_code in (200, 201), reply.text
        return reply.json()

    def faults(self, **on: bool) -> None:
        self.post("/feeds/faults", on)

    def move(self, *to: DossierState) -> None:
        for state in to:
            self.post("/moves", {"code": self.code, "state": int(state), "words": "vì thử"})

    @property
    def state(self) -> DossierState:
        return self.office.register.find(self.code).state

    def catalogue(self) -> CatalogueFeed:
        key = requests.get(f"{self.url}/sandbox/feeds/key", timeout=5).json()["ed25519"]
        return CatalogueFeed(
            "/feeds/catalogue",
            [public_key(key)],
            self.session,
            self.office.database,
            self.office.register._catalogue,
        )

    def publish(self, name: str, content: bytes) -> None:
        (self.folder / "catalogue" / name).write_bytes(content)


_AGENCIES = itertools.count(1)


@contextmanager
def a_world(
    office_folder: Path, process: SandboxProcess, folder: Path, *, sent: bool = True
) -> Iterator[World]:
    """Of an agency of its own, so that tests can share a sandbox."""
    place = replace(PLACE, agency=f"H29.{next(_AGENCIES)}")
    office = open_office(office_folder, place=place)
    made = World(office, process, folder)
    if sent:
        assert isinstance(made.send(), Accepted)
    yield made
    made.session.close()
    office.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SandboxProcess, Path]]:
    folder = tmp_path_factory.mktemp("portal")
    with SandboxProcess(folder) as process:
        yield process, folder


@pytest.fixture
def world(tmp_path: Path, shared: tuple[SandboxProcess, Path]) -> Iterator[World]:
    """Its sandbox goes on for other tests."""
    with a_world(tmp_path, *shared) as made:
        made.faults(**FeedFaults().model_dump())
        yield made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[World]:
    """One whose sandbox may be killed, and whose catalogue may be changed."""
    folder = tmp_path / "portal"
    with SandboxProcess(folder) as process, a_world(tmp_path, process, folder) as made:
        yield made


def test_what_an_officer_does_comes_back(world: World) -> None:
    world.move(S.PROCESSING, S.WAITING_FOR_SUPPLEMENT, S.PROCESSING, S.PROCESSED)
    assert world.states.look(Cancel()) == 5
    assert world.state is S.PROCESSED
    assert [one.event.state for one in world.history.of(world.code)] == [2, 4, 5, 4, 9]
    assert world.states.look(Cancel()) == 0
    world.move(S.HANDED_OVER)
    assert world.states.look(Cancel()) == 1
    assert world.state is S.HANDED_OVER
    moves = [e for e in entries(world.office.database.read()) if e.kind == Kind.STATE_FOLLOWED]
    assert [(e.actor, e.subject, e.detail[:2]) for e in moves] == [
        ("portal", world.dossier.id, (2, 9)),
        ("portal", world.dossier.id, (9, 10)),
    ]
    assert world.history.conflicts() == []


def test_twice_and_in_another_order(world: World) -> None:
    world.faults(duplicate=True)
    world.move(S.PROCESSING, S.PROCESSED)
    assert world.states.look(Cancel()) == 3
    assert world.state is S.PROCESSED
    assert len(world.history.of(world.code)) == 3


def test_a_late_received_undoes_nothing(world: World) -> None:
    world.move(S.PROCESSING, S.PROCESSED)
    world.states.look(Cancel())
    seq = world.post("/feeds/late", {"code": world.code})["seq"]
    assert world.states.look(Cancel()) == 1
    assert world.state is S.PROCESSED
    assert seq in [one.event.seq for one in world.history.of(world.code)]


def test_a_sequence_that_begins_anew(world: World) -> None:
    world.move(S.PROCESSING)
    world.states.look(Cancel())
    world.post("/feeds/reset", {})
    world.move(S.PROCESSED)
    assert world.states.look(Cancel()) == 3
    assert world.state is S.PROCESSED
    assert world.history.conflicts() == []


def test_a_sequence_that_runs_backwards(world: World) -> None:
    world.states.look(Cancel())
    world.faults(backwards=True)
    world.move(S.PROCESSING)
    with pytest.raises(Fault, match="FEED_BACKWARDS"):
        world.states.look(Cancel())
    assert world.state is S.RECEIVED
    world.faults(backwards=False)
    world.states.look(Cancel())
    assert world.state is S.PROCESSING


def test_a_login_page_in_between(world: World) -> None:
    world.post("/faults", {"html_200": 1})
    with pytest.raises(Failed) as failed:
        world.states.look(Cancel())
    assert isinstance(failed.value.outcome, NotThePortal)
    world.post("/faults", {"html_200": 0})
    assert world.states.look(Cancel()) == 1


def test_another_procedure_at_the_portal_is_shown(world: World) -> None:
    """The portal holds what another procedure's dossier said; the station stands by what was handed in."""
    sql = "UPDATE dossier SET procedure = '1.000001'"
    with world.office.database.transaction() as tx:
        tx.execute(sql)
    world.states.look(Cancel())
    (found,) = world.history.conflicts()
    assert (found.kind, found.ours, found.theirs) == (
        ConflictKind.PROCEDURE,
        "1.000001",
        "2.000815",
    )


def test_another_dossier_under_our_code(shared: Any, tmp_path: Path) -> None:
    with a_world(tmp_path, *shared, sent=False) as world:
        driver = AdapterDriver(portal(world.url), world.dossier.agency, world.session)
        submit, _ = encode(world.dossier)
        other = item(world.code, body=submit.body, key="somebody-else")
        assert isinstance(driver.send(other), Accepted)
        assert world.send() == Refused("CODE_TAKEN", "", 200)
        world.move(S.PROCESSING, S.PROCESSED)
        assert world.states.look(Cancel()) == 3
        assert world.state is S.RECEIVED
        assert [one.kind for one in world.history.conflicts()] == [ConflictKind.OTHER]


def test_an_expired_session_costs_one_login(alone: World) -> None:
    world, sandbox = alone, alone.process
    world.states.look(Cancel())
    world.move(S.PROCESSING)
    sandbox.kill()
    sandbox.start()  # sessions live in memory
    assert world.states.look(Cancel()) == 1
    assert world.state is S.PROCESSING


def test_nobody_reads_without_a_login(world: World) -> None:
    for path in ("states?madonvi=H29.18", "catalogue", "catalogue/files/" + "0" * 64):
        reply = requests.get(f"{world.url}/feeds/{path}", timeout=5)
        assert reply.status_code == 401


def test_only_the_agencys_own(world: World) -> None:
    other = status_feed("/feeds/states", "H29.19", world.session, world.office.database, "kiosk-01")
    assert other.look(Cancel()) == 0


def test_a_new_release_is_offered_and_stays_through_faults(alone: World) -> None:
    world = alone
    feed = world.catalogue()
    assert feed.look(Cancel()) == 1  # what ships, now as the publisher's word
    assert feed.look(Cancel()) == 0
    new = SHIPPED.replace(b'"2.000815"', b'"1.000001"')
    world.publish("1.000001.toml", new)
    for fault in ("bad_signature", "unsigned"):
        world.faults(**{fault: True})
        with pytest.raises(Fault, match="CATALOGUE_SIGNATURE"):
            feed.look(Cancel())
        world.faults(**{fault: False})
    world.faults(not_modified=True)
    assert feed.look(Cancel()) == 0
    world.faults(not_modified=False)
    assert world.office.register._catalogue.version("1.000001", "2026-1") is None
    assert feed.look(Cancel()) == 2
    assert world.office.register._catalogue.version("1.000001", "2026-1") is not None


def test_a_publisher_with_another_key_is_nobody(alone: World) -> None:
    feed, sandbox = alone.catalogue(), alone.process
    sandbox.stop()
    (alone.folder / "catalogue.key").unlink()
    sandbox.start()
    with pytest.raises(Fault, match="CATALOGUE_SIGNATURE"):
        feed.look(Cancel())


def test_numbers_of_releases_outlive_a_kill(alone: World) -> None:
    world, sandbox = alone, alone.process
    feed = world.catalogue()
    feed.look(Cancel())
    sandbox.kill()
    sandbox.start()
    assert feed.look(Cancel()) == 0
    world.publish("1.000001.toml", SHIPPED.replace(b'"2.000815"', b'"1.000001"'))
    feed.look(Cancel())
    assert feeds.load(world.office.database.read(), "catalogue").cursor == 2


def test_the_runner_brings_both(world: World) -> None:
    came = threading.Event()
    runner = Feeds(
        [world.states, world.catalogue()],
        world.session,
        world.office.database,
        Random(1),
        poll_s=1,
        on_news=lambda source: came.set() if source == "catalogue" else None,
    )
    thread = threading.Thread(target=runner.run, args=(Cancel(),), daemon=True)
    thread.start()
    assert came.wait(30)
    runner.close()
    thread.join(30)
    assert not thread.is_alive()
    found = feeds.standings(world.office.database.read())
    assert [(one.source, one.fault) for one in found] == [("catalogue", ""), ("states", "")]


def station_settings(url: str, folder: Path) -> Settings:
    key = requests.get(f"{url}/sandbox/feeds/key", timeout=5).json()["ed25519"]
    chosen = Chosen(
        states_path="/feeds/states",
        catalogue_path="/feeds/catalogue",
        catalogue_keys=[key],
        poll_s=1,
    )
    return load(state=folder, portal=url).model_copy(update={"feeds": chosen})


def test_a_running_station_hears_by_itself(shared: Any, tmp_path: Path) -> None:
    settings = station_settings(shared[0].url, tmp_path / "state")
    heard = threading.Event()
    with open_station(settings, devices=False) as station:
        assert station.feeds is not None
        station.feeds._on_news = lambda source: heard.set() if source == "catalogue" else None
        with courier_running(station):
            assert heard.wait(30)
        assert station.catalogue.version("2.000815", "2026-1") is not None
    assert not [one for one in threading.enumerate() if one.name in ("feeds", "courier")]


def test_a_whole_station_hands_in_sends_and_hears_back(shared: Any, tmp_path: Path) -> None:
    process, _ = shared
    settings = station_settings(process.url, tmp_path / "state")
    with open_station(settings, devices=False) as station:
        code = station.register.hand_in(a_submission(str(uuid4()))).dossier.code
        assert drain(station, 30)["came"] == 3  # the dossier, its step, and the one procedure
        moved = {"code": code, "state": 9}
        requests.post(f"{process.url}/sandbox/moves", json=moved, timeout=5).raise_for_status()
        assert once(station)["came"] == 1
        assert station.register.find(code).state is S.PROCESSED
    told = readable(status(settings))
    assert "Trạng thái hồ sơ / states: số / number" in told
    assert "Danh mục thủ tục / catalogue: số / number 1" in told
