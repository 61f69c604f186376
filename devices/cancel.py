"""How a long device call is told to stop."""

from __future__ import annotations

import threading


class Cancelled(Exception):
    """The person or the program asked the running work to stop; nothing went wrong."""


class Cancel:
    """A flag that one thread raises and the working thread looks at between steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def asked(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raises `Cancelled` once `cancel` was called."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Waits at most ``seconds``; true when cancelling was asked meanwhile."""
        return self._event.wait(seconds)
