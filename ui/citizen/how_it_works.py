"""Four steps on the first page, so that people know what is coming and what to have at hand."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from ui.parts.body_text import BodyText
from ui.style import tokens
from ui.style.look import Look


class HowItWorks(QFrame):
    """A card with icon and sentence of each step."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("part", "card")
        grid = QGridLayout(self)
        padding = look.mm(tokens.CARD_PADDING)
        grid.setContentsMargins(padding, padding, padding, padding)
        grid.setHorizontalSpacing(look.mm(tokens.SPACE_6))
        grid.setVerticalSpacing(look.mm(tokens.SPACE_4))
        grid.setColumnStretch(1, 1)
        for row, (icon, words) in enumerate(self._steps()):
            picture = QLabel()
            picture.setPixmap(look.icon(icon, "primary", look.mm(tokens.TILE_ICON[look.large])))
            grid.addWidget(picture, row, 0)
            grid.addWidget(BodyText(look, words), row, 1)

    def _steps(self) -> tuple[tuple[str, str], ...]:
        return (
            ("id", self.tr("Đặt thẻ Căn cước lên máy")),
            ("pencil", self.tr("Trả lời vài câu hỏi")),
            ("scan", self.tr("Quét bản chính, nhận lại ngay")),
            ("ticket", self.tr("Lấy giấy tiếp nhận và số thứ tự")),
        )
