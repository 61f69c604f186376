"""Touch, mouse and keys do the same thing, once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.parts.keyboard import Keyboard
from ui.parts.scroller import Scroller
from ui.parts.tile import Tile
from ui.style.look import Look

DEVICE = []


def touch(widget: QWidget) -> None:
    if not DEVICE:
        DEVICE.append(QTest.createTouchDevice())
    middle = widget.rect().center()
    press = QTest.touchEvent(widget, DEVICE[0])
    press.press(0, middle, widget)
    press.commit()
    release = QTest.touchEvent(widget, DEVICE[0])
    release.release(0, middle, widget)
    release.commit()


def tile(look: Look) -> Tile:
    return Tile(look, icon="car", title="Nộp phạt", note="5 phút")


def test_a_touch_presses_a_tile_once(look: Look, qtbot: QtBot) -> None:
    made, hits = tile(look), []
    qtbot.addWidget(made)
    made.clicked.connect(lambda: hits.append(1))
    made.show()
    touch(made)
    assert hits == [1]


def test_a_touch_types_a_letter_once(look: Look, qtbot: QtBot) -> None:
    edit = QLineEdit()
    keyboard = Keyboard(look, edit)
    qtbot.addWidget(edit)
    qtbot.addWidget(keyboard)
    keyboard.resize(1000, 500)
    keyboard.show()
    touch(keyboard.panel.key("type:e"))
    assert edit.text() == "e"


def test_a_touch_scrolls_down(look: Look, qtbot: QtBot) -> None:
    scroller = long_scroller(look, qtbot)
    touch(scroller.down)
    assert scroller.area.verticalScrollBar().value() > 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_press_a_button(look: Look, qtbot: QtBot, key: Qt.Key) -> None:
    button, hits = ActionButton(look, "Tiếp tục", kind="primary"), []
    qtbot.addWidget(button)
    button.clicked.connect(lambda: hits.append(1))
    button.show()
    QTest.keyClick(button, key)
    assert hits == [1]


def test_a_faulty_tile_cannot_be_pressed_and_says_why(look: Look, qtbot: QtBot) -> None:
    made = Tile(look, icon="car", title="Nộp phạt", note="5 phút", enabled_note="Mất mạng")
    qtbot.addWidget(made)
    hits = []
    made.clicked.connect(lambda: hits.append(1))
    made.show()
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert hits == []
    assert made.accessibleDescription() == "Mất mạng"


def long_scroller(look: Look, qtbot: QtBot) -> Scroller:
    scroller = Scroller(look)
    qtbot.addWidget(scroller)
    scroller.set_body(BodyText(look, "Nộp hồ sơ tại quầy số 3. " * 40))
    scroller.resize(800, 500)
    scroller.show()
    return scroller


def test_scroll_buttons_show_only_when_needed(look: Look, qtbot: QtBot) -> None:
    scroller = long_scroller(look, qtbot)
    assert scroller.buttons_shown()
    assert not scroller.up.isEnabled()
    scroller.down.click()
    assert scroller.up.isEnabled()
    scroller.up.click()
    assert scroller.area.verticalScrollBar().value() == 0
    scroller.set_body(BodyText(look, "Ngắn"))
    assert not scroller.buttons_shown()
    assert scroller.body() is not None


def test_a_pressed_button_looks_pressed(look: Look, qtbot: QtBot) -> None:
    button = ActionButton(look, "Tiếp tục", kind="primary")
    qtbot.addWidget(button)
    button.show()
    before = button.grab().toImage()
    button.setDown(True)
    assert button.grab().toImage() != before


def test_a_button_can_say_something_else(look: Look, qtbot: QtBot) -> None:
    button = ActionButton(look, "Nghe & đọc")
    qtbot.addWidget(button)
    button.set_label("Đang đọc cho bạn nghe")
    assert button.text() == "Đang đọc cho bạn nghe"
    assert button.sizeHint().width() > 300


def test_only_words_that_may_break_make_the_height_depend_on_the_width(
    look: Look, qtbot: QtBot
) -> None:
    button = ActionButton(look, "Sửa", icon="pencil")
    qtbot.addWidget(button)
    assert not button.hasHeightForWidth()
    assert button.sizeHint().height() == button.heightForWidth(button.sizeHint().width())
    button.set_label("Chờ gửi (12)")
    assert button.hasHeightForWidth()
    least = button.minimumSizeHint().width()
    button.set_label(" ".join(["Chờ"] * 12))
    assert button.heightForWidth(least) > button.heightForWidth(10 * least)
