"""Room that is left over, given to a place of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget


class Air(QWidget):
    """Takes ``weight`` parts of the height that nothing else on the page needs."""

    def __init__(self, weight: int = 1) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        policy.setVerticalStretch(weight)
        self.setSizePolicy(policy)
