"""The focus ring: two strokes outside the border, in a margin that is always kept free."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.style import tokens
from ui.style.look import Look


def paint_ring(painter: QPainter, box: QRectF, look: Look, radius: float) -> None:
    """Ring around ``box``: dark stroke inside, bright stroke outside, so one of them shows."""
    stroke = look.scale.line(tokens.RING_STROKE)
    away = float(look.scale.line(tokens.RING_GAP))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour in ("focus_ring", "focus"):
        reach = away + stroke / 2
        painter.setPen(QPen(look.colour(colour), stroke))
        rect = box.adjusted(-reach, -reach, reach, reach)
        painter.drawRoundedRect(rect, radius + reach, radius + reach)
        away += stroke


def paint_inner_ring(painter: QPainter, box: QRectF, look: Look, radius: float) -> None:
    """Ring inside a key: keys stand too close together for one outside."""
    stroke = look.scale.line(tokens.RING_STROKE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    reach = stroke / 2
    for colour in ("focus_ring", "focus"):
        painter.setPen(QPen(look.colour(colour), stroke))
        rect = box.adjusted(reach, reach, -reach, -reach)
        painter.drawRoundedRect(rect, radius, radius)
        reach += stroke
