"""Work off the Qt thread, and its results back on it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal, Slot
from shiboken6 import isValid

from kiosk.workers import step_back

Made = TypeVar("Made")


class Poster(QObject):
    """Runs callables on the thread this object lives in, in the order they were posted.

    Conductors and workers take `post`; they know no Qt. After `close` nothing runs any more, so
    that a late result can't touch a window that has gone.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Runs ``call`` on the Qt thread soon; may be called from any thread."""
        if self._open:
            self._posted.emit(call)

    def close(self) -> None:
        """Drops everything that is posted from now on or has not run yet."""
        self._open = False

    @Slot(object)
    def _on_posted(self, call: Callable[[], None]) -> None:
        if self._open:
            call()


def in_background(owner: QObject, make: Callable[[], Made], take: Callable[[Made], None]) -> None:
    """Runs ``make`` on a worker's thread, one after the other, and gives ``take`` the result on the Qt thread,
    unless ``owner`` is deleted by then.

    ``make`` may use images, never widgets or pixmaps. An error of its own is raised on the Qt thread.
    """
    _workshop().begin(owner, make, take)


def settle() -> None:
    """Runs Qt's events until all that was begun `in_background` is taken: for whoever takes a picture."""
    loop = QEventLoop()
    in_background(loop, lambda: None, lambda _: loop.quit())
    loop.exec()


class _Workshop:
    """One worker. What a result is for stays on the Qt thread: a widget must not be let go on another one."""

    def __init__(self) -> None:
        self._poster = Poster()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pictures", initializer=step_back)
        self._numbers = count()
        self._awaited: dict[int, tuple[QObject, Callable[[], None]]] = {}

    def begin(self, owner: QObject, make: Callable[[], Made], take: Callable[[Made], None]) -> None:
        number = next(self._numbers)
        done = self._worker.submit(make)
        self._awaited[number] = owner, lambda: take(done.result())
        done.add_done_callback(lambda _: self._poster.post(lambda: self._arrived(number)))

    def _arrived(self, number: int) -> None:
        owner, take = self._awaited.pop(number)
        if isValid(owner):
            take()


@cache
def _workshop() -> _Workshop:
    return _Workshop()
