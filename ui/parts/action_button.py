"""A button with wrapping text and perhaps an icon."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from ui.parts.pressable import Paint, Pressable
from ui.parts.wrapped_text import WrappedText
from ui.style import tokens
from ui.style.look import Look

Kind = Literal["primary", "plain", "danger", "quiet"]


class ActionButton(Pressable):
    """``primary`` is the one strong action of a page; ``quiet`` is for the tool row.

    *Signals*: ``clicked``.
    """

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        kind: Kind = "plain",
        icon: str = "",
        icon_after: bool = False,
    ) -> None:
        super().__init__(look, text)
        self.kind: Kind = kind
        self._icon, self._icon_after = icon, icon_after
        token = "caption" if kind == "quiet" else "button"
        self._token = token
        self._label = WrappedText(text, look.font(token))
        self._measure()
        self._let_wrap(text)

    def set_label(self, text: str) -> None:
        """Another text, for a button that says what it does now."""
        self._label = WrappedText(text, self._label.font)
        self._heights.clear()
        self._let_wrap(text)
        self.setText(text.replace("&", "&&"))
        self.updateGeometry()
        self.update()

    def paint(self) -> Paint:
        if not self.isEnabled():
            return super().paint()
        if self.kind == "primary":
            fill = "primary_pressed" if self.isDown() else "primary"
            return Paint(fill, fill, "on_primary", "on_primary")
        if self.kind == "danger":
            fill = "danger_pressed" if self.isDown() else "danger"
            return Paint(fill, fill, "on_danger", "on_danger")
        colours = super().paint()
        return Paint(colours.fill, colours.edge, "primary", "primary")

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        room = self._room(int(box.width()))
        lead = self._lead
        ink = self._label.ink_width(room)
        left = box.left() + (box.width() - ink - lead) / 2
        text_left = left if self._icon_after else left + lead
        side = self._side
        if self._icon:
            icon_left = left + ink + lead - side if self._icon_after else left
            ratio = self.devicePixelRatioF()
            pixmap = self.look.icon(self._icon, colours.text, side, ratio)
            painter.drawPixmap(QPointF(icon_left, box.center().y() - side / 2), pixmap)
        rect = QRectF(text_left, box.top(), ink, box.height())
        centred = Qt.AlignmentFlag.AlignHCenter
        align = centred if not self._icon else Qt.AlignmentFlag.AlignLeft
        self._label.paint(painter, rect, self.look.colour(colours.text), align)

    def _measure(self) -> None:
        """What depends on the look alone: layouts ask for heights and widths again and again."""
        look = self.look
        self._pad = look.mm(tokens.SPACE_3 if self.kind == "quiet" else tokens.SPACE_6)
        self._side = look.icon_px(self._token) if self._icon else 0
        self._lead = self._side + look.mm(tokens.SPACE_2) if self._icon else 0
        self._ring = 2 * look.ring
        wide = tokens.PRIMARY_WIDTH if self.kind in ("primary", "danger") else tokens.TARGET
        self._floor = look.mm(wide) + self._ring
        self._heights: dict[int, int] = {}

    def _let_wrap(self, text: str) -> None:
        """Layouts ask for a height at this and that width only where a second line is possible."""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(len(text.split()) > 1)
        self.setSizePolicy(policy)

    def _room(self, box_width: int) -> int:
        return max(1, box_width - 2 * self._pad - self._lead)

    def _around(self) -> int:
        return self._ring + 2 * self._pad + self._lead

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            text = self._label.height(self._room(width - self._ring))
            text += 2 * self.look.mm(tokens.SPACE_2)
            least = self.look.scale.target(tokens.TARGET)
            self._heights[width] = max(text, least) + self._ring
        return self._heights[width]

    def sizeHint(self) -> QSize:
        width = max(self._label.natural_width() + self._around(), self._floor)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        width = max(self._label.longest_word() + self._around(), self._floor)
        return QSize(width, self.look.scale.target(tokens.TARGET) + self._ring)
