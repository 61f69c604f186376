"""What workers post runs on the Qt thread, in order, and not after the end."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.background import Poster


def test_calls_arrive_on_the_qt_thread_in_order(qtbot: QtBot) -> None:
    poster = Poster()
    seen: list[tuple[int, threading.Thread]] = []

    def work() -> None:
        for number in range(50):
            poster.post(lambda number=number: seen.append((number, threading.current_thread())))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert [number for number, _ in seen] == list(range(50))
    assert {thread for _, thread in seen} == {threading.current_thread()}


def test_nothing_runs_after_the_end(qapp: QApplication) -> None:
    poster = Poster()
    seen: list[int] = []
    poster.post(lambda: seen.append(1))
    poster.close()
    poster.post(lambda: seen.append(2))
    QApplication.processEvents()
    assert seen == []
