"""What the technician does reaches the store, beside a running station and without one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.clock import now
from kiosk.commands import technician
from kiosk.commands.sync import store
from kiosk.faults import Fault, texts
from kiosk.journal import journal
from kiosk.outbox import views
from kiosk.outbox.message import State
from kiosk.settings import Settings, load
from kiosk.store.lock import state_lock
from kiosk.store.peek import peek
from tests.unit.dossiers.office import MovableClock, a_submission, open_office
from ui import shots
from ui.citizen.modes import Modes
from ui.parts.banner import Banner
from ui.technician.act_form import ActForm
from ui.technician.window import TechnicianWindow

REASON = "wrong procedure"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A stopped station with two dossiers that wait; the first was tried once."""
    with closing(open_office(tmp_path, clock=MovableClock(now() - timedelta(minutes=5)))) as office:
        for number in range(2):
            office.register.hand_in(a_submission(f"key-{number}"))
        (item,) = office.outbox.claim("portal")
        office.outbox.retry(item.seq, 3600, error="PORTAL_DOWN")
        office.outbox.keep_rest("portal", 1, 1200, "PORTAL_DOWN")
    (tmp_path / "app.db").rename(tmp_path / "station.db")
    return load(state=tmp_path)


@pytest.fixture
def window(qapp: QApplication, settings: Settings) -> Iterator[TechnicianWindow]:
    """The worker is this thread, so that a test sees at once what came."""
    made = TechnicianWindow(technician.services(settings), settings, at_once, at_once)
    made.resize(1366, 768)
    made.show()
    made.look()
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents()


def at_once(job) -> None:
    job()


def form(window: TechnicianWindow) -> ActForm:
    (found,) = (one for one in window.page.findChildren(ActForm) if not one.isHidden())
    return found


def row(settings: Settings, seq: int):
    with peek(settings.folder / "station.db") as reader:
        return views.row(reader, seq)


def entries(settings: Settings) -> list[journal.Entry]:
    with peek(settings.folder / "station.db") as reader:
        return journal.entries(reader)


def test_it_tells_what_waits_why_and_until_when(settings: Settings) -> None:
    seen = technician.look(settings).sending
    assert (seen.online, seen.running, seen.need_person, seen.quarantined) == (False, False, 0, 0)
    assert (seen.waiting, len(seen.messages), seen.rest_reason) == (4, 4, "PORTAL_DOWN")
    first, second = seen.messages[:2]
    assert (first.reason, first.tries, first.behind) == ("PORTAL_DOWN", 1, None)
    assert (second.kind, second.behind, second.next_at) == ("progress", first.row, None)
    assert seen.next_at is not None
    assert seen.rest_until is not None
    assert seen.next_at >= seen.rest_until
    assert seen.last_contact is None


def test_an_answer_makes_the_line_online(settings: Settings) -> None:
    with closing(open_store(settings)) as office:
        office.outbox.keep_rest("portal", 0, 0, "")
        (item,) = office.outbox.claim("portal")
        office.outbox.acknowledge(item.seq, b"receipt", status=200, duration_ms=3)
    (settings.folder / "app.db").rename(settings.folder / "station.db")
    seen = technician.look(settings).sending
    assert seen.online is True
    assert seen.last_contact is not None


def open_store(settings: Settings):
    (settings.folder / "station.db").rename(settings.folder / "app.db")
    return open_office(settings.folder)


@pytest.mark.parametrize("running", [False, True])
def test_holding_and_sending_again_are_written_down(
    settings: Settings, window: TechnicianWindow, running: bool
) -> None:
    if running:
        with state_lock(settings.folder):
            hold_and_send(settings, window)
    else:
        hold_and_send(settings, window)


def hold_and_send(settings: Settings, window: TechnicianWindow) -> None:
    page = window.page
    page.ask_hold()
    form(window).reason.set_text(REASON)
    QTest.keyClick(form(window).reason.edit, Qt.Key.Key_Return)
    held = row(settings, 1)
    assert (held.state, held.last_error, held.last_detail) == (
        State.NEEDS_ATTENTION,
        "HELD",
        REASON,
    )
    assert window.told[0] == "ok"
    assert page.chosen().state is State.NEEDS_ATTENTION
    page.ask_send()
    form(window).reason.set_text("asked by the head of the office")
    form(window).go()
    assert (row(settings, 1).state, row(settings, 1).last_error) == (State.READY, "RELEASED")
    kinds = [entry.kind for entry in entries(settings)][-2:]
    assert kinds == [journal.Kind.OUTBOX_HELD, journal.Kind.OUTBOX_RELEASED]


def test_without_a_reason_nothing_is_done(settings: Settings, window: TechnicianWindow) -> None:
    window.page.ask_hold()
    asked = form(window)
    asked.reason.set_text("   ")
    asked.go()
    assert row(settings, 1).state is State.READY
    assert any("lý do" in label.text() for label in asked.findChildren(QLabel) if label.isVisible())
    QTest.keyClick(asked.reason.edit, Qt.Key.Key_Escape)
    assert not [one for one in window.page.findChildren(ActForm) if not one.isHidden()]


def test_a_row_that_moved_on_is_left_alone(settings: Settings, window: TechnicianWindow) -> None:
    window.page.ask_hold()
    with closing(open_store(settings)) as office:
        office.outbox.release(1, "sent by another")
        office.outbox.claim("portal")
    (settings.folder / "app.db").rename(settings.folder / "station.db")
    form(window).reason.set_text(REASON)
    form(window).go()
    assert row(settings, 1).state is State.SENDING
    assert window.told[0] == "warn"
    assert "đổi trạng thái" in window.told[1]


def test_an_export_is_a_whole_file_and_leaves_a_trace(
    settings: Settings, window: TechnicianWindow, tmp_path: Path
) -> None:
    file = tmp_path / "out" / "bundle.zip"
    file.parent.mkdir()
    window._export(str(file), REASON)
    assert file.stat().st_mode & 0o777 == 0o600
    assert window.told[0] == "ok"
    assert str(file) in window.told[1]
    entry = entries(settings)[-1]
    assert entry.kind == journal.Kind.OUTBOX_EXPORTED
    assert entry.detail == (2, 4, hashlib.sha256(REASON.encode()).digest())
    window._export(str(file), REASON)  # never over another bundle
    assert window.told[0] == "danger"


@pytest.mark.parametrize("file", ["", "/nowhere/at/all/x.zip"])
def test_an_export_to_nowhere_is_a_fault(settings: Settings, file: str) -> None:
    with pytest.raises(Fault) as fault:
        technician.export(settings, file, REASON)
    assert fault.value.code == "SYSTEM_REFUSED"


def test_a_damaged_store_is_said_and_the_window_stays(
    settings: Settings, window: TechnicianWindow
) -> None:
    (settings.folder / "station.db").write_bytes(b"not a database" * 100)
    window.look()
    assert technician.look(settings).fault == "STORE_DAMAGED"
    words = texts()["STORE_DAMAGED"].clerk["vi"]
    assert [one.accessibleName() for one in window.findChildren(Banner)].count(words) == 1


def test_no_store_is_nothing_that_waits(tmp_path: Path) -> None:
    assert technician.look(load(state=tmp_path / "new")).sending.messages == ()


def test_the_chosen_row_stays_chosen_when_rows_come_and_go(
    settings: Settings, window: TechnicianWindow
) -> None:
    window.page.table.selectRow(2)
    assert window.page.chosen().row == 3
    with store(settings) as database, database.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'acknowledged', receipt = x'00' WHERE seq = 1")
    window.look()
    assert window.page.chosen().row == 3


def test_the_store_is_read_on_the_worker_only(qapp: QApplication, settings: Settings) -> None:
    jobs: list = []
    asked: list = []

    def look():
        asked.append(1)
        return technician.look(settings)

    services = technician.services(settings)
    made = TechnicianWindow(
        type(services)(look, services.send_again, services.hold, services.export, lambda: "x"),
        settings,
        jobs.append,
        at_once,
    )
    made.look()
    made.look()
    assert (len(jobs), asked) == (1, [])
    jobs.pop()()
    assert made.page.chosen() is not None
    made.close()
    made.deleteLater()


def test_the_real_worker_brings_what_it_found(qtbot, settings: Settings) -> None:
    with technician.serving(settings) as window:
        window.look()
        qtbot.waitUntil(lambda: window.page.chosen() is not None)
        assert not window.page.figures.isHidden()
    window.deleteLater()


def test_what_was_typed_survives_another_language_and_size(
    window: TechnicianWindow, settings: Settings
) -> None:
    window.page.table.selectRow(2)
    window.page.ask_hold()
    form(window).reason.set_text(REASON)
    window.use_modes(Modes(language="en", large=True, contrast=True))
    QApplication.processEvents()
    assert form(window).reason.text() == REASON
    seq = window.page.table.key
    form(window).go()
    assert row(settings, seq).last_error == "HELD"
    assert row(settings, seq).last_detail == REASON
    assert row(settings, 1).last_error != "HELD"


def test_the_file_of_an_export_survives_too(window: TechnicianWindow, tmp_path: Path) -> None:
    window.page.ask_export()
    form(window).fill(REASON, str(tmp_path / "own.bundle"))
    window.use_modes(Modes(language="en"))
    assert form(window).file == str(tmp_path / "own.bundle")
    form(window).go()
    assert (tmp_path / "own.bundle").is_file()


def test_a_row_without_a_try_tells_why_it_waits(window: TechnicianWindow) -> None:
    shown = {one.row: one for one in window.page._sending.messages}
    first, second, third = (shown[seq] for seq in (1, 2, 3))
    assert window.page.why_words(second) == "Dòng 1 của cùng hồ sơ phải đến Cổng trước."
    assert window.page.next_words(second) == "sau dòng 1"
    assert window.page.why_words(third) == window.page.why_words(first) != ""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_reason_is_in_sight_in_large_letters_too(qapp: QApplication, language: str) -> None:
    small = shots.SCREENS[-1]
    asked = shots.open_technician("technician_export", small, Modes(language=language, large=True))
    (found,) = asked.page.findChildren(ActForm)
    edit = found.reason.edit
    assert QApplication.focusWidget() is edit
    assert edit.visibleRegion().boundingRect() == edit.rect()
    shots.close(asked)


@pytest.mark.parametrize("name", ["send_again", "find_sent"])
def test_an_error_nobody_foresaw_is_said(qapp: QApplication, settings: Settings, name: str) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    services = replace(technician.services(settings), **{name: broken})
    window = TechnicianWindow(services, settings, at_once, at_once)
    context = window.page.context
    if name == "send_again":
        context.send_again(1, REASON)
    else:
        context.find_sent("", lambda _: None)
    assert window.told is not None
    assert window.told[0] == "danger"
    assert window.told[1].startswith("Lỗi chương trình")
    window.close()
    window.deleteLater()
