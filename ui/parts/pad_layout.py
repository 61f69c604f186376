"""A field and its pad: one above the other, or side by side on a wide screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

from ui.style import tokens
from ui.style.look import Look


class PadLayout(QBoxLayout):
    """Call ``fit`` from the owner's resize event."""

    def __init__(self, owner: QWidget, look: Look, field: QLayout, pad: QWidget) -> None:
        super().__init__(QBoxLayout.Direction.TopToBottom, owner)
        self._owner, self._look = owner, look
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(look.mm(tokens.SPACE_4))
        self.addLayout(field, 1)
        self.addWidget(pad, 0, Qt.AlignmentFlag.AlignTop)

    def fit(self) -> None:
        wide = self._owner.width() >= self._look.mm(tokens.WIDE)
        direction = QBoxLayout.Direction
        wanted = direction.LeftToRight if wide else direction.TopToBottom
        if wanted != self.direction():
            self.setDirection(wanted)
