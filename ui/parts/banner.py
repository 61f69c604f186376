"""A notice across the page: icon, words, colour."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look

Kind = Literal["info", "warn", "danger", "ok"]
ICONS: Final = {
    "info": "info-circle",
    "warn": "alert-triangle",
    "danger": "alert-octagon",
    "ok": "circle-check",
}


class Banner(QFrame):
    """A notice. ``add_action`` puts a button under the words."""

    def __init__(self, look: Look, kind: Kind, text: str, title: str = "") -> None:
        super().__init__()
        self.look, self.kind = look, kind
        self.setProperty("part", "banner")
        self.setProperty("kind", kind)
        self.setAccessibleName(f"{title}. {text}" if title else text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._words = QVBoxLayout()
        self._words.setSpacing(look.mm(tokens.SPACE_1))
        if title:
            self._words.addWidget(BodyText(look, title, size="label", tone=kind))
        self._text = BodyText(look, text)
        self._words.addWidget(self._text)
        row = QHBoxLayout(self)
        pad = look.mm(tokens.SPACE_4)
        row.setContentsMargins(pad, pad, pad, pad)
        row.setSpacing(look.mm(tokens.SPACE_3))
        icon = IconLabel(look, ICONS[kind], kind, look.icon_px("label"), beside="label")
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words, 1)

    def set_text(self, text: str) -> None:
        self._text.setText(text)
        self.setAccessibleName(text)

    def add_action(self, button: QWidget) -> None:
        self._words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
