"""Large text that has to be read from a step away: a dossier code, a queue number."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ui.style.look import Look


class DisplayText(QLabel):
    """Breaks after a hyphen when it is too long; never gets smaller."""

    def __init__(self, look: Look, text: str, size: str = "display") -> None:
        super().__init__(text.replace("-", "-\N{ZERO WIDTH SPACE}"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.font(size))
        self.setWordWrap(True)
        self.setAccessibleName(text)
