"""Who wants to hear of codes; a reader runs as long as somebody does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from devices.code_reader.api import Code
from devices.watch import Watch

OnCode = Callable[[Code], None]


class Listeners:
    """Listeners come and go on any thread.

    ``start`` is called for the first one and gives what is stopped after the last one has gone.
    """

    def __init__(self, start: Callable[[], Watch]) -> None:
        self._start = start
        self._running: Watch | None = None
        self._running_lock = threading.Lock()
        self._lock = threading.Lock()
        self._all: dict[Listening, OnCode] = {}

    def add(self, on_code: OnCode) -> Listening:
        listening = Listening(self)
        with self._lock:
            self._all[listening] = on_code
        with self._running_lock:
            if self._running is None and self._all:
                self._running = self._start()
        return listening

    def tell(self, code: Code) -> None:
        with self._lock:
            everybody = list(self._all.items())
        for listening, on_code in everybody:
            if listening in self._all:  # an earlier one may have stopped it
                on_code(code)

    def remove(self, listening: Listening) -> None:
        with self._lock:
            known = self._all.pop(listening, None)
            if known is None or self._all:
                return
        with self._running_lock:
            # Somebody may have come meanwhile; what runs is theirs then.
            if self._running is not None and not self._all:
                running, self._running = self._running, None
                running.stop()


class Listening:
    """A `Watch`; stopping it twice is harmless, also from inside its own call."""

    def __init__(self, where: Listeners) -> None:
        self._where = where

    def stop(self) -> None:
        self._where.remove(self)
