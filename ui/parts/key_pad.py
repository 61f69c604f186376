"""A number to type: grouped display over a pad of digits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.digit_edit import DigitEdit
from ui.parts.digit_pad import DigitPad
from ui.parts.field_frame import FieldFrame
from ui.parts.pad_layout import PadLayout
from ui.style import tokens
from ui.style.look import Look


class KeyPad(QWidget):
    """Identity number, phone number, code of a dossier in digits.

    *Signals*: ``changed(str)`` with the digits; ``entered`` on the Enter key.
    """

    changed = Signal(str)
    entered = Signal()

    def __init__(
        self,
        look: Look,
        *,
        length: int,
        label: str,
        groups: Sequence[int] | None = (3, 3, 3, 3),
    ) -> None:
        super().__init__()
        self.look, self._length = look, length
        self.edit = DigitEdit(look, length=length, groups=groups, name=label)
        self.frame = FieldFrame(look, self.edit)
        self.pad = DigitPad(look)
        self._label = BodyText(look, label, size="label", inset=True)
        self._label.setBuddy(self.edit)
        self._count = BodyText(look, "", muted=True, size="caption", inset=True)
        column = QVBoxLayout()
        column.setSpacing(look.mm(tokens.SPACE_1))
        for widget in (self._label, self.frame, self._count):
            column.addWidget(widget)
        column.addStretch(1)
        self._layout = PadLayout(self, look, column, self.pad)
        self.setFocusProxy(self.edit)
        self.pad.digit.connect(self.edit.add)
        self.pad.erased.connect(self.edit.erase)
        self.pad.cleared.connect(self.edit.clear_digits)
        self.edit.digits_changed.connect(self._on_digits_changed)
        self.edit.entered.connect(self.entered)
        self._show_count()

    def text(self) -> str:
        return self.edit.digits()

    def set_text(self, digits: str) -> None:
        self.edit.set_digits(digits)

    def set_wrong(self, wrong: bool) -> None:
        self.frame.set_wrong(wrong)

    def _on_digits_changed(self, digits: str) -> None:
        self._show_count()
        self.changed.emit(digits)

    def _show_count(self) -> None:
        text = self.tr("Đã nhập {count} trên {length} số")
        self._count.setText(text.format(count=len(self.text()), length=self._length))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout.fit()
