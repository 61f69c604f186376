"""What comes and how far it is, as words and a bar."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.style import tokens
from ui.style.look import Look


class ProgressLine(QWidget):
    """Words over a bar that fills; the bar's name says the same."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.bar.setFixedHeight(look.mm(tokens.SPACE_3))
        self._text = BodyText(look, text, muted=True, size="caption")
        self.set_text(text)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.ring, 0, look.ring, 0)
        column.setSpacing(look.mm(tokens.SPACE_1))
        column.addWidget(self._text)
        column.addWidget(self.bar)
        self.set_progress(0, 0)

    def set_text(self, text: str) -> None:
        self._text.setText(text)
        self.bar.setAccessibleName(text)

    def set_progress(self, done: int, total: int) -> None:
        """``done`` of ``total``; without a total the bar is empty."""
        self.bar.setValue(round(100 * max(0, min(done, total)) / total) if total > 0 else 0)
