"""A portal that serves so many requests a second and asks the others to come later."""

from __future__ import annotations

from collections import Counter
from random import Random

from sync.portal.driver import Accepted, Busy, Outcome, Unreachable

_RECEIPT = b"{}"


class Portal:
    """Not there before second 0; then ``capacity`` requests in each second are served, the rest get 503.

    Its ``Retry-After`` spreads those it sent away over the time it needs for them: evenly over
    1 … 1.2 · owed / capacity seconds, where ``owed`` is how many it sent away and has not served since.
    """

    def __init__(self, capacity: int, random: Random) -> None:
        self.capacity = capacity
        self.asked: Counter[int] = Counter()
        """Requests in each second from 0 on."""
        self.served: Counter[int] = Counter()
        self._random = random
        self._owed: set[tuple[int, int]] = set()

    def answer(self, now: float, request: tuple[int, int]) -> Outcome:
        """What a request (kiosk, row) that comes at second ``now`` gets."""
        if now < 0:
            return Unreachable()
        second = int(now)
        self.asked[second] += 1
        if self.served[second] < self.capacity:
            self.served[second] += 1
            self._owed.discard(request)
            return Accepted(_RECEIPT)
        self._owed.add(request)
        longest = max(1.2 * len(self._owed) / self.capacity, 2.0)
        return Busy(503, round(self._random.uniform(1.0, longest)))  # a header has whole seconds
