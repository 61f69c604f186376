"""``kiosk sync status``, ``hold``, ``retry`` and ``once`` on a store of this test."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.clock import now
from kiosk.commands import sync_status
from kiosk.commands.sync import hold, readable, retry, status
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError, load
from kiosk.store import migrate
from kiosk.store.database import Database
from kiosk.store.lock import state_lock
from tests.unit.dossiers.office import MovableClock, Office, a_submission, open_office


class Desk:
    """A store in a state folder, as a stopped station leaves it."""

    def __init__(self, folder: Path, dossiers: int) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.settings: Settings = load(state=folder)
        with self.station() as office:
            self.codes = [
                office.register.hand_in(a_submission(f"key-{number}")).dossier.code
                for number in range(dossiers)
            ]

    def station(self):
        return _Station(self.folder)

    def status(self) -> dict:
        return status(self.settings)


class _Station:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Office:
        file = self.folder / "station.db"
        if file.exists():
            file.rename(self.folder / "app.db")
        self.office = open_office(self.folder, clock=MovableClock(now() - timedelta(minutes=5)))
        return self.office

    def __exit__(self, *_: object) -> None:
        self.office.close()
        (self.folder / "app.db").rename(self.folder / "station.db")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, 3)


def files(folder: Path) -> dict[str, bytes]:
    """Every file but the two by which SQLite's readers and writers find each other."""
    found = [file for file in folder.iterdir() if file.is_file()]
    return {
        file.name: file.read_bytes()
        for file in found
        if not file.name.endswith("-shm") and file.stat().st_size
    }


def test_status_tells_what_waits_why_since_when_and_when_next(desk):
    with desk.station() as office:
        one, two, three = office.outbox.claim("portal", limit=9)
        office.outbox.retry(one.seq, 3600, status=503, error="PORTAL_BUSY")
        office.outbox.needs_attention(
            two.seq, status=200, error="PORTAL_REFUSED", detail="5 NgaySinh"
        )
        office.outbox.acknowledge(three.seq, b"receipt", status=200, duration_ms=1)
        office.outbox.keep_rest("portal", 2, 600, "PORTAL_DOWN")
    said = desk.status()
    rows = {row["row"]: row for row in said["rows"]}
    assert sorted(rows) == [1, 2, 3, 4, 6]
    assert (rows[1]["state"], rows[1]["last_error"], rows[1]["attempts"]) == (
        "ready",
        "PORTAL_BUSY",
        1,
    )
    assert rows[1]["next_at"] > now().isoformat()
    assert (rows[2]["behind"], rows[2]["next_at"]) == (1, None)
    assert (rows[3]["state"], rows[3]["said"], rows[3]["next_at"]) == (
        "needs_attention",
        "5 NgaySinh",
        None,
    )
    assert (rows[6]["behind"], rows[6]["kind"]) == (None, "progress")
    assert 290 <= rows[1]["age_s"] <= 400
    assert (said["rest"]["fault"], said["rest"]["stops"]) == ("PORTAL_DOWN", 2)
    text = readable(said)
    for words in (
        *desk.codes,
        "CẦN NGƯỜI XỬ LÝ / NEEDS A PERSON",
        "Cổng Dịch vụ công báo bận",
        "The portal says that it is busy",
        "Tạm ngừng gửi đến",
        "sau / after 1",
        "    3: 5 NgaySinh",
    ):
        assert words in text
    assert "Nguyễn" not in text
    assert "more" not in text


def test_status_says_how_many_rows_it_left_out(desk, monkeypatch):
    monkeypatch.setattr(sync_status, "MOST_ROWS", 4)
    said = desk.status()
    assert (len(said["rows"]), said["more"]) == (4, 2)
    assert "còn 2 dòng nữa / and 2 rows more" in readable(said)


def test_status_of_an_older_store_upgrades_nothing(tmp_path):
    old = tmp_path / "migrations"
    old.mkdir()
    shutil.copy(migrate.FOLDER / "0001_hand_in.sql", old)
    with Database(tmp_path / "station.db", now, migrations=old):
        pass
    before = files(tmp_path)
    said = status(load(state=tmp_path))
    assert (said["counts"]["ready"], said["rows"], said["card_checks"]) == (0, [], {})
    assert files(tmp_path) == before


def test_status_of_a_newer_store_is_refused(desk):
    import sqlite3

    connection = sqlite3.connect(desk.folder / "station.db")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(Fault, match="STORE_NEWER"):
        desk.status()


def test_status_of_what_is_no_store(tmp_path):
    (tmp_path / "station.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Fault, match="STORE_DAMAGED"):
        status(load(state=tmp_path))


def test_status_changes_nothing_and_works_beside_a_station(desk):
    with (
        state_lock(desk.folder),
        Database(desk.folder / "station.db", now) as database,
        database.transaction() as tx,
    ):
        tx.execute("INSERT INTO meta VALUES ('open', 'transaction')")
        assert len(desk.status()["rows"]) == 6
    before = files(desk.folder)
    desk.status()
    assert files(desk.folder) == before


def test_hold_and_retry(desk):
    held = hold(desk.settings, desk.codes[1].lower(), "wrong procedure", "staff-7")
    assert (held["row"], held["before"], held["state"]) == (3, "ready", "needs_attention")
    said = desk.status()["rows"][2]
    assert (said["last_error"], said["said"]) == ("HELD", "wrong procedure")
    assert "    3: wrong procedure" in readable(desk.status())
    let_go = retry(desk.settings, "3", "was right after all", "staff-7")
    assert (let_go["before"], let_go["state"]) == ("needs_attention", "ready")
    with desk.station() as office:
        assert [item.seq for item in office.outbox.claim("portal", limit=9)] == [1, 3, 5]


def test_a_retry_ends_the_portal_s_rest(desk):
    with desk.station() as office:
        office.outbox.keep_rest("portal", 4, 3600, "PORTAL_LOGIN_FAILED")
    hold(desk.settings, "1", "asked", "staff-7")
    assert desk.status()["rest"]["fault"] == "PORTAL_LOGIN_FAILED"
    retry(desk.settings, "1", "the password is mended", "staff-7")
    assert desk.status()["rest"] is None


def test_hold_beside_a_running_station(desk):
    with state_lock(desk.folder), Database(desk.folder / "station.db", now):
        assert hold(desk.settings, "1", "asked", "")["state"] == "needs_attention"


@pytest.mark.parametrize(
    ("which", "reason", "words"),
    [
        ("99", "why", "no open message"),
        ("9" * 40, "why", "no open message"),
        ("H29.18-261124-9999", "why", "no open message"),
        ("'; DROP TABLE outbox", "why", "no open message"),
        ("1", " \n", "--reason"),
        ("1", "\x00\u200b", "--reason"),
        ("3", "why", "not possible while it is acknowledged"),
        ("5", "why", "not possible while it is sending"),
    ],
)
def test_what_can_t_be_decided(desk, which, reason, words):
    with desk.station() as office:
        items = office.outbox.claim("portal", limit=9)
        office.outbox.acknowledge(items[1].seq, b"receipt", status=200, duration_ms=1)
        office.outbox.retry(items[0].seq, 60)
    for act in (hold, retry):
        with pytest.raises(SettingsError, match=words):
            act(desk.settings, which, reason, "staff-7")


def test_no_store_no_decision(tmp_path):
    with pytest.raises(SettingsError, match="no store"):
        hold(load(state=tmp_path), "1", "why", "")
    assert list(tmp_path.iterdir()) == []


def test_an_older_store_of_a_running_station_is_not_upgraded_for_a_decision(tmp_path):
    old = tmp_path / "migrations"
    old.mkdir()
    shutil.copy(migrate.FOLDER / "0001_hand_in.sql", old)
    with (
        state_lock(tmp_path),
        Database(tmp_path / "station.db", now, migrations=old),
        pytest.raises(Fault, match="STATE_IN_USE"),
    ):
        hold(load(state=tmp_path), "1", "why", "")
