"""The page about the station itself: figures in the table, what to do below it, alarms above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from devices.status import Level
from kiosk.clock import now
from kiosk.kept import Kept
from kiosk.outbox.clock_note import ClockNote
from kiosk.outbox.reasons import why
from kiosk.standing import Standing
from ui import shots
from ui.citizen.modes import Modes
from ui.parts.banner import Banner
from ui.technician.pages.station import StationPage
from ui.technician.services import Overview, Sending
from ui.technician.window import TechnicianWindow

SOUND = Standing(9000, Level.OK, ClockNote(400, now()), True, False, Kept(now(), "x", 4, 8))


@pytest.fixture
def window(qapp: object) -> Iterator[TechnicianWindow]:
    made = shots.open_technician("technician_station", shots.DESKS[0], Modes())
    yield made
    shots.close(made)


def show(window: TechnicianWindow, standing: Standing, **sending: int) -> dict[str, tuple]:
    window.show_overview(
        Overview(sending=replace(Sending(online=True), **sending), station=standing)
    )
    model = window.page.table.model()
    columns = range(model.columnCount())
    cells = [tuple(model.index(row, n).data() for n in columns) for row in range(model.rowCount())]
    first = ("intake",) if standing.not_entered else ()
    names = (*first, "disk", "clock", "copy", "people", "next")
    return dict(zip(names, cells, strict=True))


def banners(window: QWidget) -> list[str]:
    QApplication.processEvents()  # what was added is shown
    return [one.accessibleName() for one in window.findChildren(Banner) if not one.isHidden()]


def test_a_sound_station_has_figures_and_no_alarm(window: TechnicianWindow) -> None:
    assert isinstance(window.page, StationPage)
    rows = show(window, SOUND)
    assert [row[1] for row in rows.values()] == ["Tốt"] * 5
    assert (rows["disk"][2], rows["clock"][2], rows["copy"][2]) == (
        "9000 MiB",
        "0 giây",
        "4 hồ sơ",
    )
    assert banners(window.page) == []
    assert window._buttons["station"].text() == "Máy"


@pytest.mark.parametrize(
    ("change", "code", "row", "state"),
    [
        ({"disk": Level.FAULT}, "DISK_LOW", "disk", "Hỏng"),
        ({"disk": Level.WARNING}, "DISK_SOON", "disk", "Cần xem"),
        ({"clock": ClockNote(-90_000, now())}, "CLOCK_OFF", "clock", "Cần xem"),
        ({"clock": ClockNote(301_000, now())}, "CLOCK_WRONG", "clock", "Sai giờ"),
        ({"not_entered": ("H29.18-261125-0007",)}, "DOSSIER_NOT_ENTERED", "intake", "Đang kẹt"),
        ({"late": True}, "SAFEKEEPING_LATE", "copy", "Cần xem"),
        ({"wanted": False}, "SAFEKEEPING_OFF", "copy", "Cần xem"),
        ({"copy": Kept(fault="SAFEKEEPING_FAILED")}, "SAFEKEEPING_FAILED", "copy", "Cần xem"),
    ],
)
def test_what_is_wrong_is_counted_shown_and_explained(
    window: TechnicianWindow, change: dict, code: str, row: str, state: str
) -> None:
    rows = show(window, replace(SOUND, **change))
    assert rows[row][1] == state
    assert window._buttons["station"].text() == "Máy (1)"
    window.page.table.selectRow(list(rows).index(row))
    assert banners(window.page) == [why(code)["vi"]]  # type: ignore[index]


def test_who_is_needed_and_what_waits(window: TechnicianWindow) -> None:
    rows = show(window, SOUND, need_person=2, quarantined=1, waiting=7)
    assert rows["people"][1:3] == ("Cần xem", "3 tin")
    assert rows["next"][2] == "7 tin"
