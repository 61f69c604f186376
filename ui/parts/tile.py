"""A large choice: icon, title, one line of facts, arrow."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from ui.parts.pressable import Paint, Pressable
from ui.parts.wrapped_text import WrappedText
from ui.style import tokens
from ui.style.look import Look


class Tile(Pressable):
    """A procedure or a service to choose.

    ``enabled_note`` says why the tile cannot be chosen; a tile with one is disabled and shows it
    in place of the note. The height follows the width; in a grid give all rows the same stretch.

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
    ) -> None:
        super().__init__(look, title)
        self.kind = kind
        self._icon = icon
        self._title = WrappedText(title, look.font("label"))
        self._note = WrappedText(enabled_note or note, look.font("caption"))
        self.setAccessibleDescription(enabled_note or note)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setEnabled(not enabled_note)

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        pad, side, arrow = self._measures()
        ratio = self.devicePixelRatioF()
        tint = "primary" if self.isEnabled() else "ink_disabled"
        width = self._room(int(box.width()))
        title, note = self._title.height(width), self._note_height(width)
        top = box.top() + (box.height() - title - note) / 2
        picture = self.look.icon(self._icon, tint, side, ratio)
        painter.drawPixmap(QPointF(box.left() + pad, box.center().y() - side / 2), picture)
        left = box.left() + pad + side + pad
        self._title.paint(painter, QRectF(left, top, width, title), self.look.colour(colours.text))
        if self._note.text:
            rect = QRectF(left, top + title, width, note)
            rect.setTop(rect.top() + self.look.mm(tokens.SPACE_1))
            self._note.paint(painter, rect, self.look.colour(colours.note))
        if self.isEnabled():
            pixmap = self.look.icon("chevron-right", tint, arrow, ratio)
            spot = QPointF(box.right() - pad - arrow, box.center().y() - arrow / 2)
            painter.drawPixmap(spot, pixmap)

    def _measures(self) -> tuple[int, int, int]:
        """Padding, side of the icon, side of the arrow."""
        icon = tokens.TILE_ICON[1 if self.look.large else 0]
        return self.look.mm(tokens.SPACE_4), self.look.mm(icon), self.look.icon_px("label")

    def _around(self) -> int:
        pad, side, arrow = self._measures()
        return 4 * pad + side + arrow

    def _room(self, box_width: int) -> int:
        return max(1, box_width - self._around())

    def _note_height(self, width: int) -> int:
        if not self._note.text:
            return 0
        return self._note.height(width) + self.look.mm(tokens.SPACE_1)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        pad, side, _ = self._measures()
        ring = 2 * self.look.ring
        room = self._room(width - ring)
        text = self._title.height(room) + self._note_height(room)
        return max(text, side, self.look.scale.target(tokens.TARGET)) + 2 * pad + ring

    def sizeHint(self) -> QSize:
        wished = min(self._title.natural_width(), self.look.mm(110))
        width = self._around() + 2 * self.look.ring + max(wished, self._longest())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        width = self._around() + 2 * self.look.ring + self._longest()
        least = self.look.scale.target(tokens.TARGET) + 2 * self.look.ring
        return QSize(width, least)

    def _longest(self) -> int:
        return max(self._title.longest_word(), self._note.longest_word())
