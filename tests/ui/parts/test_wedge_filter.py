"""A scanner that types reaches no field; a person does, key by key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from devices.code_reader.api import Code
from devices.code_reader.wedge import GAP_S
from devices.status import Level
from ui.parts.wedge_filter import WedgeFilter

TEXT = "001300012345|012345678|Nguyen|02032000"
FAST, SLOW = GAP_S / 5, GAP_S * 3


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A field, a button, and keys pressed at told times."""

    def __init__(self, qapp: QApplication) -> None:
        self.page = QWidget()
        layout = QVBoxLayout(self.page)
        self.field, self.button = QLineEdit(), QPushButton("x")
        self.button.setAutoDefault(True)
        self.pressed: list[int] = []
        self.button.clicked.connect(lambda: self.pressed.append(1))
        layout.addWidget(self.field)
        layout.addWidget(self.button)
        self.page.show()
        self.field.setFocus()
        self.clock = Clock()
        self.filter = WedgeFilter(qapp, clock=self.clock)
        self.codes: list[Code] = []
        self.watch = self.filter.watch(self.codes.append)

    def keys(self, text: str, gap: float, where: QWidget | None = None) -> None:
        for one in text:
            self.clock.now += gap
            if one == "\r":
                QTest.keyClick(where or self.field, Qt.Key.Key_Return)
            elif one == "\t":
                QTest.keyClick(where or self.field, Qt.Key.Key_Tab)
            else:
                QTest.keyClick(where or self.field, one)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot):
    made = Desk(qapp)
    qtbot.addWidget(made.page)
    yield made
    made.filter.remove()
    made.filter.deleteLater()


def test_a_scan_gives_a_code_and_types_nothing(desk: Desk) -> None:
    desk.keys(TEXT + "\r", FAST)
    assert [code.text for code in desk.codes] == [TEXT]
    assert desk.codes[0].doubtful
    assert desk.field.text() == ""


def test_a_scan_without_an_ending_key(desk: Desk, qtbot: QtBot) -> None:
    desk.keys(TEXT, FAST)
    qtbot.waitUntil(lambda: bool(desk.codes))
    assert desk.field.text() == ""


def test_a_person_types_in_peace(desk: Desk, qtbot: QtBot) -> None:
    desk.keys("Mau 12", SLOW)
    qtbot.waitUntil(lambda: desk.field.text() == "Mau 12")
    assert desk.codes == []


def test_a_short_burst_is_typed_in_order(desk: Desk, qtbot: QtBot) -> None:
    desk.keys("mau", FAST)
    desk.keys("12", SLOW)
    qtbot.waitUntil(lambda: desk.field.text() == "mau12")


def test_a_scan_presses_no_button(desk: Desk) -> None:
    desk.button.setFocus()
    desk.keys(TEXT + "\r", FAST, desk.button)
    assert [code.text for code in desk.codes] == [TEXT]
    assert desk.pressed == []


def test_a_person_presses_a_button_by_key(desk: Desk, qtbot: QtBot) -> None:
    desk.button.setFocus()
    desk.keys("\r", SLOW, desk.button)
    assert desk.pressed == [1]
    desk.keys(" ", SLOW, desk.button)
    qtbot.waitUntil(lambda: desk.pressed == [1, 1])
    assert not desk.button.isDown()


def test_a_device_that_types_commands_reaches_nothing(desk: Desk) -> None:
    desk.keys("curl example.org\r", FAST)
    assert desk.codes == []
    assert desk.field.text() == ""


def test_capital_letters_and_shift_belong_to_the_burst(desk: Desk) -> None:
    zone = "IDVNM" + "3000123454001300012345<<5" + "<" * 60
    for one in zone:
        desk.clock.now += FAST
        if one.isdigit():
            QTest.keyClick(desk.field, one)
        else:
            QTest.keyPress(desk.field, Qt.Key.Key_Shift)
            QTest.keyClick(desk.field, one, Qt.KeyboardModifier.ShiftModifier)
            QTest.keyRelease(desk.field, Qt.Key.Key_Shift)
    desk.keys("\r", FAST)
    assert [code.text for code in desk.codes] == [zone]


def test_digits_of_the_keypad_count(desk: Desk) -> None:
    for one in "001300012345":
        desk.clock.now += FAST
        QTest.keyClick(desk.field, one, Qt.KeyboardModifier.KeypadModifier)
    desk.keys("\r", FAST)
    assert [code.text for code in desk.codes] == ["001300012345"]


def test_the_keyboard_on_the_screen_is_not_judged(desk: Desk) -> None:
    for one in TEXT:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, one)
        QCoreApplication.sendEvent(desk.field, event)
    assert desk.field.text() == TEXT
    assert desk.codes == []


def test_commands_pass_at_once_and_after_what_waits(desk: Desk) -> None:
    desk.keys("a", SLOW)
    desk.clock.now += SLOW
    QTest.keyClick(desk.field, Qt.Key.Key_Backspace)
    assert desk.field.text() == ""
    desk.keys("b", SLOW)
    QTest.keyClick(desk.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert desk.field.selectedText() == "b"


def test_a_page_that_goes_while_a_key_waits(desk: Desk, qtbot: QtBot) -> None:
    other = QLineEdit()
    other.show()
    desk.keys("a", SLOW, other)
    other.close()
    other.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.keys("b", SLOW)
    qtbot.waitUntil(lambda: desk.field.text() == "b")


def test_who_stopped_watching_hears_nothing_and_nothing_is_typed(desk: Desk) -> None:
    desk.watch.stop()
    desk.keys(TEXT + "\r", FAST)
    assert desk.codes == []
    assert desk.field.text() == ""


def test_a_removed_filter_lets_all_pass(desk: Desk) -> None:
    desk.keys("a", SLOW)
    desk.filter.remove()
    assert desk.field.text() == "a"
    desk.keys(TEXT, FAST)
    assert desk.field.text() == "a" + TEXT


def test_it_does_not_claim_to_know_its_scanner(desk: Desk) -> None:
    assert desk.filter.status().level is Level.UNKNOWN
