"""The offscreen platform makes a window active only after some events."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget


def activate(window: QWidget) -> None:
    """Show a window so that its widgets can take the focus."""
    window.show()
    window.activateWindow()
    for _ in range(50):
        QApplication.processEvents()
        if window.isActiveWindow():
            return
