"""A date as three fields: day, month, year."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.digit_edit import DigitEdit
from ui.parts.digit_pad import DigitPad
from ui.parts.field_frame import FieldFrame
from ui.parts.pad_layout import PadLayout
from ui.style import tokens
from ui.style.look import Look


class DateFields(QWidget):
    """The pad types into the field chosen last; a full field hands on to nothing by itself.

    *Signals*: ``changed`` after every digit; ``entered`` on the Enter key in the last field.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, look: Look, label: str) -> None:
        super().__init__()
        self.look = look
        self._fields: list[DigitEdit] = []
        self._chosen = 0
        self.pad = DigitPad(look)
        row = QHBoxLayout()
        row.setSpacing(look.gap(tokens.SPACE_4))
        for name, length in ((self.tr("Ngày"), 2), (self.tr("Tháng"), 2), (self.tr("Năm"), 4)):
            row.addLayout(self._column(label, name, length), length)
        column = QVBoxLayout()
        column.setSpacing(look.mm(tokens.SPACE_1))
        if label:
            column.addWidget(BodyText(look, label, size="label", inset=True))
        column.addLayout(row)
        column.addStretch(1)
        self._layout = PadLayout(self, look, column, self.pad)
        self.setFocusProxy(self._fields[0])
        self.pad.digit.connect(self._on_digit)
        self.pad.erased.connect(self._on_erased)
        self.pad.cleared.connect(self._on_cleared)

    def value(self) -> tuple[int, int, int] | None:
        """Day, month, year as typed, or None while a field is empty; no calendar is asked."""
        day, month, year = (field.digits() for field in self._fields)
        if not (day and month and len(year) == 4):
            return None
        return int(day), int(month), int(year)

    def set_value(self, value: tuple[int, int, int] | None) -> None:
        texts = (
            ("", "", "")
            if value is None
            else (f"{value[0]:02}", f"{value[1]:02}", f"{value[2]:04}")
        )
        self.set_texts(texts)

    def texts(self) -> tuple[str, str, str]:
        """What stands in the fields, also while the date isn't whole."""
        day, month, year = (field.digits() for field in self._fields)
        return day, month, year

    def set_texts(self, texts: tuple[str, str, str]) -> None:
        for field, text in zip(self._fields, texts, strict=True):
            field.set_digits(text)

    def fields(self) -> tuple[DigitEdit, ...]:
        """Day, month, year."""
        return tuple(self._fields)

    def _column(self, label: str, name: str, length: int) -> QVBoxLayout:
        edit = DigitEdit(self.look, length=length, groups=None, name=f"{label}: {name}")
        index = len(self._fields)
        self._fields.append(edit)
        edit.digits_changed.connect(self.changed)
        edit.focused.connect(partial(self._on_focused, index))
        edit.entered.connect(partial(self._on_entered, index))
        title = BodyText(self.look, name, size="caption", inset=True)
        title.setBuddy(edit)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(FieldFrame(self.look, edit))
        return column

    def _target(self) -> DigitEdit:
        return self._fields[self._chosen]

    def _on_focused(self, index: int) -> None:
        self._chosen = index

    def _on_entered(self, index: int) -> None:
        if index + 1 < len(self._fields):
            self._fields[index + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.entered.emit()

    def _on_digit(self, digit: str) -> None:
        self._target().add(digit)

    def _on_erased(self) -> None:
        self._target().erase()

    def _on_cleared(self) -> None:
        self._target().clear_digits()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout.fit()
