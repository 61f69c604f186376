"""Keys on a grid: one focus stop, arrow keys inside, any row as wide as the panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.parts.announce import announce
from ui.parts.key import Key, KeySpec
from ui.style import tokens
from ui.style.look import Look


@dataclass(frozen=True)
class KeyRow:
    """One row: its keys and how many units of width the row has.

    ``height_mm`` is for a row higher than the others."""

    keys: tuple[KeySpec, ...]
    units: float
    indent: float = 0.0
    height_mm: float = 0.0


class KeyPanel(QWidget):
    """Lays keys out in rows of equal height.

    *Signals*: ``pressed(str)`` with the name of the key.
    """

    pressed = Signal(str)

    def __init__(
        self, look: Look, rows: Sequence[KeyRow], *, key_mm: float, name: str, width_mm: float = 0.0
    ) -> None:
        super().__init__()
        self.look = look
        self._key_mm = key_mm
        self._width_mm = width_mm or key_mm
        # In line with the borders of parts that keep a ring margin.
        self._inset = max(0, look.ring - look.mm(tokens.KEY_GAP) // 2)
        self._rows: list[KeyRow] = []
        self._keys: list[list[Key]] = []
        self._spot = (0, 0)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[KeyRow]) -> None:
        """Show other keys; those of the same place keep their widget."""
        spare = [list(keys) for keys in self._keys]
        self._rows, self._keys = list(rows), []
        for row in rows:
            old = spare.pop(0) if spare else []
            self._keys.append([self._filled(old, spec) for spec in row.keys])
            spare.append(old)
        for key in (key for keys in spare for key in keys):
            key.hide()
            key.deleteLater()
        self._place()
        self.updateGeometry()

    def key(self, name: str) -> Key:
        return next(key for row in self._keys for key in row if key.spec.name == name)

    def _filled(self, old: list[Key], spec: KeySpec) -> Key:
        if not old:
            return self._made(spec)
        key = old.pop(0)
        key.set_spec(spec)
        return key

    def _made(self, spec: KeySpec) -> Key:
        key = Key(self.look, spec)
        key.setParent(self)
        key.setVisible(True)
        key.chosen.connect(self.pressed)
        return key

    def _place(self) -> None:
        top = 0
        for row, keys in zip(self._rows, self._keys, strict=True):
            height = self._height(row)
            unit = (self.width() - 2 * self._inset) / row.units
            left = self._inset + row.indent * unit
            for key in keys:
                right = left + key.spec.width * unit
                key.setGeometry(QRect(round(left), top, round(right) - round(left), height))
                left = right
            top += height

    def _show_spot(self) -> None:
        row = min(self._spot[0], len(self._keys) - 1)
        column = min(self._spot[1], len(self._keys[row]) - 1)
        self._spot = (row, column)
        for r, keys in enumerate(self._keys):
            for c, key in enumerate(keys):
                key.set_current(self.hasFocus() and (r, c) == self._spot)

    def _move(self, down: int, right: int) -> None:
        row, column = self._spot
        if right:
            column = (column + right) % len(self._keys[row])
        if down:
            middle = self._keys[row][column].geometry().center().x()
            row = (row + down) % len(self._keys)
            column = min(
                range(len(self._keys[row])),
                key=lambda c: abs(self._keys[row][c].geometry().center().x() - middle),
            )
        self._spot = (row, column)
        self._show_spot()
        announce(self, self._keys[row][column].spec.spoken or self._keys[row][column].spec.cap)

    def sizeHint(self) -> QSize:
        return QSize(self._least_width(), sum(map(self._height, self._rows)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _least_width(self) -> int:
        side = self.look.scale.target(self._width_mm) + self.look.mm(tokens.KEY_GAP)
        return max((round(row.units * side) for row in self._rows), default=0) + 2 * self._inset

    def _height(self, row: KeyRow) -> int:
        millimetres = max(self._key_mm, row.height_mm)
        return self.look.scale.target(millimetres) + self.look.mm(tokens.KEY_GAP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._move(*moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._keys[self._spot[0]][self._spot[1]].click()
            self._show_spot()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_spot()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_spot()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
