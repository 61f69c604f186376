"""A driver that answers as the test says."""

from __future__ import annotations

from collections.abc import Callable

from devices.cancel import Cancel
from sync.portal.driver import Accepted, Outcome, Outgoing


class ScriptedPortal:
    """``script`` gives the outcome for an item; ``sent`` remembers the keys in order."""

    def __init__(self, script: Callable[[Outgoing], Outcome] | None = None) -> None:
        self.script = script or (lambda item: Accepted(b"receipt " + item.key.encode()))
        self.sent: list[str] = []

    def send(self, item: Outgoing) -> Outcome:
        self.sent.append(item.key)
        return self.script(item)

    def check(self, cancel: Cancel) -> None:
        cancel.check()
