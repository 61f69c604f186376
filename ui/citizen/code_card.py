"""A card with something to keep: a code or a number in large letters, and its picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from ui.citizen.display_text import DisplayText
from ui.parts.body_text import BodyText
from ui.style import tokens
from ui.style.look import Look


class CodeCard(QFrame):
    """Label and code left, picture right; ``upright``: one above the other."""

    def __init__(
        self,
        look: Look,
        label: str,
        code: str,
        picture: QWidget | None,
        *,
        size: str = "display",
        upright: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setAccessibleName(f"{label}: {code}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(BodyText(look, label, muted=True))
        words.addWidget(DisplayText(look, code, size))
        words.addStretch(1)
        direction = QBoxLayout.Direction
        row = QBoxLayout(direction.TopToBottom if upright else direction.LeftToRight, self)
        padding = look.mm(tokens.CARD_PADDING)
        row.setContentsMargins(padding, padding, padding, padding)
        row.setSpacing(look.mm(tokens.SPACE_4))
        row.addLayout(words, 1)
        if picture is not None:
            row.addWidget(picture, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
