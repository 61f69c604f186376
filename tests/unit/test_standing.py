"""How a station stands is said the same way by status, doctor and technician, whatever is wrong."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from devices.status import Level
from kiosk import kept
from kiosk.clock import now
from kiosk.commands import technician
from kiosk.commands.doctor import examine
from kiosk.commands.sync_status import readable, status
from kiosk.kept import Kept
from kiosk.outbox.clock_note import ClockNote
from kiosk.outbox.reasons import why
from kiosk.settings import Safekeeping, Settings, Store, load
from kiosk.standing import Standing
from kiosk.store.lock import state_lock
from tests.unit.dossiers.office import MovableClock, a_submission, open_office


def settings(folder: Path, **changes: object) -> Settings:
    return load(state=folder, portal="http://127.0.0.1:9").model_copy(update=changes)


@pytest.fixture
def ill(tmp_path: Path) -> Settings:
    """A disk below the mark, a clock six minutes off, a copy that fails, a message that needs a person."""
    with closing(open_office(tmp_path, clock=MovableClock(now()))) as office:
        office.register.hand_in(a_submission())
        office.outbox.note_clock_offset(-360)
        office.outbox.hold(1, "asked for")
        with office.database.transaction() as tx:
            kept.save(tx, Kept(now(), "x", 3, 6, 2, now(), "SAFEKEEPING_AWAY"))
    (tmp_path / "app.db").rename(tmp_path / "station.db")
    marks = Store(low_water_mib=1_000_000, refuse_below_mib=1_000_000)
    return settings(tmp_path, store=marks, safekeeping=Safekeeping(folder="/media/copies"))


def test_the_status_names_figures_and_what_to_do(ill: Settings) -> None:
    found = status(ill)
    station = found["station"]
    assert isinstance(station, dict)
    assert station["disk"]["level"] == "fault"
    assert station["clock"]["offset_s"] == -360
    assert (station["copy"]["dossiers"], station["copy"]["fault"]) == (3, "SAFEKEEPING_AWAY")
    assert station["troubles"] == ["DISK_LOW", "CLOCK_WRONG", "SAFEKEEPING_AWAY"]
    assert found["need_person"] == 1
    words = readable(found)
    for said in ("clock ahead: 360 s", "MiB", "3 hồ sơ", "Cần người xử lý / Need a person: 1"):
        assert said in words
    for code in station["troubles"]:
        assert why(code)["vi"] in words  # type: ignore[index]


@pytest.mark.parametrize("running", [False, True])
def test_the_doctor_warns_beside_a_running_station_too(ill: Settings, running: bool) -> None:
    if running:
        with state_lock(ill.folder):
            result = examine(ill)
    else:
        result = examine(ill)
    found = {row["name"]: row for row in result["checks"]}  # type: ignore[attr-defined]
    assert not result["ok"]
    assert found["disk"]["level"] == "fault"
    assert (found["clock"]["level"], "-360" in found["clock"]["text"]) == ("fault", True)
    assert (found["safekeeping"]["level"], found["outbox"]["level"]) == ("warning", "warning")
    assert "SAFEKEEPING_AWAY" in found["safekeeping"]["text"]


def test_the_technician_sees_the_same(ill: Settings) -> None:
    station = technician.look(ill).station
    assert [code for _, code in station.troubles()] == [
        "DISK_LOW",
        "CLOCK_WRONG",
        "SAFEKEEPING_AWAY",
    ]
    assert station.clock == ClockNote(-360_000, station.clock.at)  # type: ignore[union-attr]


def test_a_new_station_has_nothing_to_tell(tmp_path: Path) -> None:
    found = status(settings(tmp_path))["station"]
    assert isinstance(found, dict)
    assert (found["clock"], found["troubles"]) == (None, [])
    assert technician.look(settings(tmp_path)).station.troubles() == []


@pytest.mark.parametrize(
    ("standing", "codes"),
    [
        (Standing(), ["SAFEKEEPING_OFF"]),
        (Standing(demo=True), []),
        (Standing(wanted=True), []),
        (Standing(wanted=True, late=True), ["SAFEKEEPING_LATE"]),
        (Standing(demo=True, disk=Level.WARNING), ["DISK_SOON"]),
        (Standing(demo=True, clock=ClockNote(60_000, now())), []),
        (Standing(demo=True, clock=ClockNote(-61_000, now())), ["CLOCK_OFF"]),
        (Standing(demo=True, clock=ClockNote(301_000, now()), disk=Level.WARNING),
         ["CLOCK_WRONG", "DISK_SOON"]),
    ],
)  # fmt: skip
def test_what_people_are_told(standing: Standing, codes: list[str]) -> None:
    assert [code for _, code in standing.troubles()] == codes
    assert all(why(code) for code in codes)


def test_next_try_is_not_before_the_rest_is_over(tmp_path: Path) -> None:
    with closing(open_office(tmp_path, clock=MovableClock(now()))) as office:
        office.register.hand_in(a_submission())
        assert office.outbox.claim("portal")
        office.outbox.retry(1, 60)
        office.outbox.keep_rest("portal", 1, 1200, "PORTAL_DOWN")
    (tmp_path / "app.db").rename(tmp_path / "station.db")
    found = status(settings(tmp_path))
    rest = found["rest"]
    assert isinstance(rest, dict)
    assert found["next_at"] == rest["until"]
    assert str(found["next_at"]) > (now() + timedelta(minutes=15)).isoformat()
