"""Text that breaks into lines at words: measured and painted the same way."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

_LINE_SEPARATOR = "\u2028"


class WrappedText:
    """One text in one font. Never elides; a word is broken only when it is wider than the room."""

    def __init__(self, text: str, font: QFont) -> None:
        self.text, self.font = text.replace("\n", _LINE_SEPARATOR), font

    def natural_width(self) -> int:
        metrics = QFontMetricsF(self.font)
        lines = self.text.split(_LINE_SEPARATOR)
        return math.ceil(max(metrics.horizontalAdvance(line) for line in lines)) + 1

    def longest_word(self) -> int:
        metrics = QFontMetricsF(self.font)
        words = self.text.replace(_LINE_SEPARATOR, " ").split(" ")
        return math.ceil(max(metrics.horizontalAdvance(word) for word in words)) + 1

    def height(self, width: int) -> int:
        return math.ceil(self._laid(width, Qt.AlignmentFlag.AlignLeft).boundingRect().height())

    def ink_width(self, width: int) -> int:
        layout = self._laid(width, Qt.AlignmentFlag.AlignLeft)
        lines = range(layout.lineCount())
        return math.ceil(max((layout.lineAt(n).naturalTextWidth() for n in lines), default=0.0))

    def paint(
        self,
        painter: QPainter,
        room: QRectF,
        colour: QColor,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Paint centred vertically in the room."""
        layout = self._laid(int(room.width()), align)
        top = room.top() + (room.height() - layout.boundingRect().height()) / 2
        painter.setPen(colour)
        layout.draw(painter, QPointF(room.left(), top))

    def _laid(self, width: int, align: Qt.AlignmentFlag) -> QTextLayout:
        layout = QTextLayout(self.text, self.font)
        option = QTextOption(align)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout
