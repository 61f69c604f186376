"""One simulated kiosk: the order of work of `sync.courier`, with the real back-off, breaker and settlement."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random

from kiosk.outbox.message import Item
from sync.breaker import Breaker
from sync.portal.driver import Outcome
from sync.settlement import settle


class Rows:
    """Its outbox: what is due when, in the order in which `kiosk.outbox.outbox` claims. No row depends on another."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due: list[tuple[float, int]] = []
        self._attempts: dict[int, int] = {}
        self.acknowledged = 0

    def add(self, seq: int) -> None:
        self._attempts[seq] = 0
        heapq.heappush(self._due, (self._clock(), seq))

    @property
    def waiting(self) -> int:
        return len(self._due)

    def next_at(self) -> float | None:
        return self._due[0][0] if self._due else None

    def claim(self) -> Item:
        seq = heapq.heappop(self._due)[1]
        self._attempts[seq] += 1
        return Item(seq, "", "", "", 1, "portal", "submit", b"", self._attempts[seq])

    def acknowledge(self, seq: int, receipt: bytes, *, status: int, duration_ms: int) -> None:
        self.acknowledged += 1

    def retry(self, seq: int, wait_s: float, *, counts: bool = True, **_: object) -> None:
        self._attempts[seq] -= 0 if counts else 1
        heapq.heappush(self._due, (self._clock() + wait_s, seq))

    def needs_attention(self, seq: int, **_: object) -> None:
        raise AssertionError("nothing here needs a person")

    def quarantine(self, seq: int, **_: object) -> None:
        raise AssertionError("nothing here is poison")


class Kiosk:
    """``clock`` gives the virtual second; ``random`` is everybody's."""

    def __init__(self, number: int, clock: Callable[[], float], random: Random) -> None:
        self.number = number
        self.rows = Rows(clock)
        self._clock = clock
        self._random = random
        self._breaker = Breaker(random, clock)

    def next_at(self) -> float | None:
        """The second at which it sends again; None when nothing waits."""
        at = self.rows.next_at()
        if at is None:
            return None
        return max(at, self._clock() + self._breaker.pause_s())

    def learn(self, item: Item, outcome: Outcome) -> None:
        """The answer to a request is here."""
        settle(self.rows, item, outcome, self._random, duration_ms=0)
        self._breaker.judge(outcome)
