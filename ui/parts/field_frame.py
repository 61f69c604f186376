"""The box around a line of text: border, fill, focus ring outside."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from ui.parts.ring import paint_ring
from ui.style import tokens
from ui.style.look import Look


class FieldFrame(QWidget):
    """Draws the frame of a QLineEdit, so that the text never moves with the focus."""

    def __init__(self, look: Look, edit: QLineEdit) -> None:
        super().__init__()
        self.look, self.edit = look, edit
        self._wrong = False
        edit.setFrame(False)
        edit.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        edit.setAcceptDrops(False)
        edit.setDragEnabled(False)
        edit.installEventFilter(self)
        row = QHBoxLayout(self)
        side = look.ring + look.mm(tokens.SPACE_4)
        row.setContentsMargins(side, look.ring, side, look.ring)
        row.addWidget(edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self._height())
        edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_wrong(self, wrong: bool) -> None:
        self._wrong = wrong
        self.update()

    def _height(self) -> int:
        text = self.edit.fontMetrics().height() + 2 * self.look.mm(tokens.SPACE_2)
        return max(text, self.look.scale.target(tokens.TARGET)) + 2 * self.look.ring

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring, edge = self.look.ring, self.look.field_border
        box = QRectF(self.rect().adjusted(ring, ring, -ring, -ring))
        radius = float(self.look.mm(tokens.RADIUS))
        half = edge / 2
        painter.setPen(QPen(self.look.colour("danger" if self._wrong else "line"), edge))
        painter.setBrush(self.look.colour("surface"))
        painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)
        if self.edit.hasFocus():
            paint_ring(painter, box, self.look, radius)
        painter.end()
