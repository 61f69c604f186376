"""A large choice: icon, title, one line of facts, arrow."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from ui.parts.pressable import Paint, Pressable
from ui.parts.wrapped_text import WrappedText
from ui.style import tokens
from ui.style.look import Look

_LETTERS = 14
"""Ems of a title that stand beside the icon, else it stands above."""


class Tile(Pressable):
    """A procedure or a service to choose.

    ``enabled_note`` says why the tile cannot be chosen; a tile with one is disabled and shows it
    in place of the note. ``prominent``: one of very few, the thing to touch on its page. The height follows the width; in a grid give all rows the same stretch.

    *Signals*: ``clicked``.
    """

    def __init__(
        self,
        look: Look,
        *,
        icon: str,
        title: str,
        note: str,
        kind: Literal["primary", "plain"] = "primary",
        enabled_note: str = "",
        prominent: bool = False,
    ) -> None:
        super().__init__(look, title)
        self.kind = kind
        self._prominent = prominent
        self._icon = icon
        self._title = WrappedText(title, look.font("title" if prominent else "label"))
        self._note = WrappedText(enabled_note or note, look.font("caption"))
        self.setAccessibleDescription(enabled_note or note)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setEnabled(not enabled_note)

    def paint(self) -> Paint:
        colours = super().paint()
        edge = "primary" if self._prominent and self.isEnabled() else colours.edge
        return Paint(colours.fill, edge, colours.text, colours.note)

    def edge(self) -> int:
        return self.look.scale.line(tokens.PROMINENT_BORDER) if self._prominent else super().edge()

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        tint = "primary" if self.isEnabled() else "ink_disabled"
        pad, plate, arrow = self._measures()
        room = self._room(int(box.width()))
        beside = self._beside(int(box.width()))
        text = self._text_height(room)
        if beside:
            top = box.top() + (box.height() - text) / 2
            picture = QRectF(box.left() + pad, box.center().y() - plate / 2, plate, plate)
            left = picture.right() + pad
            arrow_top = box.center().y() - arrow / 2
        else:
            picture = QRectF(box.left() + pad, box.top() + pad, plate, plate)
            top, left = picture.bottom() + self.look.mm(tokens.SPACE_2), picture.left()
            arrow_top = picture.center().y() - arrow / 2
        self._paint_picture(painter, picture, tint)
        self._paint_words(painter, QRectF(left, top, room, text), colours)
        if self.isEnabled():
            pixmap = self.look.icon("chevron-right", tint, arrow, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(box.right() - pad - arrow, arrow_top), pixmap)

    def _paint_picture(self, painter: QPainter, plate: QRectF, tint: str) -> None:
        if self.kind == "primary" and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            soft = "surface" if self.isDown() else "primary_soft"
            painter.setBrush(self.look.colour("primary" if self._prominent else soft))
            painter.drawRoundedRect(plate, self.radius(), self.radius())
            tint = "on_primary" if self._prominent else tint
        side = self._icon_side()
        picture = self.look.icon(self._icon, tint, side, self.devicePixelRatioF())
        painter.drawPixmap(plate.center() - QPointF(side / 2, side / 2), picture)

    def _paint_words(self, painter: QPainter, room: QRectF, colours: Paint) -> None:
        title = self._title.height(int(room.width()))
        upper = QRectF(room.left(), room.top(), room.width(), title)
        self._title.paint(painter, upper, self.look.colour(colours.text))
        if self._note.text:
            lower = QRectF(room)
            lower.setTop(upper.bottom() + self.look.mm(tokens.SPACE_1))
            self._note.paint(painter, lower, self.look.colour(colours.note))

    def _measures(self) -> tuple[int, int, int]:
        """Padding, side of the plate under the icon, side of the arrow."""
        plate: float = tokens.TILE_PLATE[1 if self.look.large else 0]
        if self._prominent:
            plate = max(plate, tokens.TILE_PLATE_PROMINENT)
        if self.kind == "plain":
            plate = tokens.TILE_ICON[1 if self.look.large else 0]
        return self.look.mm(tokens.SPACE_4), self.look.mm(plate), self.look.icon_px("label")

    def _icon_side(self) -> int:
        side = tokens.TILE_ICON[1 if self.look.large else 0]
        return self.look.mm(max(side, tokens.TILE_ICON_PROMINENT) if self._prominent else side)

    def _beside(self, box_width: int) -> bool:
        """Whether the words have room beside the icon; else they stand under it."""
        pad, plate, arrow = self._measures()
        room = box_width - 4 * pad - plate - arrow
        return room >= max(_LETTERS * self.look.scale.font_px("label"), self._longest())

    def _room(self, box_width: int) -> int:
        pad, plate, arrow = self._measures()
        if self._beside(box_width):
            return box_width - 4 * pad - plate - arrow
        return max(1, box_width - 2 * pad)

    def _text_height(self, room: int) -> int:
        note = self._note.height(room) + self.look.mm(tokens.SPACE_1) if self._note.text else 0
        return self._title.height(room) + note

    def _longest(self) -> int:
        return max(self._title.longest_word(), self._note.longest_word())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        pad, plate, _ = self._measures()
        ring = 2 * self.look.ring
        text = self._text_height(self._room(width - ring))
        if self._beside(width - ring):
            inner = max(text, plate)
        else:
            inner = plate + self.look.mm(tokens.SPACE_2) + text
        return max(inner + 2 * pad, self.look.scale.target(tokens.TARGET)) + ring

    def sizeHint(self) -> QSize:
        pad, plate, arrow = self._measures()
        words = min(self._title.natural_width(), self.look.mm(110))
        width = 4 * pad + plate + arrow + 2 * self.look.ring + max(words, self._longest())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        pad, plate, arrow = self._measures()
        inner = max(self._longest(), plate + pad + arrow)
        least = self.look.scale.target(tokens.TARGET) + 2 * self.look.ring
        return QSize(inner + 2 * pad + 2 * self.look.ring, least)
