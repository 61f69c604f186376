"""The on-screen keyboard, the pads and the fields."""

from __future__ import annotations

import unicodedata

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.activate import activate
from tests.ui.type_vi import type_vi
from ui.parts.date_fields import DateFields
from ui.parts.digit_edit import grouped
from ui.parts.key import Key
from ui.parts.key_pad import KeyPad
from ui.parts.keyboard import Keyboard
from ui.parts.text_field import TextField
from ui.style import tokens
from ui.style.look import Look


@pytest.fixture
def edit(qtbot: QtBot) -> QLineEdit:
    made = QLineEdit()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def keyboard(look: Look, edit: QLineEdit, qtbot: QtBot) -> Keyboard:
    made = Keyboard(look, edit)
    qtbot.addWidget(made)
    made.resize(984, made.sizeHint().height())
    made.show()
    return made


def press(keyboard: Keyboard, *names: str) -> None:
    for name in names:
        keyboard.panel.key(name).click()


def letters(text: str) -> list[str]:
    return [f"type:{letter}" for letter in text]


def test_mark_keys_write_a_name(keyboard: Keyboard, edit: QLineEdit) -> None:
    press(keyboard, "shift", *letters("nguyên"), "tone:nga", "type: ", *letters("an"))
    assert edit.text() == "Nguyễn an"


def test_the_tone_moves_as_the_word_grows(keyboard: Keyboard, edit: QLineEdit) -> None:
    press(keyboard, *letters("hoa"), "tone:huyen")
    assert edit.text() == "hòa"
    press(keyboard, "type:n")
    assert edit.text() == "hoàn"
    press(keyboard, "backspace")
    assert edit.text() == "hòa"
    press(keyboard, "tone:")
    assert edit.text() == "hoa"


def test_telex_and_undo(keyboard: Keyboard, edit: QLineEdit) -> None:
    press(keyboard, "method")
    assert keyboard.method() == "telex"
    press(keyboard, *letters("dduwowngf"))
    assert edit.text() == "đường"
    edit.clear()
    press(keyboard, *letters("asss"))
    assert edit.text() == "ass"
    press(keyboard, "type: ", *letters("as"))
    assert edit.text() == "ass á"


def test_vni_uses_digits(keyboard: Keyboard, edit: QLineEdit) -> None:
    keyboard.set_method("vni")
    press(keyboard, *letters("tra62n"))
    assert edit.text() == "trần"


def test_typing_in_the_middle_leaves_the_rest(keyboard: Keyboard, edit: QLineEdit) -> None:
    edit.setText("hoa mai")
    edit.setCursorPosition(3)
    press(keyboard, "tone:sac")
    assert edit.text() == "hóa mai"
    press(keyboard, "type:n")
    assert edit.text() == "hoán mai"
    assert edit.cursorPosition() == 4


def test_a_selection_is_replaced(keyboard: Keyboard, edit: QLineEdit) -> None:
    edit.setText("xe máy")
    edit.selectAll()
    press(keyboard, "tone:sac")
    assert edit.text() == "xe máy"
    press(keyboard, "type:b")
    assert edit.text() == "b"
    edit.selectAll()
    press(keyboard, "backspace")
    assert edit.text() == ""


def test_shift_is_for_one_letter_twice_locks(keyboard: Keyboard, edit: QLineEdit) -> None:
    press(keyboard, "shift")
    assert keyboard.panel.key("type:q").spec.cap == "Q"
    press(keyboard, *letters("ab"))
    assert edit.text() == "Ab"
    press(keyboard, "shift", "shift", *letters("cdđ"))
    assert edit.text() == "AbCDĐ"
    press(keyboard, "shift", "type:e")
    assert edit.text() == "AbCDĐe"


def test_names_begin_with_capitals(look: Look, edit: QLineEdit, qtbot: QtBot) -> None:
    keyboard = Keyboard(look, edit, names=True)
    qtbot.addWidget(keyboard)
    press(keyboard, *letters("an"), "type: ", *letters("bình"[:1]))
    assert edit.text() == "An B"


def test_symbols_and_back(keyboard: Keyboard, edit: QLineEdit) -> None:
    press(keyboard, "layer", "type:/", "layer", "type:a")
    assert edit.text() == "/a"


def test_an_address_of_mail_is_not_composed(look: Look, edit: QLineEdit, qtbot: QtBot) -> None:
    keyboard = Keyboard(look, edit, composing=False)
    qtbot.addWidget(keyboard)
    press(keyboard, *letters("ass"), "type:@", "type:.vn")
    press(keyboard, "backspace")
    assert edit.text() == "ass@.v"


def test_what_is_typed_is_composed_text(keyboard: Keyboard, edit: QLineEdit) -> None:
    edit.setText(unicodedata.normalize("NFD", "bình "))
    press(keyboard, *letters("ê"), "tone:sac")
    assert edit.text().endswith("ế")


def test_the_field_is_full(keyboard: Keyboard, edit: QLineEdit) -> None:
    edit.setMaxLength(3)
    press(keyboard, *letters("hoan"))
    assert edit.text() == "hoa"


def test_keys_are_wide_apart_and_alike(keyboard: Keyboard, look: Look) -> None:
    keyboard.panel.resize(984, keyboard.panel.sizeHint().height())
    widths = {keyboard.panel.key(f"type:{c}").width() for c in "qwertyuiopasdfghjklzxcvbnm"}
    assert max(widths) - min(widths) <= 1
    q, w = keyboard.panel.key("type:q"), keyboard.panel.key("type:w")
    gap = (w.x() + w.box().left()) - (q.x() + q.box().right())
    assert gap >= look.mm(tokens.KEY_GAP) - 1


def test_the_keyboard_is_as_high_as_planned(keyboard: Keyboard, look: Look) -> None:
    assert keyboard.sizeHint().height() <= look.mm(108)
    assert keyboard.minimumSizeHint().width() <= look.mm(13 * 17 + 6)


def test_keys_take_no_focus_and_speak(keyboard: Keyboard) -> None:
    for key in keyboard.panel.findChildren(Key):
        assert key.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert keyboard.panel.key("tone:sac").text() == "dấu sắc"
    assert keyboard.panel.key("type:ê").text() == "chữ ê"
    assert keyboard.panel.key("backspace").text() == "xóa một chữ"


def test_arrow_keys_work_the_keyboard(keyboard: Keyboard, edit: QLineEdit) -> None:
    panel = keyboard.panel
    activate(keyboard)
    panel.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel, Qt.Key.Key_Down)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert edit.text() == "1"
    QTest.keyClick(panel, Qt.Key.Key_Right)
    QTest.keyClick(panel, Qt.Key.Key_Space)
    assert edit.text() == "12"
    QTest.keyClick(panel, Qt.Key.Key_Left)
    QTest.keyClick(panel, Qt.Key.Key_Left)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert edit.text() == "120"
    QTest.keyClick(panel, Qt.Key.Key_Up)
    QTest.keyClick(panel, Qt.Key.Key_Up)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert edit.text() == "120."


def test_the_spot_shows_only_with_focus(keyboard: Keyboard, edit: QLineEdit) -> None:
    activate(keyboard)
    keyboard.panel.setFocus(Qt.FocusReason.TabFocusReason)
    lit = keyboard.grab().toImage()
    keyboard.panel.clearFocus()
    assert keyboard.grab().toImage() != lit


def test_groups() -> None:
    assert grouped("001087012345", (3, 3, 3, 3)) == "001 087 012 345"
    assert grouped("0010", (3, 3, 3, 3)) == "001 0"
    assert grouped("0912345678", (4, 3, 3)) == "0912 345 678"
    assert grouped("12", None) == "12"
    assert grouped("", (3,)) == ""


def test_key_pad(look: Look, qtbot: QtBot) -> None:
    pad = KeyPad(look, length=4, label="Mã hồ sơ", groups=(2, 2))
    qtbot.addWidget(pad)
    seen: list[str] = []
    pad.changed.connect(seen.append)
    for digit in "12345":
        pad.pad.panel.key(digit).click()
    assert pad.text() == "1234"
    assert pad.edit.text() == "12 34"
    assert seen == ["1", "12", "123", "1234"]
    pad.pad.panel.key("backspace").click()
    assert pad.text() == "123"
    pad.pad.panel.key("clear").click()
    assert pad.text() == ""
    pad.set_text("98-76x")
    assert pad.text() == "9876"


def test_key_pad_by_a_keyboard(look: Look, qtbot: QtBot) -> None:
    pad = KeyPad(look, length=12, label="Số định danh cá nhân")
    qtbot.addWidget(pad)
    hits = []
    pad.entered.connect(lambda: hits.append(1))
    QTest.keyClicks(pad.edit, "0a01")
    QTest.keyClick(pad.edit, Qt.Key.Key_Backspace)
    QTest.keyClick(pad.edit, Qt.Key.Key_Return)
    assert pad.text() == "00"
    assert hits == [1]


def test_a_pad_stands_beside_its_field_on_a_wide_screen(look: Look, qtbot: QtBot) -> None:
    for part in (KeyPad(look, length=12, label="Số"), DateFields(look, "Ngày sinh")):
        qtbot.addWidget(part)
        part.resize(984, 900)
        part.show()
        tall = part.minimumSizeHint().height()
        part.resize(look.mm(tokens.WIDE) + 10, 500)
        assert part.minimumSizeHint().height() < tall


def test_a_date(look: Look, qtbot: QtBot) -> None:
    date = DateFields(look, "Ngày sinh")
    qtbot.addWidget(date)
    hits: list[int] = []
    date.changed.connect(lambda: hits.append(1))
    assert date.value() is None
    date.set_value((24, 11, 1987))
    assert date.value() == (24, 11, 1987)
    assert len(hits) == 3
    date.set_value(None)
    assert date.value() is None


def test_a_full_field_of_a_date_keeps_the_focus(look: Look, qtbot: QtBot) -> None:
    date = DateFields(look, "Ngày sinh")
    qtbot.addWidget(date)
    date.show()
    activate(date)
    day, month, year = date.fields()
    day.setFocus()
    for digit in "241":
        date.pad.panel.key(digit).click()
    assert day.digits() == "24"
    assert day.hasFocus()
    ended = []
    date.entered.connect(lambda: ended.append(1))
    for field, digits in ((day, ""), (month, "11"), (year, "1987")):
        assert field.hasFocus()
        QTest.keyClicks(field, digits)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert date.value() == (24, 11, 1987)
    assert ended == [1]


def test_the_pad_types_where_it_was_last(look: Look, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    date = DateFields(look, "Ngày sinh")
    date.setParent(holder)
    holder.show()
    activate(holder)
    _, month, _ = date.fields()
    month.setFocus()
    date.pad.panel.setFocus()
    date.pad.panel.key("7").click()
    assert month.digits() == "7"
    date.pad.panel.key("backspace").click()
    date.pad.panel.key("clear").click()
    assert month.digits() == ""


def test_a_text_field_gives_composed_text(look: Look, qtbot: QtBot) -> None:
    field = TextField(look, label="Nội dung", hint="Ghi đúng tên", max_length=40)
    qtbot.addWidget(field)
    seen: list[str] = []
    field.changed.connect(seen.append)
    type_vi(field.edit, unicodedata.normalize("NFD", "nguyễn"), preedit="nguye")
    assert field.text() == "nguyễn"
    assert seen[-1] == "nguyễn"
    field.set_text(unicodedata.normalize("NFD", "Trần"))
    assert field.edit.text() == "Trần"
    assert field.edit.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
    assert not field.edit.acceptDrops()


def test_a_wrong_field_shows_it(look: Look, qtbot: QtBot) -> None:
    field = TextField(look, label="Nội dung")
    qtbot.addWidget(field)
    before = field.grab().toImage()
    field.set_wrong(True)
    assert field.grab().toImage() != before
