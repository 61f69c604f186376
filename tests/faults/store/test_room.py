"""The disk fills up: nothing new is begun, what has begun fits, what is stored is sent, and it comes back."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from devices.status import Level
from kiosk.catalogue.load import load_catalogue
from kiosk.commands.citizen import serving
from kiosk.commands.doctor import examine
from kiosk.commands.journey import play_script
from kiosk.compose import Station, open_station
from kiosk.dossiers.dossier import Scan
from kiosk.faults import Fault, texts
from kiosk.health import Trouble
from kiosk.journeys.script import load as load_script
from kiosk.settings import Settings, Store, load
from kiosk.store.room import RoomWatch
from sync.sandbox.process import SandboxProcess
from tests.journeys.station import NOWHERE, quick
from tests.unit.dossiers.office import a_submission
from ui.parts.banner import Banner
from ui.parts.tile import Tile

MIB = 1 << 20
MARKS = Store(low_water_mib=8, refuse_below_mib=4)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB of its own."""
    folder, mount = tmp_path / "disk", shutil.which("mount")
    folder.mkdir()
    if sys.platform != "linux" or mount is None or os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], capture_output=True
    )
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)  # the log is still open


def settings(disk: Path, portal: str = NOWHERE) -> Settings:
    return quick(disk / "state", portal).model_copy(update={"store": MARKS})


def fill(disk: Path, leave_kib: int) -> None:
    """Something outside the state folder takes the room."""
    size = shutil.disk_usage(disk).free - leave_kib * 1024
    with (disk / "filler").open("ab") as stream:
        stream.write(bytes(size))


def hand_in(station: Station, key: str, scan: bytes = b"%PDF-1.7") -> None:
    station.register.hand_in(a_submission(key, scans=(Scan("TP01", scan, 1),)))


def test_a_disk_that_fills_up_and_gets_room_again(
    qapp: QApplication, qtbot: QtBot, disk: Path, tmp_path: Path
) -> None:
    script = load_script(resources.path("journeys", "certified-copy.toml"))
    papers = disk / "state" / "printed"
    with (
        SandboxProcess(tmp_path / "portal") as portal,
        open_station(settings(disk, portal.url)) as station,
    ):
        hand_in(station, "key-1")
        fill(disk, 3500)

        # Nothing is begun, and nothing printed: by a script, or at the window.
        printed = sorted(papers.rglob("*"))
        said: list[object] = []
        with pytest.raises(Fault, match=r"DISK_LOW: 3 MiB free"):
            play_script(station, script, said.append)
        assert said == []
        assert sorted(papers.rglob("*")) == printed
        assert station.health is not None
        health = station.health
        with serving(station) as window:
            qtbot.waitUntil(lambda: Trouble("DISK_LOW", blocks=True) in health.troubles())
            window.resize(1080, 1920)
            window.show()
            window.tick()
            assert not any(tile.isEnabled() for tile in window.page.findChildren(Tile))
            words = texts()["DISK_LOW"].citizen["vi"]
            assert any(words in one.accessibleName() for one in window.page.findChildren(Banner))

            # What is stored goes on being sent.
            qtbot.waitUntil(lambda: station.outbox.unsent("portal") == 0, timeout=20_000)

            # There is room: it serves again, and nobody had to do anything here.
            (disk / "filler").unlink()
            health.look()
            qtbot.waitUntil(lambda: health.troubles() == [])
            window.tick()
            assert all(tile.isEnabled() for tile in window.page.findChildren(Tile))
        play_script(station, script, said.append)
        assert station.outbox.unsent("portal") == 0
        assert len(portal.dossiers()) == 2


def test_who_has_begun_may_finish_but_not_with_the_last_room(disk: Path) -> None:
    with open_station(settings(disk), devices=False) as station:
        fill(disk, 3500)  # below the mark, but a session's scans fit
        hand_in(station, "begun", os.urandom(MIB))
        with pytest.raises(Fault, match="DISK_FULL"):
            hand_in(station, "too-large", os.urandom(2 * MIB))
        assert station.outbox.unsent("portal") == 2
        assert list(station.attachments.folder.rglob("*.tmp")) == []
        (item,) = station.outbox.claim("portal")  # there is room for what the portal says
        station.outbox.acknowledge(item.seq, b"receipt" * 100, status=200, duration_ms=1)
        hand_in(station, "begun", b"")  # pressed again: it is there, however little room is left


def test_doctor_names_the_figures(disk: Path) -> None:
    for leave_kib, level in ((12 * 1024, "ok"), (6 * 1024, "warning"), (3 * 1024, "fault")):
        fill(disk, leave_kib)
        found = {row["name"]: row for row in examine(settings(disk))["checks"]}  # type: ignore[attr-defined]
        assert found["disk"]["level"] == level
        assert "MiB free" in found["disk"]["text"]
    assert "below 4 MiB no new dossiers" in found["disk"]["text"]


def test_it_does_not_flicker_at_the_mark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    free = iter(mib * MIB for mib in (9, 6, 3.9, 4.1, 4.4, 4.5, 4.4, 3.9))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=int(next(free))))
    watch = RoomWatch(tmp_path, MARKS)
    ok, low, refused = Level.OK, Level.WARNING, Level.FAULT
    seen = [watch.look().level for _ in range(8)]
    assert seen == [ok, low, refused, refused, refused, low, low, refused]


def test_a_folder_that_is_gone_is_no_room(tmp_path: Path) -> None:
    watch = RoomWatch(tmp_path / "gone", MARKS)
    assert watch.status().level is Level.FAULT
    for act in (watch.begin, lambda: watch.need(1)):
        with pytest.raises(Fault, match="DISK_FULL"):
            act()


def test_the_largest_session_of_the_catalogue_fits_above_the_shipped_mark() -> None:
    """So many pages of grainy colour as a scanner with the shipped settings makes them."""
    scanner, marks = load().devices.scanner, Store()
    size = (
        round(scanner.width_mm / 25.4 * scanner.dpi),
        round(scanner.height_mm / 25.4 * scanner.dpi),
    )
    grain = [Image.effect_noise(size, 25) for _ in "rgb"]
    page = io.BytesIO()
    Image.merge("RGB", grain).save(page, "JPEG", quality=scanner.jpeg_quality)
    most = max(
        component.maximum_pages
        for code in load().citizen.procedures
        for component in load_catalogue().on(code, date(2026, 11, 24)).components
        if component.scanned
    )
    assert most * len(page.getvalue()) < marks.refuse_below_mib * MIB * 3 // 4
