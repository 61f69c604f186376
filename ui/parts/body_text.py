"""Running text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui.style.look import Look


class BodyText(QLabel):
    """Wrapping plain text, left aligned; muted for what is said second.

    ``inset`` keeps a ring margin at both sides, so that the text stands in line with the borders
    of buttons and fields in the same column.
    """

    def __init__(
        self,
        look: Look,
        text: str,
        muted: bool = False,
        *,
        size: str = "body",
        tone: str = "",
        inset: bool = False,
    ) -> None:
        super().__init__(text)
        self.look = look
        if inset:
            self.setContentsMargins(look.ring, 0, look.ring, 0)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.font(size))
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if muted or tone:
            self.setProperty("tone", tone or "muted")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
