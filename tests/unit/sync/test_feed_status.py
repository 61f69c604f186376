"""``kiosk sync status`` and ``drain`` tell what came back."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from kiosk import feeds
from kiosk.clock import now
from kiosk.commands.sync import drain, once, see
from kiosk.commands.sync_conflicts import listed as conflicts
from kiosk.commands.sync_conflicts import readable as lines
from kiosk.commands.sync_status import readable, status
from kiosk.compose import open_station
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import History
from kiosk.dossiers.states import StateEvent
from kiosk.settings import Feeds, SettingsError, load
from kiosk.store.database import Database
from tests.unit.dossiers.office import MovableClock


@pytest.fixture
def database(tmp_path):
    clock = MovableClock(now() - timedelta(minutes=5))
    with Database(tmp_path / "station.db", clock) as opened:
        yield opened


def test_cursor_age_and_trouble_of_each_feed(database, tmp_path):
    with database.transaction() as tx:
        feeds.advance(tx, "states", "o-1", 812, news=True)
        feeds.set_aside(tx, "states", "o-1", [(7, "MaHoSo"), (7, "MaHoSo"), (9, "ThoiDiem")])
        feeds.advance(tx, "catalogue", "", 3, tag='"3"', news=False)
        feeds.fail(tx, "catalogue", "CATALOGUE_SIGNATURE")
    said = status(load(state=tmp_path))
    catalogue, states = said["feeds"]
    assert (states["source"], states["cursor"], states["unfit"]) == ("states", 812, 2)
    assert 300 <= states["age_s"] < 360
    assert states["changed_at"] == states["answered_at"]
    assert (catalogue["cursor"], catalogue["fault"]) == (3, "CATALOGUE_SIGNATURE")
    assert catalogue["changed_at"] is None
    text = readable(said)
    assert "Trạng thái hồ sơ / states: số / number 812" in text
    assert "2 dòng không đọc được / rows not understood" in text
    assert "unsigned or wrongly signed" in text


def test_a_feed_that_never_answered(database, tmp_path):
    with database.transaction() as tx:
        feeds.fail(tx, "states", "PORTAL_DOWN")
    said = status(load(state=tmp_path))
    assert said["feeds"][0]["age_s"] is None
    assert "number 0; trả lời / answered -" in readable(said)


def test_conflicts_are_counted_until_somebody_looks(database, tmp_path):
    history = History(database, "kiosk-01")
    event = StateEvent(now(), 1, "o-1", "H29.18-261125-0001", DossierState.PROCESSING)
    other = StateEvent(now(), 1, "o-1", "H29.18-261125-0001", DossierState.PROCESSED)
    with database.transaction() as tx:
        history.take(tx, [event, other])
    assert status(load(state=tmp_path))["conflicts"] == 1
    assert "DIFFERS FROM THE PORTAL: 1" in readable(status(load(state=tmp_path)))
    (found,) = history.conflicts()
    history.see(found.id, "staff-7")
    assert status(load(state=tmp_path))["conflicts"] == 0


@pytest.fixture
def settings(tmp_path, unused_port):
    chosen = Feeds(
        states_path="/feeds/states",
        catalogue_path="/feeds/catalogue",
        catalogue_keys=["A" * 43 + "="],
    )
    opened = load(state=tmp_path / "state", portal=f"http://127.0.0.1:{unused_port}")
    return opened.model_copy(update={"feeds": chosen})


@pytest.fixture
def unused_port():
    with socket.socket() as taken:  # bound and never listened at: refuses
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("command", [lambda station: drain(station, 5), once])
def test_a_portal_that_isnt_there_costs_one_look_and_no_error(settings, command):
    with open_station(settings, devices=False) as station:
        assert command(station)["came"] == 0
        found = feeds.standings(station.database.read())
    assert [(one.source, one.fault) for one in found] == [
        ("catalogue", "PORTAL_DOWN"),
        ("states", "PORTAL_DOWN"),
    ]


def test_a_station_without_feeds_has_none(tmp_path):
    settings = load(state=tmp_path).model_copy(update={"feeds": Feeds()})
    with open_station(settings, devices=False) as station:
        assert station.feeds is None


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"catalogue_path": "/c"}, "catalogue_keys are needed"),
        ({"states_path": "feeds"}, "states_path"),
        ({"states_path": "/feeds?x"}, "states_path"),
        ({"states_path": "/feeds/"}, "states_path"),
        ({"catalogue_keys": ["short"]}, "catalogue_keys"),
        ({"poll_s": 0}, "poll_s"),
        ({"polls": 1}, "polls"),
    ],
)
def test_settings(chosen, said):
    with pytest.raises(ValidationError, match=said):
        Feeds.model_validate(chosen)


def test_times_are_of_the_portals_last_answer(database):
    with database.transaction() as tx:
        feeds.advance(tx, "states", "o", 1, news=True)
    stands = feeds.load(database.read(), "states")
    assert isinstance(stands.answered_at, datetime)
    database._clock.pass_(60)
    with database.transaction() as tx:
        feeds.advance(tx, "states", "o", 1, news=False)
    after = feeds.load(database.read(), "states")
    assert after.answered_at - stands.answered_at == timedelta(seconds=60)
    assert after.changed_at == stands.changed_at


def test_conflicts_are_listed_and_seen_by_a_person(database, tmp_path):
    code = "H29.18-261125-0001"
    with database.transaction() as tx:
        told = StateEvent(now(), 1, "o-1", code, DossierState.PROCESSING)
        anew = StateEvent(told.at, 1, "o-1", code, DossierState.PROCESSED)
        History(database, "kiosk-01").take(tx, [told, anew])
    settings = load(state=tmp_path)
    (row,) = conflicts(settings, everything=False)
    assert (row["dossier"], row["kind"], row["winner"]) == (code, "rewritten", "station")
    text = lines([row])
    assert code in text
    assert "tin cũ bị đổi / told anew" in text
    assert "station wins" in text
    assert see(settings, row["number"], "staff-7") == {"event": "seen", "conflict": row["number"]}
    assert conflicts(settings, everything=False) == []
    assert conflicts(settings, everything=True)[0]["seen_by"] == "staff-7"
    with pytest.raises(SettingsError, match="no unseen conflict"):
        see(settings, row["number"], "staff-8")
    assert lines([]) == "Không có gì khác với Cổng. / Nothing differs from the portal."


def test_no_store_has_no_conflicts(tmp_path):
    assert conflicts(load(state=tmp_path / "none"), everything=True) == []
