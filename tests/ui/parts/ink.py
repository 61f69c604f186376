"""Rows of ink in a drawing: how much of the letters is really there."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QWidget

_DARK = 140
_TALL = 3  # times the size of the font


def rows_of(image: QImage) -> int:
    """Rows with at least one dark pixel."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    width = grey.width()
    return sum(min(bytes(grey.constScanLine(y))[:width]) < _DARK for y in range(grey.height()))


def free_rows(font: QFont, text: str) -> int:
    """Rows of the text where nothing can cut it."""
    size = font.pixelSize()
    image = QImage(size * (len(text) + 2), size * _TALL, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(QColor("black"))
    painter.drawText(size, size * 2, text)
    painter.end()
    return rows_of(image)


def drawn_rows(widget: QWidget) -> int:
    """Rows of a widget as it draws itself on white."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    widget.render(image)
    return rows_of(image)
