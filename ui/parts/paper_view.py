"""A receipt or a ticket as it will come out of the printer."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QPen

from ui.parts.scaled_image import ScaledImage
from ui.style.look import Look


class PaperView(ScaledImage):
    """Paper keeps its own colours in every theme. ``accessible`` says what is printed."""

    def __init__(self, look: Look, png_bytes: bytes, accessible: str) -> None:
        super().__init__(look, accessible)
        self.set_bytes(png_bytes)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.is_empty():
            return
        painter = QPainter(self)
        painter.setPen(QPen(self.look.colour("line"), self.look.scale.line(0.25)))
        painter.drawRect(self.target().adjusted(0, 0, -1, -1))
        painter.end()
