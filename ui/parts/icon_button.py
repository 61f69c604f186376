"""A square button with an icon only; it always has a spoken name."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from ui.parts.pressable import Paint, Pressable
from ui.style import tokens
from ui.style.look import Look


class IconButton(Pressable):
    """For what everyone knows by its sign: close, plus, minus, zoom.

    *Signals*: ``clicked``.
    """

    def __init__(self, look: Look, icon: str, name: str, *, side_mm: float = tokens.TARGET) -> None:
        super().__init__(look, name)
        self._icon, self._side_mm = icon, side_mm
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        side = self.look.icon_px("button")
        tint = "primary" if self.isEnabled() else "ink_disabled"
        pixmap = self.look.icon(self._icon, tint, side, self.devicePixelRatioF())
        painter.drawPixmap(box.center() - QPointF(side / 2, side / 2), pixmap)

    def sizeHint(self) -> QSize:
        inner = max(self.look.scale.target(self._side_mm), self.look.icon_px("button"))
        side = inner + 2 * self.look.ring
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
