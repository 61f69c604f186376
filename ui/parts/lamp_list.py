"""A few answers about a card that stay apart: each an icon, a name, a word and, if it isn't plain, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look

Shade = Literal["ok", "warn", "danger", "muted"]
_ICONS: Final = {
    "ok": ("circle-check", "ok"),
    "warn": ("alert-triangle", "warn"),
    "danger": ("alert-octagon", "danger"),
    "muted": ("circle-dashed", "ink_muted"),
}


_NO_BREAK = "\u00a0"
"""Before the last word, so that it never stands on a line alone."""


@dataclass(frozen=True)
class LampRow:
    """``word`` says the state without its colour; ``why`` may be empty."""

    shade: Shade
    name: str
    word: str
    why: str = ""


class LampList(QFrame):
    """One row a lamp. There is no sum: no row speaks for another."""

    def __init__(
        self, look: Look, rows: Sequence[LampRow], *, title: str = "", roomy: bool = False
    ) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.rows = [_Row(look, row) for row in rows]
        column = QVBoxLayout(self)
        pad = look.mm(tokens.SPACE_4)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.mm(tokens.SPACE_4 if roomy else tokens.SPACE_2))
        if title:
            column.addWidget(BodyText(look, title, muted=True, size="caption"))
        for row in self.rows:
            column.addWidget(row)


class _Answer(BodyText):
    """Name and word in one line, so that all lamps are in sight together. The name carries the
    weight and the word the colour: an answer that isn't plain stands out and doesn't shout."""

    def __init__(self, look: Look, row: LampRow) -> None:
        super().__init__(look, "", size="label")
        name, word = escape(row.name), escape(_NO_BREAK.join(row.word.rsplit(" ", 1)))
        colour = look.colour(_ICONS[row.shade][1]).name()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(f'{name}: <span style="font-weight: 400; color: {colour}">{word}</span>')
        self.setAccessibleName(f"{row.name}: {row.word}")


class _Row(QWidget):
    def __init__(self, look: Look, row: LampRow) -> None:
        super().__init__()
        self.row = row
        self.setAccessibleName(f"{row.name}: {row.word}. {row.why}".rstrip(" ."))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(_Answer(look, row))
        if row.why:
            words.addWidget(BodyText(look, row.why, muted=True, size="caption"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(look.mm(tokens.SPACE_3))
        icon = IconLabel(look, *_ICONS[row.shade], look.icon_px("label"), beside="label")
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
