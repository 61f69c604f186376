"""What is wrong with the answers of a page, above everything else."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.parts.announce import announce
from ui.parts.banner import Banner
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
