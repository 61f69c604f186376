"""The photograph from the chip of the card."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.parts.scaled_image import ScaledImage
from ui.style.look import Look


class Portrait(ScaledImage):
    """35 × 45 mm. Bytes that cannot be shown give a neutral figure, never an error."""

    def __init__(self, look: Look, image_bytes: bytes | None) -> None:
        super().__init__(look, "")
        self.setAccessibleName(self.tr("Ảnh trong chip của thẻ"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_bytes(image_bytes)

    def sizeHint(self) -> QSize:
        return QSize(self.look.mm(35), self.look.mm(45))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.colour("sunken"))
        if self.is_empty():
            side = self.width() // 2
            pixmap = self.look.icon("user", "ink_muted", side, self.devicePixelRatioF())
            painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, pixmap)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self)
        edge = self.look.border
        painter.setPen(QPen(self.look.colour("line"), edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = edge / 2
        painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))
        painter.end()
