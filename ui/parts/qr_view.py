"""A QR code drawn sharp at any size."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style.look import Look

_QUIET = 4  # modules of free margin, ISO/IEC 18004


class QrView(QWidget):
    """Always dark on white: many readers fail on the reverse."""

    def __init__(self, look: Look, text: str, *, accessible: str = "", side_mm: float = 45) -> None:
        super().__init__()
        self.look, self._side = look, look.mm(side_mm)
        code = segno.make(text, error="m", micro=False)
        self._rows = [bytes(row) for row in code.matrix]
        self.setAccessibleName(accessible or self.tr("Mã QR"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        count = len(self._rows) + 2 * _QUIET
        module = max(1, min(self.width(), self.height()) // count)
        left = (self.width() - module * count) // 2
        top = (self.height() - module * count) // 2
        paper, ink = self.look.colour("paper"), self.look.colour("paper_ink")
        painter.fillRect(self.rect(), paper)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    spot = (left + (x + _QUIET) * module, top + (y + _QUIET) * module)
                    painter.fillRect(QRect(*spot, module, module), ink)
        painter.end()
