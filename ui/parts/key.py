"""One key of an on-screen keyboard or pad."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent

from ui.parts.pressable import Paint, Pressable
from ui.parts.ring import paint_inner_ring
from ui.style import tokens
from ui.style.look import Look


@dataclass(frozen=True)
class KeySpec:
    """What a key is: ``name`` for the program, ``cap`` to see, ``spoken`` for assistive names.

    ``icon`` stands where there is no cap, or no room for it.
    """

    name: str
    cap: str = ""
    spoken: str = ""
    icon: str = ""
    small: str = ""
    width: float = 1.0
    sunken: bool = False
    lit: bool = False


class Key(Pressable):
    """Takes no focus itself: focus stays in the field, or on the whole panel.

    *Signals*: ``chosen(str)`` with the name of the key.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, spec: KeySpec) -> None:
        super().__init__(look, spec.spoken or spec.cap)
        self.spec = spec
        self._current = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoRepeat(spec.name == "backspace")
        self.clicked.connect(self._on_clicked)

    def set_spec(self, spec: KeySpec) -> None:
        """Become another key at the same place."""
        if spec != self.spec:
            self.spec = spec
            self.setText((spec.spoken or spec.cap).replace("&", "&&"))
            self.setAutoRepeat(spec.name == "backspace")
            self.update()

    def set_current(self, current: bool) -> None:
        if current != self._current:
            self._current = current
            self.update()

    def box(self) -> QRectF:
        gap = self.look.mm(tokens.KEY_GAP) / 2
        return QRectF(self.rect()).adjusted(gap, gap, -gap, -gap)

    def paint(self) -> Paint:
        colours = super().paint()
        if not self.isEnabled() or self.isDown():
            return colours
        if self.spec.lit:
            return Paint("primary", "primary", "on_primary", "on_primary")
        fill = "sunken" if self.spec.sunken else "surface"
        return Paint(fill, colours.edge, colours.text, colours.note)

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        if self.spec.icon and not self._has_room(box):
            side = self.look.icon_px("key")
            pixmap = self.look.icon(self.spec.icon, colours.text, side, self.devicePixelRatioF())
            painter.drawPixmap(box.center() - QPointF(side / 2, side / 2), pixmap)
            return
        painter.setPen(self.look.colour(colours.text))
        font = self._fitted(self._cap_font(), self.spec.cap, box.width())
        cap_box = QRectF(box)
        if self.spec.small and not self.look.large:
            cap_box.setHeight(box.height() * 0.75)
            self._paint_small(painter, box, colours)
        # Placed by the capital height, not by the line box, which may be higher than the key;
        # a little up, for the letters that reach below the line.
        metrics = QFontMetricsF(font)
        baseline = cap_box.center().y() + metrics.capHeight() * 0.45
        left = cap_box.center().x() - metrics.horizontalAdvance(self.spec.cap) / 2
        painter.setFont(font)
        painter.drawText(QPointF(left, baseline), self.spec.cap)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.spec.name)

    def _has_room(self, box: QRectF) -> bool:
        """Whether the cap can be written in its own size; else its icon says the same."""
        wide = QFontMetricsF(self._cap_font()).horizontalAdvance(self.spec.cap)
        return bool(self.spec.cap) and wide <= box.width() - 2 * self.look.mm(1)

    def _cap_font(self) -> QFont:
        font = self.look.font("key")
        if len(self.spec.cap) > 2 and not self.look.large:
            font.setPixelSize(self.look.scale.font_px("caption"))
        return font

    def _paint_small(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        font = self.look.font("caption")
        font.setPixelSize(round(font.pixelSize() * 0.72))
        font = self._fitted(font, self.spec.small, box.width())
        metrics = QFontMetricsF(font)
        left = box.center().x() - metrics.horizontalAdvance(self.spec.small) / 2
        painter.setFont(font)
        painter.drawText(
            QPointF(left, box.bottom() - metrics.descent() - self.look.mm(0.5)), self.spec.small
        )

    def _fitted(self, font: QFont, text: str, width: float) -> QFont:
        room = width - 2 * self.look.mm(1)
        wide = QFontMetricsF(font).horizontalAdvance(text)
        if wide > room > 0:
            font.setPixelSize(max(1, int(font.pixelSize() * room / wide)))
        return font

    def radius(self) -> float:
        return float(self.look.mm(tokens.RADIUS_KEY))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._current:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_inner_ring(painter, self.box(), self.look, self.radius())
            painter.end()
