"""Hands events to a listener on a thread of its own, in order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from devices.idcard.api import CardEvent

OnEvent = Callable[[CardEvent], None]
_JOIN = 5.0


class EventThread:
    """A `Watch` that is fed with `post`; nothing more is delivered once `stop` has returned."""

    def __init__(self, on_event: OnEvent, on_stop: Callable[[EventThread], None]) -> None:
        self._on_event = on_event
        self._on_stop = on_stop
        self._events: queue.SimpleQueue[CardEvent | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="card-events", daemon=True)
        self._thread.start()

    def post(self, event: CardEvent) -> None:
        self._events.put(event)

    def stop(self) -> None:
        self._on_stop(self)
        self._events.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN)

    def _run(self) -> None:
        while (event := self._events.get()) is not None:
            self._on_event(event)
