"""One of a few answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.parts.pressable import Paint, Pressable
from ui.parts.wrapped_text import WrappedText
from ui.style import tokens
from ui.style.look import Look


class ChoiceList(QWidget):
    """Radio answers as wide rows; arrow keys go from row to row.

    *Signals*: ``chosen(str)`` with the value.
    """

    chosen = Signal(str)

    def __init__(
        self, look: Look, choices: Sequence[tuple[str, str]], current: str | None = None
    ) -> None:
        super().__init__()
        self.look = look
        self._current = current
        self._rows: dict[str, _Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.gap(tokens.SPACE_4))
        for value, label in choices:
            row = _Row(look, label)
            row.clicked.connect(partial(self._on_clicked, value))
            row.moved.connect(partial(self._on_moved, value))
            self._rows[value] = row
            column.addWidget(row)
        self._show()

    def current(self) -> str | None:
        return self._current

    def choose(self, value: str | None) -> None:
        """Show a choice without a signal."""
        self._current = value
        self._show()

    def row(self, value: str) -> Pressable:
        return self._rows[value]

    def _show(self) -> None:
        for value, row in self._rows.items():
            row.setChecked(value == self._current)

    def _on_clicked(self, value: str) -> None:
        self.choose(value)
        self.chosen.emit(value)

    def _on_moved(self, value: str, step: int) -> None:
        values = list(self._rows)
        target = values[(values.index(value) + step) % len(values)]
        self._rows[target].setFocus(Qt.FocusReason.TabFocusReason)


class _Row(Pressable):
    moved = Signal(int)

    def __init__(self, look: Look, label: str) -> None:
        super().__init__(look, label)
        self.setCheckable(True)
        self._label = WrappedText(label, look.font("body"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def paint(self) -> Paint:
        colours = super().paint()
        edge = "primary" if self.isChecked() and self.isEnabled() else colours.edge
        return Paint(colours.fill, edge, colours.text, colours.note)

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        pad, side = self._measures()
        name = "circle-check" if self.isChecked() else "circle"
        tint = "primary" if self.isChecked() else "line"
        pixmap = self.look.icon(name, tint, side, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(box.left() + pad, box.center().y() - side / 2), pixmap)
        room = self._room(int(box.width()))
        rect = QRectF(box.left() + 2 * pad + side, box.top(), room, box.height())
        self._label.paint(painter, rect, self.look.colour(colours.text))

    def _measures(self) -> tuple[int, int]:
        return self.look.mm(tokens.SPACE_6), self.look.icon_px("title")

    def _around(self) -> int:
        pad, side = self._measures()
        return 3 * pad + side

    def _room(self, box_width: int) -> int:
        return max(1, box_width - self._around())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        ring = 2 * self.look.ring
        text = self._label.height(self._room(width - ring)) + 2 * self.look.mm(tokens.SPACE_2)
        return max(text, self.look.mm(tokens.CHOICE_HEIGHT)) + ring

    def sizeHint(self) -> QSize:
        width = self._label.natural_width() + self._around() + 2 * self.look.ring
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        width = self._label.longest_word() + self._around() + 2 * self.look.ring
        return QSize(width, self.look.mm(tokens.CHOICE_HEIGHT) + 2 * self.look.ring)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()), 0)
        if step:
            self.moved.emit(step)
            return
        super().keyPressEvent(event)
