"""A small drawing of the ID card that shows where something stands on it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import tokens
from ui.style.look import Look

_WIDTH_MM, _HEIGHT_MM = 85.6, 54.0  # ID-1, ISO/IEC 7810

_LEAST = 0.5
"""As small as it gets where other things need its room."""


class Spot(Enum):
    """Places on the front of the card, as shares of its width and height (x, y, w, h)."""

    NUMBER = (0.36, 0.34, 0.58, 0.13)
    LAST_DIGITS = (0.65, 0.34, 0.29, 0.13)
    BIRTH = (0.36, 0.61, 0.50, 0.10)
    EXPIRY = (0.05, 0.87, 0.27, 0.09)


_LINES = (  # other printed lines: x, y, w
    (0.36, 0.10, 0.50),
    (0.36, 0.18, 0.34),
    (0.36, 0.52, 0.44),
    (0.36, 0.76, 0.56),
    (0.36, 0.86, 0.48),
)


class CardDrawing(QWidget):
    """The card in outline with one spot marked; the text beside it says the same in words.

    ``grows``: it takes the room that is left and stands in its middle.
    """

    def __init__(self, look: Look, spot: Spot, accessible: str, *, grows: bool = False) -> None:
        super().__init__()
        self._look = look
        self._spot, self._grows = spot, grows
        self.setAccessibleName(accessible)
        policy = QSizePolicy.Policy.Expanding if grows else QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, policy)

    def sizeHint(self) -> QSize:
        return QSize(self._look.mm(_WIDTH_MM), self._look.mm(_HEIGHT_MM))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() * (_LEAST if self._grows else 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = look.scale.line(tokens.BORDER)
        card = self._card().adjusted(edge, edge, -edge, -edge)
        painter.setPen(QPen(look.colour("line"), edge))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(card, look.mm(tokens.RADIUS), look.mm(tokens.RADIUS))
        self._paint_face(painter, card)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("divider"))
        for x, y, width in _LINES:
            painter.drawRoundedRect(_part(card, x, y, width, 0.04), edge, edge)
        painter.setPen(QPen(look.colour("primary"), look.scale.line(tokens.SPACE_1)))
        painter.setBrush(look.colour("primary_soft"))
        painter.drawRoundedRect(
            _part(card, *self._spot.value), self._look.mm(1), look.scale.line(tokens.SPACE_1)
        )
        number = _part(card, *Spot.NUMBER.value)
        if self._spot is Spot.LAST_DIGITS:
            self._paint_digits(painter, number, range(6), "ink_muted")
            self._paint_digits(painter, number, range(6, 12))
        else:
            self._paint_digits(painter, _part(card, *self._spot.value), range(12))

    def _card(self) -> QRectF:
        """The largest card that has room."""
        ring = self._look.ring
        width = min(self.width() - 2 * ring, self.height() * _WIDTH_MM / _HEIGHT_MM)
        card = QRectF(0, 0, width, width * _HEIGHT_MM / _WIDTH_MM)
        card.moveCenter(QRectF(self.rect()).center())
        return card

    def _paint_face(self, painter: QPainter, card: QRectF) -> None:
        look = self._look
        frame = _part(card, 0.06, 0.34, 0.24, 0.48)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        painter.drawRect(frame)
        painter.setBrush(look.colour("divider"))
        radius = frame.width() * 0.25
        painter.drawEllipse(QPointF(frame.center().x(), frame.top() + radius * 1.6), radius, radius)
        painter.drawChord(
            frame.adjusted(radius / 2, frame.height() / 2, -radius / 2, radius * 2), 0, 180 * 16
        )

    def _paint_digits(
        self, painter: QPainter, spot: QRectF, places: range, colour: str = "ink"
    ) -> None:
        """Dots in place of the characters that stand there."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(colour))
        radius = min(spot.height() * 0.16, spot.width() / 40)
        for place in places:
            x = spot.left() + spot.width() * (place + 0.5) / 12
            painter.drawEllipse(QPointF(x, spot.center().y()), radius, radius)


def _part(card: QRectF, x: float, y: float, width: float, height: float) -> QRectF:
    return QRectF(
        card.left() + x * card.width(),
        card.top() + y * card.height(),
        width * card.width(),
        height * card.height(),
    )
