"""Seconds left, as a number in a ring."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from ui.style import tokens
from ui.style.look import Look


class Countdown(QProgressBar):
    """Shows what it is given; who counts is the page, by its own clock.

    ``alone``: it is what the page is about, and as large as that.
    """

    def __init__(self, look: Look, seconds: int, total: int, *, alone: bool = False) -> None:
        super().__init__()
        self.look, self._alone = look, alone
        self.setTextVisible(False)
        self.setRange(0, max(1, total))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_seconds(seconds)

    def set_seconds(self, seconds: int) -> None:
        self.setValue(max(0, min(self.maximum(), seconds)))
        self.setAccessibleName(self.tr("Còn %n giây", "", self.value()))
        self.update()

    def sizeHint(self) -> QSize:
        usual = tokens.COUNTDOWN[1 if self.look.large else 0]
        side = self.look.mm(tokens.COUNTDOWN_ALONE if self._alone else usual)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stroke = self.look.mm(tokens.SPACE_6 if self._alone else tokens.SPACE_3)
        side = min(self.width(), self.height()) - stroke - 2
        rect = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.setPen(QPen(self.look.colour("divider"), stroke))
        painter.drawEllipse(rect)
        pen = QPen(self.look.colour("primary"), stroke)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(rect, 90 * 16, round(-360 * 16 * self.value() / self.maximum()))
        painter.setPen(self.look.colour("ink"))
        said = self._said()
        large, usual = ("display", "title") if ":" in said else ("ticket", "display")
        painter.setFont(self.look.font(large if self._alone else usual))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, said)
        painter.end()

    def _said(self) -> str:
        """Minutes and seconds while there are minutes."""
        minutes, seconds = divmod(self.value(), 60)
        return f"{minutes}:{seconds:02}" if minutes else str(seconds)
