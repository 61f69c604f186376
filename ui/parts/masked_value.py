"""A personal value that is covered until asked for."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.style import tokens
from ui.style.look import Look


class MaskedValue(QWidget):
    """Uncovered for a few seconds at most; leaving the page covers it at once."""

    def __init__(self, look: Look, masked: str, full: str, *, seconds: float = 5) -> None:
        super().__init__()
        self.look, self._masked, self._full = look, masked, full
        self._value = BodyText(look, masked, inset=True)
        self.button = ActionButton(
            look, self.tr("Hiện {seconds} giây").format(seconds=f"{seconds:g}"), icon="eye"
        )
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(seconds * 1000))
        self._timer.timeout.connect(self.cover)
        row: QBoxLayout = QVBoxLayout(self) if look.large else QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.mm(tokens.SPACE_4))
        self._value.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._value, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.clicked.connect(self.uncover)

    def shown(self) -> str:
        return self._value.text()

    def uncover(self) -> None:
        self._value.setText(self._full)
        self.button.setEnabled(False)
        self._timer.start()

    def cover(self) -> None:
        self._timer.stop()
        self._value.setText(self._masked)
        self.button.setEnabled(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self.cover()
        super().hideEvent(event)
