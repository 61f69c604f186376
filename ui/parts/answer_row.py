"""One answer on the page that checks them all."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.style import tokens
from ui.style.look import Look


class AnswerRow(QFrame):
    """Question small, answer large, "Sửa" at the right; below, where letters are large.

    *Signals*: ``edit_asked``.
    """

    edit_asked = Signal()

    def __init__(self, look: Look, label: str, value: str, *, edit: bool = True) -> None:
        super().__init__()
        self.look = look
        self.setProperty("part", "card")
        self.setAccessibleName(f"{label}: {value}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(BodyText(look, label, muted=True, size="caption"))
        words.addWidget(BodyText(look, value))
        row: QBoxLayout = QVBoxLayout(self) if look.large else QHBoxLayout(self)
        pad = look.mm(tokens.SPACE_3)
        row.setContentsMargins(look.mm(tokens.CARD_PADDING), pad, pad, pad)
        row.setSpacing(look.mm(tokens.SPACE_4))
        row.addLayout(words, 1)
        self.button: ActionButton | None = None
        if edit:
            self.button = ActionButton(look, self.tr("Sửa"), icon="pencil")
            self.button.setAccessibleName(self.tr("Sửa: {label}").format(label=label))
            self.button.clicked.connect(self.edit_asked)
            align = Qt.AlignmentFlag
            row.addWidget(self.button, 0, align.AlignLeft if look.large else align.AlignVCenter)
