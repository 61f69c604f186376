"""A sunken line with an icon: something to know before going on, nothing to press."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look


class HintLine(QFrame):
    """``icon`` by its name; ``size`` of the words as in `BodyText`."""

    def __init__(self, look: Look, icon: str, words: str, *, size: str = "body") -> None:
        super().__init__()
        self.setProperty("part", "sunken")
        self.setAccessibleName(words)
        row = QHBoxLayout(self)
        pad = look.mm(tokens.SPACE_3)
        row.setContentsMargins(pad, pad, pad, pad)
        row.setSpacing(look.mm(tokens.SPACE_3))
        sign = IconLabel(look, icon, "primary", look.icon_px("label"), beside=size)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(BodyText(look, words, size=size), 1)
