"""A QR code drawn sharp at any size."""

from __future__ import annotations

from functools import partial

import segno
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.background import in_background
from ui.style.look import Look

_QUIET = 4  # modules of free margin, ISO/IEC 18004


class QrView(QWidget):
    """Always dark on white: many readers fail on the reverse."""

    def __init__(self, look: Look, text: str, *, accessible: str = "", side_mm: float = 45) -> None:
        super().__init__()
        self.look, self._side = look, look.mm(side_mm)
        self._code = QImage()
        in_background(self, partial(_drawn, text), self._take)
        self.setAccessibleName(accessible or self.tr("Mã QR"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _take(self, code: QImage) -> None:
        self._code = code
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        count = self._code.width() + 2 * _QUIET
        module = max(1, min(self.width(), self.height()) // count)
        left = (self.width() - module * count) // 2
        top = (self.height() - module * count) // 2
        painter.fillRect(self.rect(), self.look.colour("paper"))
        if not self._code.isNull():
            self._code.setColorTable(
                [self.look.colour("paper").rgb(), self.look.colour("paper_ink").rgb()]
            )
            side = self._code.width() * module
            painter.drawImage(
                QRect(left + _QUIET * module, top + _QUIET * module, side, side), self._code
            )
        painter.end()


def _drawn(text: str) -> QImage:
    """One pixel for each module; a dark one is 1. Its best mask takes a while to find."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    image = QImage(len(rows), len(rows), QImage.Format.Format_Indexed8)
    image.setColorCount(2)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            image.setPixel(x, y, dark)
    return image
