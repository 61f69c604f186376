"""What workers post runs on the Qt thread, in order, and not after the end."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from ui.background import Poster, in_background, settle


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


def test_a_result_is_made_elsewhere_and_taken_here(qapp: QApplication) -> None:
    owner, seen = QObject(), list[tuple[object, threading.Thread]]()
    in_background(
        owner,
        threading.current_thread,
        lambda made: seen.append((made, threading.current_thread())),
    )
    assert seen == []
    settle()
    [(made, taken)] = seen
    assert made is not taken
    assert taken is threading.current_thread()


def test_nobody_takes_for_an_owner_that_is_gone(qapp: QApplication) -> None:
    gate, seen = threading.Event(), list[object]()
    owner = QObject()
    in_background(owner, gate.wait, seen.append)
    delete(owner)
    gate.set()
    settle()
    assert seen == []


def test_an_error_comes_up_on_the_qt_thread(qtbot: QtBot) -> None:
    owner = QObject()
    with qtbot.capture_exceptions() as raised:
        in_background(owner, lambda: 1 // 0, print)
        settle()
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]
