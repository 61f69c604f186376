"""A line of text with its label and hint."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.field_frame import FieldFrame
from ui.style import tokens
from ui.style.look import Look


class TextField(QWidget):
    """Label, hint, field. Give ``edit`` to a ``Keyboard``. ``text()`` is NFC.

    *Signals*: ``changed(str)`` after every change; ``entered`` on the Enter key.
    """

    changed = Signal(str)
    entered = Signal()

    def __init__(self, look: Look, *, label: str, hint: str = "", max_length: int = 200) -> None:
        super().__init__()
        self.look = look
        self.edit = QLineEdit()
        self.edit.setFont(look.font("body"))
        self.edit.setMaxLength(max_length)
        self.edit.setAccessibleName(label)
        self.edit.setAccessibleDescription(hint)
        self._frame = FieldFrame(look, self.edit)
        self._label = BodyText(look, label, size="label", inset=True)
        self._label.setBuddy(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.mm(tokens.SPACE_1))
        if label:
            column.addWidget(self._label)
        if hint:
            column.addWidget(BodyText(look, hint, muted=True, size="caption", inset=True))
        column.addWidget(self._frame)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.returnPressed.connect(self.entered)

    def text(self) -> str:
        return unicodedata.normalize("NFC", self.edit.text())

    def set_text(self, text: str) -> None:
        self.edit.setText(unicodedata.normalize("NFC", text))

    def set_wrong(self, wrong: bool) -> None:
        """Draw the border as faulty; the words of the fault stand in an ``ErrorSummary``."""
        self._frame.set_wrong(wrong)

    def _on_text_changed(self, text: str) -> None:
        self.changed.emit(unicodedata.normalize("NFC", text))
