"""A driver that answers as the test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from devices.cancel import Cancel
from sync.portal.driver import Accepted, Outcome, Outgoing, is_trouble


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


class BatchingPortal(ScriptedPortal):
    """Takes ten at once; ``requests`` remembers how many each held."""

    most = 10

    def __init__(self, script: Callable[[Outgoing], Outcome] | None = None) -> None:
        super().__init__(script)
        self.requests: list[int] = []

    def send(self, item: Outgoing) -> Outcome:
        self.requests.append(1)
        return super().send(item)

    def send_all(self, items: Sequence[Outgoing]) -> list[Outcome]:
        self.requests.append(len(items))
        outcomes: list[Outcome] = []
        for item in items:
            outcomes.append(super().send(item))
            if is_trouble(outcomes[-1]):
                break
        return outcomes
