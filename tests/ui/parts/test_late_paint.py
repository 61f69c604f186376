"""What was just built is painted in a turn of its own."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.parts.late_paint import LatePaint


def test_others_get_their_turn_between_building_and_painting(qtbot: QtBot) -> None:
    told: list[str] = []

    class Sheet(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:
            told.append("painted")

    window = QWidget()
    qtbot.addWidget(window)
    column, late = QVBoxLayout(window), LatePaint(window)
    window.resize(300, 200)
    window.show()
    qtbot.waitExposed(window)
    other = QTimer(window, interval=0)
    other.timeout.connect(lambda: told.append("somebody's turn"))
    other.start()
    late.hold()
    sheet = Sheet()
    column.addWidget(sheet)
    QCoreApplication.sendPostedEvents()
    assert sheet.size() == column.contentsRect().size(), "laid out"
    assert "painted" not in told
    qtbot.waitUntil(lambda: "painted" in told)
    assert told[0] == "somebody's turn"
    assert window.updatesEnabled()
