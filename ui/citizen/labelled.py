"""A label over a value that may be personal."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.masked_value import MaskedValue
from ui.style import tokens
from ui.style.look import Look


class Labelled(QWidget):
    """One field of the person: what it is, and its value, hidden until asked for."""

    def __init__(self, look: Look, label: str, masked: str, full: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.gap(tokens.SPACE_1))
        column.addWidget(BodyText(look, label, muted=True))
        value = MaskedValue(look, masked, full)
        value.setAccessibleDescription(label)
        column.addWidget(value)
