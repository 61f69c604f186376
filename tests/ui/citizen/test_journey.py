"""A whole journey through the window: by fingers, and by keys alone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from devices.idcard.api import Can
from kiosk.journeys import submit as say
from kiosk.journeys.submit import End, Paper, Printed, Step
from tests.ui.citizen.scripted_journey import Office
from ui.citizen import samples
from ui.citizen.modes import Modes
from ui.citizen.pages.check import CheckPage
from ui.citizen.pages.done import DonePage
from ui.citizen.pages.fault import FaultPage
from ui.citizen.pages.home import HomePage
from ui.citizen.pages.scan import ScanPage
from ui.citizen.services import CourierState, Notice
from ui.citizen.window import CitizenWindow
from ui.parts.action_button import ActionButton
from ui.parts.banner import Banner
from ui.parts.choice_list import ChoiceList
from ui.parts.key_pad import KeyPad
from ui.parts.keyboard import Keyboard
from ui.parts.tile import Tile


class Finger:
    """Touches what stands on the screen, through the native window."""

    def __init__(self, window: CitizenWindow) -> None:
        self._window = window
        self._screen = QTest.createTouchDevice()

    def touch(self, widget: QWidget) -> None:
        QApplication.processEvents()
        place = widget.mapTo(self._window, widget.rect().center())
        native = self._window.windowHandle()
        QTest.touchEvent(native, self._screen).press(0, place, native).commit()
        QTest.touchEvent(native, self._screen).release(0, place, native).commit()
        QApplication.processEvents()

    def primary(self) -> None:
        self.touch(shown(self._window, "primary"))


def shown(window: CitizenWindow, kind: str) -> ActionButton:
    QApplication.processEvents()  # a new page becomes visible with the next events
    return next(b for b in window.findChildren(ActionButton) if b.isVisible() and b.kind == kind)


def named(window: CitizenWindow, words: str) -> ActionButton:
    QApplication.processEvents()
    return next(b for b in window.findChildren(ActionButton) if b.isVisible() and words in b.text())


def test_by_touch(window: CitizenWindow, office: Office) -> None:
    finger = Finger(window)
    finger.touch(window.page.findChild(Tile))
    journey = office.journey
    window.page.findChild(KeyPad).set_text("012345")
    finger.primary()
    assert journey.state.key == Can("012345")
    journey.card_lies_there()
    journey.card_is_read()
    finger.primary()
    finger.touch(named(window, "Giấy khai sinh"))
    finger.primary()
    finger.touch(window.page.findChild(ChoiceList).row("paper"))
    finger.primary()
    finger.primary()  # one copy
    window.page.findChild(KeyPad).set_text("0912345678")
    finger.primary()
    assert journey.state.answers == {
        "paper": "Giấy khai sinh",
        "form": "paper",
        "copies": 1,
        "phone": "0912345678",
    }
    finger.touch(named(window, "Quét giấy trong khay"))
    journey.page_comes(1)
    assert not shown(window, "primary").isEnabled()
    journey.page_comes(2)
    journey.feeder_is_empty()
    finger.primary()
    assert isinstance(window.page, CheckPage)
    finger.primary()
    journey.dossier_is_saved()
    journey.papers_come()
    assert isinstance(window.page, DonePage)
    assert "Hãy nhìn khe giấy" in banners(window)
    finger.primary()
    assert isinstance(window.page, HomePage)
    assert journey.events[-1] == say.JourneyEnded(End.FINISHED)


def banners(window: CitizenWindow) -> str:
    return "\n".join(
        banner.accessibleName()
        for banner in window.page.findChildren(Banner)
        if not banner.isHidden()
    )


def press(window: CitizenWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.windowHandle(), key)
    QApplication.processEvents()


def tab_to(window: CitizenWindow, wanted: QWidget) -> None:
    """Presses Tab until a control has the focus; at most once around."""
    for _ in range(120):
        focus = QApplication.focusWidget()
        if focus is wanted or (focus is not None and wanted.isAncestorOf(focus)):
            return
        press(window, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never reaches {wanted.accessibleName() or type(wanted).__name__}")


def enter_on(window: CitizenWindow, wanted: QWidget) -> None:
    tab_to(window, wanted)
    press(window, Qt.Key.Key_Return)


def write(window: CitizenWindow, text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)
    QApplication.processEvents()


def test_by_keys_alone(window: CitizenWindow, office: Office) -> None:
    window.activateWindow()
    enter_on(window, window.page.findChild(Tile))
    journey = office.journey
    write(window, "012345")
    press(window, Qt.Key.Key_Return)
    assert journey.state.step is Step.CARD
    journey.card_lies_there()
    journey.card_is_read()
    enter_on(window, shown(window, "primary"))
    write(window, "Hoc ba")
    press(window, Qt.Key.Key_Return)
    tab_to(window, window.page.findChild(ChoiceList))
    press(window, Qt.Key.Key_Space)
    enter_on(window, shown(window, "primary"))
    enter_on(window, shown(window, "primary"))
    enter_on(window, shown(window, "primary"))  # no phone number
    assert journey.state.answers == {"paper": "Hoc ba", "form": "electronic", "copies": 1}
    enter_on(window, named(window, "Quét giấy trong khay"))
    journey.page_comes(1)
    journey.feeder_is_empty()
    enter_on(window, shown(window, "primary"))
    press(window, Qt.Key.Key_Escape)
    assert isinstance(window.page, ScanPage)
    enter_on(window, shown(window, "primary"))
    enter_on(window, shown(window, "primary"))
    journey.dossier_is_saved()
    journey.papers_come()
    enter_on(window, shown(window, "primary"))
    assert isinstance(window.page, HomePage)


def at_check(window: CitizenWindow, office: Office) -> None:
    window.start(window._services.procedures[0])
    journey = office.journey
    journey.card_lies_there()
    journey.send(say.CardKeyTyped(samples.states(journey.state.procedure)["card"].key))
    journey.card_is_read()
    journey.send(say.PersonConfirmed())
    for question in journey.state.procedure.questions:
        journey.send(say.Answered(question.name, samples.ANSWERS[question.name]))
    journey.send(say.ScanAsked())
    journey.page_comes(1)
    journey.feeder_is_empty()
    journey.send(say.PagesConfirmed())
    QApplication.processEvents()


def test_every_answer_can_be_corrected_from_the_review(
    window: CitizenWindow, office: Office
) -> None:
    at_check(window, office)
    names = [question.name for question in office.journey.state.procedure.questions]
    for index, name in enumerate([*names, "pages"]):
        edits = [b for b in window.page.findChildren(ActionButton) if b.text() == "Sửa"]
        edits = edits or [b for b in window.page.findChildren(ActionButton) if "Sửa" in b.text()]
        edits[index].click()
        assert office.journey.state.editing, name
        window.page.back()
        assert isinstance(window.page, CheckPage)


def test_what_was_typed_outlives_a_change_of_language_and_size(
    window: CitizenWindow, office: Office
) -> None:
    at_check(window, office)
    office.journey.send(say.EditAsked("paper"))
    Keyboard.press(window.page.findChild(Keyboard), "letter:x")
    before = window.page._input.value()
    window.use_modes(Modes("en", large=True))
    assert window.page._input.value() == before
    assert window.page.heading() == "Which paper is to be certified?"


def test_a_fault_says_what_is_kept_and_lets_try_again(
    window: CitizenWindow, office: Office
) -> None:
    at_check(window, office)
    journey = office.journey
    journey.send(say.BackPressed())
    journey.send(say.ScanAsked())
    journey.send(say.ScanFailed("SCANNER_JAM"))
    assert isinstance(window.page, FaultPage)
    assert "1 trang" in banners(window)
    window.page.go()
    assert isinstance(window.page, ScanPage)


def test_failed_paper_is_told_and_can_be_printed_again(
    window: CitizenWindow, office: Office
) -> None:
    at_check(window, office)
    journey = office.journey
    journey.send(say.HandInPressed())
    journey.dossier_is_saved()
    journey.send(say.SlipPrinted(Paper(Printed.FAILED, "PRINTER_PAPER_OUT")))
    journey.send(say.TicketPrinted(Paper(Printed.CONFIRMED)))
    named(window, "In lại: Giấy tiếp nhận").click()
    assert journey.events[-1] == say.PrintAgainAsked(slip=True)
    assert "đang in" in banners(window)


def test_done_follows_the_sending(window: CitizenWindow, office: Office) -> None:
    at_check(window, office)
    office.journey.send(say.HandInPressed())
    office.journey.dossier_is_saved()
    office.journey.papers_come()
    assert "chờ gửi" in banners(window)
    office.sent = True
    window.tick()
    assert "Đã gửi lên" in banners(window)


def test_home_tells_troubles_before_anything_is_started(
    window: CitizenWindow, office: Office
) -> None:
    office.notices.append(Notice("PCSC_DOWN", blocks=True))
    office.courier = CourierState(online=False, waiting=2)
    window.tick()
    assert "Đang chờ gửi: 2 hồ sơ" in banners(window)
    tile = window.page.findChild(Tile)
    assert not tile.isEnabled()
    assert "Tạm không làm được" in tile.accessibleDescription()


def test_staff_is_called_from_every_page(window: CitizenWindow, office: Office) -> None:
    named(window, "Gọi cán bộ").click()
    assert office.staff_calls == 1
    assert named(window, "Gọi cán bộ").isVisible()
    told = [b for b in window.findChildren(Banner) if "Máy đã kêu một tiếng" in b.accessibleName()]
    assert [banner.isVisible() for banner in told] == [True]


def test_modes_are_one_touch_away(window: CitizenWindow) -> None:
    finger = Finger(window)
    finger.touch(named(window, "English"))
    assert window.page.heading() == "Welcome"
    finger.touch(named(window, "Tiếng Việt"))
    finger.touch(named(window, "Tương phản cao"))
    assert window.modes.contrast
    finger.touch(named(window, "Chữ to"))
    finger.touch(named(window, "Hiển thị"))
    finger.touch(named(window, "Chữ thường"))
    assert window.modes == Modes(contrast=True)
    assert window.rect().contains(QPoint(0, 0))


def test_what_the_call_did_is_said_for_a_while(window: CitizenWindow, qtbot: QtBot) -> None:
    window.call_staff()
    told = window.sheet.footer.findChild(Banner)
    assert told.isVisible()
    timer = window.sheet.footer.findChild(QTimer)
    assert timer.isSingleShot()
    timer.setInterval(0)
    qtbot.waitUntil(lambda: not told.isVisible())
