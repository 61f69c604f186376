"""An icon of the theme as a widget; decoration, so it has no name of its own."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui.style.look import Look


class IconLabel(QLabel):
    """Shows one icon; the word beside it carries the meaning.

    ``beside`` names the text size whose first line the icon stands level with.
    """

    def __init__(self, look: Look, icon: str, colour: str, side: int, *, beside: str = "") -> None:
        super().__init__()
        self.look, self._side = look, side
        line = QFontMetrics(look.font(beside)).height() if beside else side
        self._height = max(side, line)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_icon(icon, colour)

    def set_icon(self, icon: str, colour: str) -> None:
        self.setPixmap(self.look.icon(icon, colour, self._side, self.devicePixelRatioF()))

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._height)
