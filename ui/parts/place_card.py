"""Drawing of where the card goes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import tokens
from ui.style.look import Look

_FRAMES = 3
_FRAME_MS = 1000
_STOP_AFTER = 5  # beats; nothing on a page may move longer than five seconds


class PlaceCard(QWidget):
    """Three frames, one a second, then still with the card lying on the reader."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._frame, self._beats = 0, 0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._on_beat)
        self.setAccessibleName(self.tr("Hình vẽ: đặt thẻ nằm trên mặt đầu đọc"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def is_moving(self) -> bool:
        return self._timer.isActive()

    def frame(self) -> int:
        return self._frame

    def _on_beat(self) -> None:
        self._beats += 1
        self._frame = (self._frame + 1) % _FRAMES
        if self._beats >= _STOP_AFTER:
            self._rest()
        self.update()

    def _rest(self) -> None:
        self._timer.stop()
        self._frame = _FRAMES - 1

    def sizeHint(self) -> QSize:
        return QSize(self.look.mm(110), self.look.mm(70))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.mm(60), self.look.mm(45))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._frame, self._beats = 0, 0
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        unit = min(self.width() / 110, self.height() / 70)
        painter.translate((self.width() - 110 * unit) / 2, (self.height() - 70 * unit) / 2)
        painter.scale(unit, unit)
        self._paint_reader(painter)
        self._paint_card(painter)
        painter.end()

    def _paint_reader(self, painter: QPainter) -> None:
        painter.setPen(QPen(self.look.colour("line"), 1))
        painter.setBrush(self.look.colour("sunken"))
        painter.drawRoundedRect(QRectF(10, 28, 90, 40), 6, 6)
        painter.setPen(QPen(self.look.colour("ink_muted"), 1.2))
        for reach in (3, 6, 9):  # the waves of a contactless reader
            painter.drawArc(QRectF(87 - reach, 48 - reach, 2 * reach, 2 * reach), -40 * 16, 80 * 16)

    def _paint_card(self, painter: QPainter) -> None:
        top = (2, 15, 30)[self._frame]
        ink = self.look.colour("primary")
        painter.setPen(QPen(ink, 1))
        painter.setBrush(self.look.colour("primary_soft"))
        painter.drawRoundedRect(QRectF(21, top, 56, 35), tokens.RADIUS, tokens.RADIUS)
        painter.drawRoundedRect(QRectF(26, top + 5, 9, 7), 1.5, 1.5)
        painter.drawEllipse(QRectF(28, top + 17, 6, 6))
        painter.drawArc(QRectF(25, top + 24, 12, 12), 0, 180 * 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for line, width in ((8, 28), (16, 24), (22, 28), (28, 18)):
            painter.drawRoundedRect(QRectF(43, top + line - 0.8, width, 1.8), 0.9, 0.9)
