"""A gentle sign that something is under way."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style.look import Look

_DOTS = 8
_BEAT_MS = 250


class Spinner(QWidget):
    """Eight dots, one of them strong, moving four times a second; still while hidden."""

    def __init__(self, look: Look, side: int) -> None:
        super().__init__()
        self.look, self._side, self._turn = look, side, 0
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self.setMinimumSize(side, side)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def is_moving(self) -> bool:
        return self._timer.isActive()

    def _on_beat(self) -> None:
        self._turn = (self._turn + 1) % _DOTS
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = QPointF(self.width() / 2, self.height() / 2)
        dot = self._side / 11
        reach = self._side / 2 - dot * 1.5
        for index in range(_DOTS):
            angle = 2 * math.pi * index / _DOTS
            strong = index == self._turn
            painter.setBrush(self.look.colour("primary" if strong else "divider"))
            spot = middle + QPointF(math.sin(angle), -math.cos(angle)) * reach
            size = dot * (1.5 if strong else 1.0)
            painter.drawEllipse(spot, size, size)
        painter.end()
