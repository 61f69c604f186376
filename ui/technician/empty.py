"""Nothing to show, said kindly."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look


class Empty(QWidget):
    """A sign and a sentence in the middle of the room."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(look.mm(tokens.SPACE_4))
        words = BodyText(look, text, size="label")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        column.addStretch(2)
        icon = IconLabel(look, "circle-check", "ok", look.mm(tokens.STEPPER_KEY))
        column.addWidget(icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        column.addStretch(3)
