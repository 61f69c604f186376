"""Brings results of background work to the Qt thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


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
