"""What is wrong with the answers of a page, above everything else."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent

from ui.parts.announce import announce
from ui.parts.banner import Banner
from ui.parts.ring import paint_inner_ring
from ui.style import tokens
from ui.style.look import Look


class ErrorSummary(Banner):
    """Shown also for one error. ``present`` takes the focus and says the words."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(look, "danger", text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def present(self, text: str) -> None:
        self.set_text(text)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, text, urgent=True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_inner_ring(painter, QRectF(self.rect()), self.look, self.look.mm(tokens.RADIUS))
            painter.end()
