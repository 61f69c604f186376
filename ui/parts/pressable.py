"""The base of everything that can be pressed: painted box, ring margin, keys, touch."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton

from ui.parts.ring import paint_ring
from ui.style import tokens
from ui.style.look import Look


@dataclass(frozen=True)
class Paint:
    """Names of the colours of one state."""

    fill: str
    edge: str
    text: str
    note: str


class Pressable(QPushButton):
    """A button that paints itself. Subclasses paint their content in ``paint_content``.

    *Signals*: ``clicked`` of the button.
    """

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.look = look
        self.setText(name.replace("&", "&&"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def box(self) -> QRectF:
        """The visible button: everything but the ring margin."""
        ring = self.look.ring
        return QRectF(self.rect().adjusted(ring, ring, -ring, -ring))

    def paint(self) -> Paint:
        """Colours of the present state."""
        if not self.isEnabled():
            return Paint("sunken", "line", "ink_disabled", "ink_disabled")
        fill = "primary_soft" if self.isDown() or self.isChecked() else "surface"
        return Paint(fill, "line", "ink", "ink_muted")

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        """Paint what stands inside the box."""

    def edge(self) -> int:
        """Width of the border; the same in every state."""
        return self.look.border

    def radius(self) -> float:
        return float(self.look.mm(tokens.RADIUS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, box = self.paint(), self.box()
        edge = self.edge()
        half = edge / 2
        painter.setPen(QPen(self.look.colour(colours.edge), edge))
        painter.setBrush(self.look.colour(colours.fill))
        painter.drawRoundedRect(
            box.adjusted(half, half, -half, -half), self.radius(), self.radius()
        )
        self.paint_content(painter, box, colours)
        if self.hasFocus():
            paint_ring(painter, box, self.look, self.radius())
        painter.end()
