"""A line that holds digits only and shows them in groups."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from ui.style.look import Look


class DigitEdit(QLineEdit):
    """Digits come from a pad or from the number keys of a keyboard; always at the end.

    *Signals*: ``digits_changed(str)``, ``entered`` on the Enter key, ``focused``.
    """

    digits_changed = Signal(str)
    entered = Signal()
    focused = Signal()

    def __init__(self, look: Look, *, length: int, groups: Sequence[int] | None, name: str) -> None:
        super().__init__()
        self._length, self._groups, self._digits = length, groups, ""
        self.setReadOnly(True)
        self.setFont(look.font("label"))
        self.setAccessibleName(name)
        widest = grouped("0" * length, groups)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest) + look.mm(1))
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def digits(self) -> str:
        return self._digits

    def set_digits(self, digits: str) -> None:
        kept = "".join(c for c in digits if c.isascii() and c.isdigit())[: self._length]
        self.setText(grouped(kept, self._groups))
        if kept != self._digits:
            self._digits = kept
            self.digits_changed.emit(kept)

    def add(self, digit: str) -> None:
        if len(self._digits) < self._length:
            self.set_digits(self._digits + digit)

    def erase(self) -> None:
        self.set_digits(self._digits[:-1])

    def clear_digits(self) -> None:
        self.set_digits("")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self.erase()
        elif event.text().isascii() and event.text().isdigit():
            self.add(event.text())
        else:
            super().keyPressEvent(event)


def grouped(digits: str, groups: Sequence[int] | None) -> str:
    """``001087012345`` in groups of three as ``001 087 012 345``."""
    parts, rest = [], digits
    for size in groups or ():
        parts.append(rest[:size])
        rest = rest[size:]
    return " ".join(part for part in [*parts, rest] if part)
