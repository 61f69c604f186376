"""The window on a whole simulated station whose readers fail and come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.code_reader.simulated import SimulatedCodeReader
from devices.idcard.simulated import SimulatedReader
from kiosk.commands.citizen import Hearing, serving
from kiosk.faults import texts
from kiosk.health import Trouble
from tests.journeys.station import a_station
from ui.citizen.pages.fault import FaultPage
from ui.parts.action_button import ActionButton
from ui.parts.banner import Banner
from ui.parts.tile import Tile


@pytest.mark.parametrize("code", ["PCSC_DOWN", "NO_READER"])
def test_a_station_without_a_reader_serves_by_hand(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, code: str
) -> None:
    with a_station(tmp_path) as station:
        assert station.devices is not None
        assert station.health is not None
        health, reader = station.health, station.devices.reader
        assert isinstance(reader, SimulatedReader)
        if code == "PCSC_DOWN":
            reader.set_service(False)
        else:
            reader.set_plugged(False)
        with serving(station) as window:
            qtbot.waitUntil(lambda: Trouble(code, blocks=False) in health.troubles())
            window.resize(1080, 1920)
            window.show()
            window.tick()
            tile = window.page.findChild(Tile)
            assert isinstance(tile, Tile)
            assert tile.isEnabled()
            tile.click()
            qtbot.waitUntil(lambda: isinstance(window.page, FaultPage))
            buttons = window.page.findChildren(ActionButton)
            assert "Tự điền thông tin" in [button.text() for button in buttons]


def test_the_code_reader_is_heard_of_as_it_is_now(qtbot: QtBot, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        assert station.bench is not None
        reader = station.bench.code_reader
        assert isinstance(reader, SimulatedCodeReader)
        hears = Hearing(station.bench)
        assert hears(), "taken for working until it has answered"
        reader.switches.offline = True
        qtbot.waitUntil(lambda: not hears())
        reader.switches.offline = False
        qtbot.waitUntil(hears)


def test_a_clock_that_is_far_off_is_told_and_stops_nobody(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    words = texts()["CLOCK_WRONG"].citizen["vi"]
    with a_station(tmp_path) as station, serving(station) as window:
        window.resize(1080, 1920)
        window.show()
        for off_s, told in ((299.0, False), (-301.0, True), (1.0, False)):
            station.outbox.note_clock_offset(off_s)
            window.tick()
            said = [one.accessibleName() for one in window.page.findChildren(Banner)]
            assert (words in said) == told
            assert window.page.findChild(Tile).isEnabled()
