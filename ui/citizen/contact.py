"""Where this office is and whom to call, at the foot of the first page."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout

from kiosk.settings import Office
from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look


class Contact(QFrame):
    """Address and telephone numbers, each with its icon."""

    def __init__(self, look: Look, office: Office) -> None:
        super().__init__()
        self.setProperty("part", "sunken")
        grid = QGridLayout(self)
        padding = look.mm(tokens.CARD_PADDING)
        grid.setContentsMargins(padding, look.mm(tokens.SPACE_4), padding, look.mm(tokens.SPACE_4))
        grid.setHorizontalSpacing(look.mm(tokens.SPACE_3))
        grid.setVerticalSpacing(look.mm(tokens.SPACE_2))
        grid.setColumnStretch(1, 1)
        hotline = self.tr("Tổng đài hỗ trợ: {number}").format(number=office.hotline)
        for row, (icon, words) in enumerate((("map-pin", office.address), ("phone", hotline))):
            grid.addWidget(IconLabel(look, icon, "ink_muted", look.icon_px("caption")), row, 0)
            grid.addWidget(BodyText(look, words, muted=True, size="caption"), row, 1)
