"""A fleet on a virtual clock: events in order of time, no threads and no waiting, one seed gives one run."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from random import Random

from sync.backoff import first_wait
from sync.portal.driver import Accepted
from tests.fleet.kiosk import Kiosk
from tests.fleet.portal import Portal

REQUEST_S = (0.1, 0.4)
"""How long a request takes, evenly between."""

NO_LINE_S = 5.0
"""How long a kiosk tries to connect while there is no portal."""

WAKE_S = 2.0
"""Within so many seconds all kiosks are started after a power cut."""


@dataclass(frozen=True)
class Scenario:
    """``kiosks`` with ``rows`` waiting each, a portal for ``capacity`` requests a second that comes back at second 0.

    With ``power_cut`` the kiosks were off and start at second 0, all at once; else they ran all the time
    and rest between tries. ``spread`` is the rule under test for starts.
    """

    name: str
    kiosks: int
    rows: int
    capacity: int
    power_cut: bool
    outage_s: float = 7200.0
    spread: Callable[[int, float, Random], float] = first_wait


@dataclass(frozen=True)
class Run:
    """What came of it. ``asked`` and ``served``: requests in each second from 0 to the end."""

    scenario: Scenario
    requests: int
    asked: list[int]
    served: list[int]
    drained_s: float
    left: int

    @property
    def rejected_each(self) -> float:
        """Rejections for each row, on average."""
        rows = self.scenario.kiosks * self.scenario.rows
        return (sum(self.asked) - sum(self.served)) / rows

    def peak(self, seconds: int) -> float:
        """The most requests a second, averaged over any so many seconds in a row."""
        spans = range(max(len(self.asked) - seconds, 0) + 1)
        return max(sum(self.asked[at : at + seconds]) / seconds for at in spans)


class Fleet:
    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self._now = 0.0
        self._random = Random(seed)
        self._portal = Portal(scenario.capacity, self._random)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._requests = 0
        self._last = 0.0
        self._kiosks = [
            Kiosk(number, self._clock, self._random) for number in range(scenario.kiosks)
        ]

    def run(self, give_up_s: float = 36_000.0) -> Run:
        begin = self._begin_off if self._scenario.power_cut else self._begin_running
        for kiosk in self._kiosks:
            begin(kiosk)
        while self._events and self._events[0][0] < give_up_s:
            self._now, _, act = heapq.heappop(self._events)
            act()
        left = sum(self._scenario.rows - kiosk.rows.acknowledged for kiosk in self._kiosks)
        seconds = range(int(self._last) + 1)
        asked = [self._portal.asked[at] for at in seconds]
        served = [self._portal.served[at] for at in seconds]
        return Run(self._scenario, self._requests, asked, served, self._last, left)

    def _clock(self) -> float:
        return self._now

    def _begin_off(self, kiosk: Kiosk) -> None:
        """Its rows are as old as the outage; it starts within the first seconds and first spreads."""
        self._now = 0.0
        for seq in range(self._scenario.rows):
            kiosk.rows.add(seq)
        wait = self._scenario.spread(kiosk.rows.waiting, self._scenario.outage_s, self._random)
        self._at(self._random.uniform(0, WAKE_S) + wait, lambda: self._send(kiosk))

    def _begin_running(self, kiosk: Kiosk) -> None:
        """People hand in all through the outage; the first row makes it try, later ones change nothing."""
        self._now = -self._scenario.outage_s
        times = [self._random.uniform(self._now, 0) for _ in range(self._scenario.rows)]
        for seq, at in enumerate(sorted(times)):
            self._at(at, self._hand_in(kiosk, seq, first=seq == 0))

    def _hand_in(self, kiosk: Kiosk, seq: int, *, first: bool) -> Callable[[], None]:
        def act() -> None:
            kiosk.rows.add(seq)
            if first:
                self._send(kiosk)

        return act

    def _send(self, kiosk: Kiosk) -> None:
        """Claims one row and asks the portal; the answer comes after the request's time."""
        item = kiosk.rows.claim()
        outcome = self._portal.answer(self._now, (kiosk.number, item.seq))
        self._requests += 1
        took = NO_LINE_S if self._now < 0 else self._random.uniform(*REQUEST_S)

        def learn() -> None:
            kiosk.learn(item, outcome)
            if isinstance(outcome, Accepted):
                self._last = max(self._last, self._now)
            self._go_on(kiosk)

        self._at(self._now + took, learn)

    def _go_on(self, kiosk: Kiosk) -> None:
        at = kiosk.next_at()
        if at is not None:
            self._at(at, lambda: self._send(kiosk))

    def _at(self, second: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (second, next(self._order), act))
