"""Says that the code printed on the card may be scanned instead of typing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look


class CodeHint(QFrame):
    """A line with an icon; nothing to press, the scanner is ready."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("part", "sunken")
        words = self.tr("Hoặc đưa mã QR in trên thẻ vào máy quét mã.")
        self.setAccessibleName(words)
        row = QHBoxLayout(self)
        pad = look.mm(tokens.SPACE_3)
        row.setContentsMargins(pad, pad, pad, pad)
        row.setSpacing(look.mm(tokens.SPACE_3))
        icon = IconLabel(look, "scan", "primary", look.icon_px("label"), beside="body")
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(BodyText(look, words), 1)
