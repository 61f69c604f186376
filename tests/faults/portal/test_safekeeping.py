"""The state folder is lost: the copy on a second disk brings every dossier back, once, under its key.

And the second disk is full, read-only, pulled or faulty: nothing old is lost, it is told, the station goes on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from devices.cancel import Cancel, Cancelled
from kiosk import kept
from kiosk.clock import now
from kiosk.commands import office_key, sync_bundle
from kiosk.commands.sync_bundle import import_from
from kiosk.compose import Station, courier_running, open_station
from kiosk.dossiers.dossier import Scan
from kiosk.journal import journal
from kiosk.kept import Kept
from kiosk.outbox.bundle import Summary
from kiosk.outbox.bundle_import import open_bundle
from kiosk.safekeeping import AWAY, DAMAGED, FAILED, PARTIAL, Safekeeping
from kiosk.settings import Safekeeping as Rules
from kiosk.settings import Settings
from sync.sandbox.process import SandboxProcess
from tests.journeys.station import NOWHERE, quick
from tests.unit.dossiers.office import MovableClock, a_submission

pytestmark = pytest.mark.real

HOUR_S, DAY_S = 3_600, 86_400


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A second disk of 4 MiB."""
    folder, mount = tmp_path / "stick", shutil.which("mount")
    folder.mkdir()
    if sys.platform != "linux" or mount is None or os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    if not plug_in(folder):
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", folder], capture_output=True)


def plug_in(folder: Path) -> bool:
    made = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]
    return subprocess.run(made, capture_output=True).returncode == 0


def settings(tmp_path: Path, folder: Path, portal: str = NOWHERE, **rules: object) -> Settings:
    chosen = Rules(folder=str(folder), **rules)  # type: ignore[arg-type]
    return quick(tmp_path / "state", portal).model_copy(update={"safekeeping": chosen})


@contextmanager
def a_keeper(
    tmp_path: Path, folder: Path, spoil: Callable[[Path], None] = lambda _: None, **rules: object
) -> Iterator[tuple[Station, Safekeeping, MovableClock]]:
    """A station and its keeper with a clock of its own; ``spoil`` gets each file when it is written."""
    chosen, clock = settings(tmp_path, folder, **rules), MovableClock(now())

    def export(file: Path, check: Callable[[], None]) -> Summary:
        said = sync_bundle.write(chosen, file, check)
        spoil(file)
        return said

    with open_station(chosen, devices=False) as station:
        yield station, Safekeeping(chosen.safekeeping, station.database, "k", export, clock), clock


def stored(station: Station) -> Kept:
    return kept.load(station.database.read())


def copies(folder: Path) -> list[str]:
    """Names of everything in the folder, hidden parts too; each whole copy opens with the office's key."""
    for file in folder.glob("*.bundle"):
        open_bundle(file, office_key.of_demo(quick(folder))).close()
    return sorted(file.name for file in folder.iterdir())


def test_the_state_folder_is_deleted_and_nothing_is_lost_or_twice(
    tmp_path: Path, stick: Path
) -> None:
    with SandboxProcess(tmp_path / "portal") as portal:
        chosen = settings(tmp_path, stick, portal.url)
        with open_station(chosen, devices=False) as station:
            dossiers = [
                station.register.hand_in(a_submission(f"{n:032x}")).dossier for n in range(5)
            ]
            item = station.outbox.claim("portal")[0]
            station.driver.send(item)  # it arrived, and the station never wrote it down
            assert station.safekeeping is not None
            assert station.safekeeping.look(Cancel())
        shutil.rmtree(chosen.folder)

        (name,) = copies(stick)
        said = import_from(chosen, stick / name, "staff-7")
        assert (said["dossiers"], said["files"], said["lost"]) == (5, 5, ())
        with open_station(chosen, devices=False) as station:
            station.courier.drain(Cancel(), 60)
            assert station.outbox.unsent("portal") == 0
            assert [station.register.find(one.code) for one in dossiers] == dossiers
        rows = portal.dossiers()
        assert sorted((row["code"], row["key"]) for row in rows) == sorted(
            (one.code, one.key) for one in dossiers
        )
        assert {row["stored"] for row in rows} == {1}


def test_the_station_makes_the_copy_by_itself(tmp_path: Path, stick: Path) -> None:
    with open_station(settings(tmp_path, stick), devices=False) as station:
        station.register.hand_in(a_submission())
        with courier_running(station):
            limit = Cancel()
            while not stored(station).file:
                assert not limit.wait(0.02)
        seen = stored(station)
        assert (seen.dossiers, seen.messages, seen.fault) == (1, 2, "")
        assert copies(stick) == [seen.file]
        assert (stick / seen.file).stat().st_mode & 0o777 == 0o600
        entry = journal.entries(station.database.read())[-1]
        assert (entry.kind, entry.detail[:2]) == (journal.Kind.OUTBOX_EXPORTED, (1, 2))


def test_once_a_day_and_earlier_when_much_is_new(tmp_path: Path) -> None:
    with a_keeper(tmp_path, tmp_path, same_disk=True, after_rows=4) as (station, keeper, clock):
        assert keeper.look(Cancel())  # nothing is unsent: no file, and that is known
        assert stored(station).file == ""
        station.register.hand_in(a_submission("key-1"))
        clock.pass_(DAY_S - 1)
        assert not keeper.look(Cancel())
        clock.pass_(1)
        assert keeper.look(Cancel())
        station.register.hand_in(a_submission("key-2"))
        clock.pass_(HOUR_S)
        assert not keeper.look(Cancel())  # two new messages
        station.register.hand_in(a_submission("key-3"))
        assert keeper.look(Cancel())  # four
        assert not keeper.look(Cancel())
        clock.pass_(-3 * DAY_S)  # the clock was set back: rather one too many
        assert keeper.look(Cancel())


def test_the_newest_are_kept_and_nothing_else_is_touched(tmp_path: Path, stick: Path) -> None:
    others = ["mot-cua-other-unsent-20200101T000000Z.bundle", "notes.txt"]
    for name in (*others, ".mot-cua-k-unsent-20200101T000000Z.bundle-1f"):
        (stick / name).write_bytes(b"MCUAENV1" * 10) if "other" not in name else None
    (stick / "notes.txt").write_text("mine")
    with a_keeper(tmp_path, stick, keep=2) as (station, keeper, clock):
        station.register.hand_in(a_submission())
        names = []
        for _ in range(4):
            assert keeper.look(Cancel())
            names.append(stored(station).file)
            clock.pass_(DAY_S)
    assert copies(stick) == sorted([*names[-2:], "notes.txt"])


def test_a_full_medium_keeps_the_older_copy(tmp_path: Path, stick: Path) -> None:
    with a_keeper(tmp_path, stick, keep=1) as (station, keeper, clock):
        station.register.hand_in(a_submission("key-1"))
        assert keeper.look(Cancel())
        before = stored(station)
        big = Scan("TP01", os.urandom(5 << 20), 1)
        station.register.hand_in(a_submission("key-2", scans=(big,)))
        clock.pass_(DAY_S)
        assert not keeper.look(Cancel())
        seen = stored(station)
        assert (seen.fault, seen.at, seen.file) == (FAILED, before.at, before.file)
        assert copies(stick) == [before.file]
        station.register.hand_in(a_submission("key-3"))  # the station goes on
        subprocess.run(["mount", "-o", "remount,size=16m", stick], check=True)
        assert not keeper.look(Cancel())  # not every few seconds
        clock.pass_(HOUR_S)
        assert keeper.look(Cancel())
        assert copies(stick) == [stored(station).file]


def test_a_medium_that_was_pulled_is_not_the_folder_it_leaves(tmp_path: Path, stick: Path) -> None:
    """Where the stick was mounted there is a folder of the station's own disk now."""
    with a_keeper(tmp_path, stick) as (station, keeper, clock):
        station.register.hand_in(a_submission())
        subprocess.run(["umount", stick], check=True)
        assert not keeper.look(Cancel())
        assert stored(station).fault == AWAY
        assert copies(stick) == []
        plug_in(stick)
        clock.pass_(300)
        assert keeper.look(Cancel())
        assert stored(station).fault == ""
        assert copies(stick) == [stored(station).file]


def test_a_medium_that_is_pulled_in_the_middle(tmp_path: Path, stick: Path) -> None:
    pulled = []

    def pull(file: Path) -> None:
        pulled.append(file.name)
        subprocess.run(["umount", "-l", stick], check=True)

    with a_keeper(tmp_path, stick, spoil=pull) as (station, keeper, _):
        station.register.hand_in(a_submission())
        assert not keeper.look(Cancel())
        assert (len(pulled), stored(station).fault, stored(station).file) == (1, AWAY, "")


def test_a_read_only_medium(tmp_path: Path, stick: Path) -> None:
    with a_keeper(tmp_path, stick) as (station, keeper, _):
        station.register.hand_in(a_submission())
        subprocess.run(["mount", "-o", "remount,ro", stick], check=True)
        assert not keeper.look(Cancel())
        assert stored(station).fault == FAILED


def test_a_medium_that_changes_what_is_written(tmp_path: Path, stick: Path) -> None:
    faulty = []

    def spoil(file: Path) -> None:
        if faulty:
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.write_bytes(data)

    with a_keeper(tmp_path, stick, spoil=spoil, keep=1) as (station, keeper, clock):
        station.register.hand_in(a_submission())
        assert keeper.look(Cancel())
        whole = stored(station).file
        faulty.append(True)
        clock.pass_(DAY_S)
        assert not keeper.look(Cancel())
        assert (stored(station).fault, stored(station).file) == (DAMAGED, whole)
        assert copies(stick) == [whole]


def test_a_stick_without_hard_links(
    tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT and exFAT refuse `os.link` so."""

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with a_keeper(tmp_path, stick) as (station, keeper, _):
        station.register.hand_in(a_submission())
        monkeypatch.setattr(os, "link", refused)
        assert keeper.look(Cancel())
        assert copies(stick) == [stored(station).file]


def test_without_the_office_s_key_nothing_leaves(tmp_path: Path, stick: Path) -> None:
    chosen = settings(tmp_path, stick).model_copy(update={"demo": False})
    with open_station(settings(tmp_path, stick), devices=False) as station:
        station.register.hand_in(a_submission())

        def export(file: Path, check: Callable[[], None]) -> Summary:
            return sync_bundle.write(chosen, file, check)

        keeper = Safekeeping(chosen.safekeeping, station.database, "k", export, now)
        assert not keeper.look(Cancel())
        assert stored(station).fault == "BUNDLE_KEY_MISSING"
        assert copies(stick) == []


def test_it_ends_in_the_middle_of_a_copy(tmp_path: Path, stick: Path) -> None:
    with a_keeper(tmp_path, stick) as (station, keeper, _):
        station.register.hand_in(a_submission())
        cancel = Cancel()
        cancel.cancel()
        keeper.run(cancel)
        with pytest.raises(Cancelled):
            keeper.look(cancel)
        assert copies(stick) == []


def test_what_can_t_be_read_counts_as_never(tmp_path: Path) -> None:
    with a_keeper(tmp_path, tmp_path, same_disk=True) as (station, _, clock):
        for value in ("", "7", "{", '{"at": "x"}', '{"more": 1}'):
            with station.database.transaction() as tx:
                tx.execute("INSERT OR REPLACE INTO meta VALUES ('safekeeping', ?)", (value,))
            assert stored(station) == Kept()
        assert Kept().is_late(clock(), 24)
        assert not Kept(at=clock() - timedelta(hours=40)).is_late(clock(), 24)


def test_a_disk_that_hangs_holds_the_end_up_only_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hangs, begun, ended = Event(), Event(), Event()

    def copying(self: Safekeeping, cancel: Cancel) -> None:
        begun.set()
        hangs.wait()
        ended.set()

    monkeypatch.setattr(Safekeeping, "run", copying)
    monkeypatch.setattr("kiosk.compose._LAST_COPY_S", 0.01)
    with open_station(settings(tmp_path, tmp_path), devices=False) as station:
        with courier_running(station):
            assert begun.wait(10)
        assert not ended.is_set()
        assert "doesn't wait for a second disk" in caplog.text
    hangs.set()
    assert ended.wait(10)


def test_a_copy_that_lacks_a_scan_is_told_and_takes_no_whole_one_s_place(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    foreign = folder / "mot-cua-k-unsent-20200101T000000Z.bundle"
    with a_keeper(tmp_path, folder, same_disk=True, keep=2) as (station, keeper, clock):
        scan = station.register.hand_in(a_submission()).dossier.components[0].attachment
        assert keeper.look(Cancel())
        whole = stored(station)
        shutil.copy(folder / whole.file, foreign)  # of a store that was lost
        path = station.attachments.path_of(scan.sha256)
        data = path.read_bytes()
        path.unlink()
        for _ in range(3):
            clock.pass_(DAY_S)
            assert not keeper.look(Cancel())
            seen = stored(station)
            assert (seen.fault, seen.at, seen.file) == (PARTIAL, whole.at, whole.file)
            assert len(copies(folder)) == 3  # the whole ones, and the newest that isn't
            assert {whole.file, foreign.name} < set(copies(folder))
        path.write_bytes(data)
        clock.pass_(HOUR_S)
        assert keeper.look(Cancel())
        assert (stored(station).fault, copies(folder)) == ("", [whole.file, stored(station).file])


def test_a_clock_that_was_ahead_costs_no_true_copy(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    with a_keeper(tmp_path, folder, same_disk=True, keep=3) as (station, keeper, clock):
        station.register.hand_in(a_submission())
        true = clock.at
        clock.pass_(365 * DAY_S)
        made = []
        for _ in range(3):
            assert keeper.look(Cancel())
            clock.pass_(DAY_S)
        clock.at = true
        for _ in range(4):
            assert keeper.look(Cancel())
            made.append(stored(station).file)
            clock.pass_(DAY_S)
        assert copies(folder) == made[-3:]
        clock.at = true + timedelta(days=30)
        assert keeper.look(Cancel())
        ahead = stored(station).file
        clock.at = true + timedelta(days=3)  # the same second again
        assert keeper.look(Cancel())
        assert stored(station).file not in made
        assert set(copies(folder)) == {made[-1], ahead, stored(station).file}


def test_a_new_store_drops_copies_of_the_future_first(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    with a_keeper(tmp_path, folder, same_disk=True, keep=2) as (station, keeper, clock):
        station.register.hand_in(a_submission())
        assert keeper.look(Cancel())
        whole = stored(station).file
        ahead = folder / "mot-cua-k-unsent-20990101T000000Z.bundle"
        shutil.copy(folder / whole, ahead)
        with station.database.transaction() as tx:
            tx.execute("DELETE FROM meta WHERE name = 'safekeeping'")
        clock.pass_(DAY_S)
        assert keeper.look(Cancel())
        assert copies(folder) == [whole, stored(station).file]
