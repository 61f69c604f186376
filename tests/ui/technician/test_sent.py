"""The technician's page of what was sent: found by code, opened, read whole, left again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.commands import technician, technician_sent
from kiosk.compose import open_station
from kiosk.faults import texts
from kiosk.settings import Settings, load
from tests.unit.dossiers.office import a_submission
from ui import shots
from ui.citizen.modes import Modes
from ui.parts.banner import Banner
from ui.technician.pages.sent import SentPage
from ui.technician.sent import SentList, SentWhole
from ui.technician.window import TechnicianWindow


@pytest.fixture
def settings(tmp_path) -> Settings:
    """A stopped station with two dossiers, one of which the portal has acknowledged at the second try."""
    made = load(state=tmp_path / "state")
    with open_station(made, devices=False) as station:
        station.register.hand_in(a_submission("key-1"))
        [item] = station.outbox.claim("portal")
        station.outbox.retry(item.seq, 0, status=503, error="PORTAL_BUSY")
        [item] = station.outbox.claim("portal")
        station.outbox.acknowledge(item.seq, b'{"error_code": 0}', status=200, duration_ms=3)
        station.register.hand_in(a_submission("key-2"))
    return made


@pytest.fixture
def window(qapp: QApplication, settings: Settings) -> Iterator[TechnicianWindow]:
    made = TechnicianWindow(technician.services(settings), settings, at_once, at_once)
    made.resize(1366, 768)
    made.show_page("sent")
    made.show()
    made.look()
    yield made
    shots.close(made)


def at_once(job: Callable[[], None]) -> None:
    job()


def page(window: TechnicianWindow) -> SentPage:
    found = window.page
    assert isinstance(found, SentPage)
    return found


def cells(page: SentPage, column: int) -> list[str]:
    table = page.facts if page.facts.isVisible() else page.table
    model = table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_all_that_was_sent_the_youngest_first(window: TechnicianWindow) -> None:
    shown = page(window)
    assert cells(shown, 3) == ["Đang chờ"] * 3 + ["Cổng đã nhận"]
    assert cells(shown, 6)[-1] == "200"


def test_a_part_of_the_code_finds_a_dossier(window: TechnicianWindow) -> None:
    shown = page(window)
    code = cells(shown, 0)[-1]
    shown.search.set_text(code[-4:])
    QTest.keyClick(shown.search.edit, Qt.Key.Key_Return)
    assert set(cells(shown, 0)) == {code}
    shown.search.set_text("nowhere")
    shown.look_for()
    assert not shown.table.isVisible()
    assert not shown.open_button.isVisible()


def test_a_row_is_opened_read_and_left(window: TechnicianWindow) -> None:
    shown = page(window)
    shown.table.selectRow(3)
    QTest.keyClick(shown.table, Qt.Key.Key_Return)
    if not shown.facts.isVisible():  # where the platform opens rows by another key
        shown.open_chosen()
    names, said = cells(shown, 1), cells(shown, 2)
    assert "MaHoSo" in names
    assert any("HTTP 503" in text for text in said)
    assert any("HTTP 200" in text for text in said)
    assert '{"error_code": 0}' in said
    whole = "\n".join(said)
    person = a_submission().person
    assert person.full_name not in whole
    assert person.number not in whole
    assert "**" in said[names.index("ChuHoSo")]
    shown.facts.selectRow(names.index("MaHoSo"))
    assert any(
        one.isVisible() and "MaHoSo" in one.accessibleName() for one in shown.findChildren(Banner)
    )
    shown.back()
    assert shown.table.isVisible()
    assert not shown.facts.isVisible()
    assert shown.table.hasFocus()


def test_a_damaged_store_is_said(window: TechnicianWindow, settings: Settings) -> None:
    (settings.folder / "station.db").write_bytes(b"not a database" * 100)
    assert technician_sent.find(settings, "").fault == "STORE_DAMAGED"
    assert technician_sent.whole(settings, 1).fault == "STORE_DAMAGED"
    shown = page(window)
    shown.open_chosen()
    assert shown.table.isVisible()
    words = texts()["STORE_DAMAGED"].clerk["vi"]
    assert words in [one.accessibleName() for one in shown.findChildren(Banner)]


def test_no_store_is_nothing_sent(tmp_path) -> None:
    assert technician_sent.find(load(state=tmp_path / "none"), "") == SentList()


def test_an_answer_for_a_page_that_is_gone_is_dropped(window: TechnicianWindow) -> None:
    late: list[Callable[[], None]] = []
    window._post = late.append
    page(window).look_for()
    page(window).open_chosen()
    window.use_modes(Modes(language="en"))
    shown = page(window)
    for one in late:
        one()
    assert shown.heading.text() == "Sent"
    assert isinstance(technician_sent.whole(window._settings, 1), SentWhole)
