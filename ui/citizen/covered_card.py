"""Fields of the person, covered until asked for and for a few seconds only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QVBoxLayout, QWidget

from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.style import tokens
from ui.style.look import Look

_SECONDS = 5


class CoveredCard(QFrame):
    """One button uncovers all fields; hiding the page covers them at once.

    ``fields`` are label, masked value, full value; ``across`` of them stand beside each other.
    ``upright``: the picture above them, else beside.
    """

    def __init__(
        self,
        look: Look,
        fields: Sequence[tuple[str, str, str]],
        picture: QWidget | None = None,
        *,
        across: int = 2,
        upright: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self._values: list[tuple[BodyText, str, str]] = []
        padding = look.mm(tokens.CARD_PADDING)
        direction = QBoxLayout.Direction
        row = QBoxLayout(direction.TopToBottom if upright else direction.LeftToRight, self)
        row.setContentsMargins(padding, padding, padding, padding)
        row.setSpacing(look.mm(tokens.SPACE_4))
        if picture is not None:
            row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        row.addLayout(column, 1)
        column.setSpacing(look.mm(tokens.SPACE_1))
        column.addLayout(self._grid(look, fields, across))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SECONDS * 1000)
        self._timer.timeout.connect(self.cover)
        text = self.tr("Hiện thông tin trong {seconds} giây").format(seconds=_SECONDS)
        self.button = ActionButton(look, text, kind="plain", icon="eye")
        self.button.clicked.connect(self.uncover)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def _grid(self, look: Look, fields: Sequence[tuple[str, str, str]], across: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.mm(tokens.SPACE_4))
        grid.setVerticalSpacing(look.mm(tokens.SPACE_2))
        for index, (label, masked, full) in enumerate(fields):
            value = BodyText(look, masked, size="label")
            self._values.append((value, masked, full))
            field = QVBoxLayout()
            field.setSpacing(0)
            field.addWidget(BodyText(look, label, muted=True, size="caption"))
            field.addWidget(value)
            field.addStretch(1)
            grid.addLayout(field, index // across, index % across)
            grid.setColumnStretch(index % across, 1)
        return grid

    def uncover(self) -> None:
        for value, _, full in self._values:
            value.setText(full)
        self.button.setEnabled(False)
        self._timer.start()

    def cover(self) -> None:
        self._timer.stop()
        for value, masked, _ in self._values:
            value.setText(masked)
        self.button.setEnabled(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self.cover()
        super().hideEvent(event)
