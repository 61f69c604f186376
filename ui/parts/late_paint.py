"""Paints a page that was just built in the next turn of the event loop."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget


class LatePaint(QTimer):
    """Building and laying out take as long as painting: between the two others get their turn.

    The former page stays on the screen meanwhile.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setSingleShot(True)
        self.setInterval(0)
        self.timeout.connect(self._paint)

    def hold(self) -> None:
        """From here on nothing is painted before the next turn."""
        self._window.setUpdatesEnabled(False)
        self.start()

    def _paint(self) -> None:
        self._window.setUpdatesEnabled(True)
