"""A few numbers side by side, each with its name; it wraps where the room is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look

_IN_A_ROW = 6
_IN_A_ROW_LARGE = 3


@dataclass(frozen=True)
class Figure:
    """``tone``: a word of the sheet; an ``icon`` goes with each tone, so that no colour speaks alone."""

    name: str
    value: str
    icon: str = ""
    tone: str = ""


class Figures(QFrame):
    """Built anew when a figure changes."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._shown: tuple[Figure, ...] = ()
        self._cells: list[QWidget] = []
        self.setProperty("part", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._grid = QGridLayout(self)
        pad = look.mm(tokens.CARD_PADDING)
        self._grid.setContentsMargins(pad, pad, pad, pad)
        self._grid.setHorizontalSpacing(look.mm(tokens.SPACE_8))
        self._grid.setVerticalSpacing(look.mm(tokens.SPACE_4))

    def set_figures(self, figures: Sequence[Figure]) -> None:
        if tuple(figures) == self._shown:
            return
        self._shown = tuple(figures)
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = [self._cell(figure) for figure in figures]
        wide = _IN_A_ROW_LARGE if self.look.large else _IN_A_ROW
        for index, cell in enumerate(self._cells):
            self._grid.addWidget(cell, index // wide, index % wide)
            self._grid.setColumnStretch(index % wide, 1)

    def _cell(self, figure: Figure) -> QWidget:
        look, cell = self.look, QWidget()
        cell.setAccessibleName(f"{figure.name}: {figure.value}")
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(BodyText(look, figure.name, muted=True, size="caption"))
        line = QHBoxLayout()
        line.setSpacing(look.mm(tokens.SPACE_3))
        if figure.icon:
            side = look.icon_px("label")
            icon = IconLabel(look, figure.icon, figure.tone or "ink", side, beside="label")
            line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(BodyText(look, figure.value, size="label", tone=figure.tone), 1)
        column.addLayout(line)
        column.addStretch(1)
        return cell
