"""Type Vietnamese into a widget as an input method does: ``QTest.keyClicks`` knows ASCII only."""

from __future__ import annotations

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget


def type_vi(widget: QWidget, text: str, *, preedit: str = "") -> None:
    """Show ``preedit`` under the cursor first, when given, then commit the text."""
    if preedit:
        QApplication.sendEvent(widget, QInputMethodEvent(preedit, []))
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)
