"""The two readers the contract is held against: simulated, and PC/SC with a real pcscd."""

from __future__ import annotations

import os
import queue
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.idcard import scard
from devices.idcard.api import CardChange, CardEvent, IdCardReader
from devices.idcard.pcsc import PcscReader
from devices.idcard.reader import Means
from devices.idcard.simulated import SimulatedReader
from devices.idcard.virtual import daemon, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.daemon import PcscDaemon

# The client library looks its socket up once per process: before any test calls it, and away from
# a pcscd that this machine may be running for others.
_PLACE = Path(tempfile.gettempdir()) / f"pcscd-tests-{os.getpid()}"
os.environ.update(PcscDaemon(_PLACE).environment)
WAIT = 15.0


def need_pcscd() -> None:
    """Skips where pcscd can't run; in the CI it has to."""
    reason = daemon.missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(f"the CI must run these: {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def service() -> Iterator[PcscDaemon]:
    """A running pcscd; a test that stops it starts it again."""
    need_pcscd()
    _PLACE.mkdir(exist_ok=True)
    with PcscDaemon(_PLACE) as running:
        yield running
    _PLACE.rmdir()


class SimulatedDesk:
    """A desk whose reader is simulated."""

    def __init__(self) -> None:
        self.device = SimulatedReader(latency_ms=0)
        self.reader: IdCardReader = self.device

    def put(self, card: VirtualCard) -> None:
        self.device.put_card(card)

    def lift(self) -> None:
        self.device.lift_card()

    def limit(self, means: Means) -> IdCardReader:
        self.device._means = means
        self.device._memory.clear()
        return self.device


class PcscDesk:
    """A desk whose reader is a virtual slot of a real pcscd."""

    def __init__(self, service: PcscDaemon) -> None:
        self.service = service
        self.reader: IdCardReader = PcscReader()
        self._plugged: vpcd.PluggedCard | None = None

    def put(self, card: VirtualCard) -> None:
        """Lays the card down and waits until the service has noticed it."""
        self._plugged = vpcd.PluggedCard(card, self.service.connect())
        settle(present=True)

    def lift(self) -> None:
        if self._plugged is not None:
            self._plugged.pull()
            settle(present=False)
        self._plugged = None

    def limit(self, means: Means) -> IdCardReader:
        self.reader = PcscReader(means=means)
        return self.reader


def settle(present: bool) -> None:
    """Waits until the service says that a card lies in the first slot, or that none does.

    Its counter of insertions and removals must agree (odd: a card). After a card was torn away,
    pcscd says "empty" at once but notices the removal only at its next look, 0.4 s later; a card
    laid down between the two would never be noticed.
    """
    context = scard.establish()
    name = scard.list_readers(context)[0]
    deadline = time.monotonic() + WAIT
    while True:
        state = scard.wait_for_change(context, 0, [(name, 0)])[0][1] & ~scard.CHANGED
        if bool(state & scard.PRESENT) == bool(state >> 16 & 1) == present:
            break
        assert time.monotonic() < deadline, f"no change to present={present} within {WAIT} s"
        scard.wait_for_change(context, 200, [(name, state)])
    scard.release(context)


class Events(queue.SimpleQueue[CardEvent]):
    def until(self, *changes: CardChange) -> CardEvent:
        """The next event of one of these kinds; fails after a while."""
        while True:
            event = self.get(timeout=WAIT)
            if event.change in changes:
                return event


@pytest.fixture(params=["simulated", pytest.param("pcsc", marks=pytest.mark.pcsc)])
def desk(request: pytest.FixtureRequest) -> Iterator[SimulatedDesk | PcscDesk]:
    made: SimulatedDesk | PcscDesk
    if request.param == "simulated":
        made = SimulatedDesk()
    else:
        made = PcscDesk(request.getfixturevalue("service"))
    yield made
    made.lift()
