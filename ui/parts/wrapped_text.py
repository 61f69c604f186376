"""Text that breaks into lines at words: measured and painted the same way."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

_LINE_SEPARATOR = "\u2028"
_ENDLESS = 10**5


class WrappedText:
    """One text in one font. Never elides; a word is broken only when it is wider than the room."""

    def __init__(self, text: str, font: QFont) -> None:
        self.text, self.font = text.replace("\n", _LINE_SEPARATOR), font
        # Layouts ask for the same measures many times while a page is built. They live as long as this text does.
        self._inks: dict[int, int] = {}
        self._heights: dict[int, int] = {}
        self._longest: int | None = None

    def natural_width(self) -> int:
        """The least width at which no line breaks by itself."""
        return self.ink_width(_ENDLESS)

    def longest_word(self) -> int:
        if self._longest is None:
            words = set(self.text.replace(_LINE_SEPARATOR, " ").split(" "))
            self._longest = max(WrappedText(word, self.font).natural_width() for word in words)
        return self._longest

    def height(self, width: int) -> int:
        if width not in self._heights:
            laid = self._laid(width, Qt.AlignmentFlag.AlignLeft)
            self._heights[width] = math.ceil(laid.boundingRect().height())
        return self._heights[width]

    def ink_width(self, width: int) -> int:
        """The least width that breaks into the same lines as ``width`` does.

        A line breaks when the last letter's overhang has no room (``ơ``), which its advance does
        not tell; so the answer is tried in the layout that paints.
        """
        if width not in self._inks:
            self._inks[width] = self._ink_width(width)
        return self._inks[width]

    def _ink_width(self, width: int) -> int:
        layout = self._laid(width, Qt.AlignmentFlag.AlignLeft)
        count = layout.lineCount()
        lines = (layout.lineAt(n).naturalTextWidth() for n in range(count))
        least = math.ceil(max(lines, default=0.0)) + 1
        while least < width and self._laid(least, Qt.AlignmentFlag.AlignLeft).lineCount() > count:
            least += 1
        return min(least, width)

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
