"""Four steps on the first page, so that people know what is coming and what to have at hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look


class HowItWorks(QFrame):
    """A card with icon and sentence of each step. ``roomy``: larger pictures, more air."""

    def __init__(self, look: Look, *, roomy: bool) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        grid = QGridLayout(self)
        padding = look.mm(tokens.SPACE_8 if roomy else tokens.CARD_PADDING)
        grid.setContentsMargins(padding, padding, padding, padding)
        grid.setHorizontalSpacing(look.mm(tokens.SPACE_6))
        grid.setVerticalSpacing(look.mm(tokens.SPACE_8 if roomy else tokens.SPACE_4))
        grid.setColumnStretch(1, 1)
        side = look.mm(tokens.TILE_ICON[1 if roomy or look.large else 0])
        for row, (icon, words) in enumerate(self._steps()):
            grid.addWidget(IconLabel(look, icon, "primary", side), row, 0)
            text = BodyText(look, words)
            text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(text, row, 1)

    def _steps(self) -> tuple[tuple[str, str], ...]:
        return (
            ("id", self.tr("Đặt thẻ Căn cước lên máy")),
            ("pencil", self.tr("Trả lời vài câu hỏi")),
            ("scan", self.tr("Quét bản chính, nhận lại ngay")),
            ("ticket", self.tr("Lấy giấy tiếp nhận và số thứ tự")),
        )
