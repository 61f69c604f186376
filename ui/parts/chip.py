"""A small state: icon, word, colour."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look

Kind = Literal["info", "warn", "danger", "ok"]


class Chip(QFrame):
    """States of devices and dossiers; one line, as wide as its word."""

    def __init__(self, look: Look, icon: str, text: str, kind: Kind) -> None:
        super().__init__()
        self.look = look
        self.setProperty("part", "chip")
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        label = QLabel(text)
        label.setFont(look.font("caption"))
        label.setProperty("tone", kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(
            look.mm(tokens.SPACE_3),
            look.mm(tokens.SPACE_1),
            look.mm(tokens.SPACE_3),
            look.mm(tokens.SPACE_1),
        )
        row.setSpacing(look.mm(tokens.SPACE_2))
        row.addWidget(IconLabel(look, icon, kind, look.icon_px("caption")))
        row.addWidget(label)
