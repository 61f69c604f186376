"""Named steps of something under way: reading a card, handing in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.parts.spinner import Spinner
from ui.style import tokens
from ui.style.look import Look

State = Literal["waiting", "running", "done", "warning", "failed"]
_ICONS: Final = {
    "waiting": ("circle-dashed", "ink_muted"),
    "running": ("circle-dashed", "primary"),
    "done": ("circle-check", "ok"),
    "warning": ("alert-triangle", "warn"),
    "failed": ("alert-octagon", "danger"),
}


class StepList(QFrame):
    """One row a step: icon, name, word of the state, note.

    ``roomy``: large pictures and much air, where the list is all there is to see.
    """

    def __init__(self, look: Look, names: Sequence[str], *, roomy: bool = False) -> None:
        super().__init__()
        self.look = look
        self.setProperty("part", "card")
        column = QVBoxLayout(self)
        pad = look.mm(tokens.SPACE_12 if roomy else tokens.CARD_PADDING)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.mm(tokens.SPACE_12 if roomy else tokens.SPACE_4))
        self._rows = [_Row(look, name, roomy) for name in names]
        for row in self._rows:
            column.addWidget(row)
        for index in range(len(self._rows)):
            self.set_state(index, "waiting")

    def set_state(self, index: int, state: State, note: str = "") -> None:
        self._rows[index].show_state(state, self._word(state), note)

    def state(self, index: int) -> State:
        return self._rows[index].state

    def row(self, index: int) -> QWidget:
        return self._rows[index]

    def _word(self, state: State) -> str:
        return {
            "waiting": self.tr("Chưa làm"),
            "running": self.tr("Đang làm"),
            "done": self.tr("Xong"),
            "warning": self.tr("Cần chú ý"),
            "failed": self.tr("Không được"),
        }[state]


class _Row(QWidget):
    def __init__(self, look: Look, name: str, roomy: bool) -> None:
        super().__init__()
        self.state: State = "waiting"
        self._name = name
        side = look.mm(tokens.TILE_ICON[0]) if roomy else look.icon_px("label")
        self._icon = IconLabel(look, "circle-dashed", "ink_muted", side, beside="body")
        self._spinner = Spinner(look, side)
        picture = QWidget()
        picture.setFixedSize(self._icon.sizeHint())
        self._stack = QStackedLayout(picture)
        self._stack.addWidget(self._icon)
        self._stack.addWidget(self._spinner)
        self._title = BodyText(look, name, size="label" if roomy else "body")
        self._word = BodyText(look, "", muted=True, size="caption")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._word)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.mm(tokens.SPACE_6 if roomy else tokens.SPACE_4))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_state(self, state: State, word: str, note: str) -> None:
        self.state = state
        self._stack.setCurrentIndex(1 if state == "running" else 0)
        self._icon.set_icon(*_ICONS[state])
        text = f"{word} · {note}" if note else word
        self._word.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")
