"""A courier or driver that is to end while the portal doesn't."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import Random

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from kiosk.outbox.message import State
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Outcome, UnknownOutcome, Unreachable
from tests.contract.portal.conftest import portal
from tests.contract.portal.test_odd_answers import ITEM
from tests.fakes.memory_outbox import MemoryOutbox
from tests.fakes.moving_clock import MovingClock
from tests.fakes.portal_items import item
from tests.fakes.stub_portal import Said, StubPortal

pytestmark = pytest.mark.real

SILENT = Said(b"HTTP/1.1 200 OK\r\nX: ", again=b"x", drip_s=0.05)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def box() -> MemoryOutbox:
    made = MemoryOutbox(MovingClock())
    made.put(item())
    return made


def test_closing_a_driver_ends_its_request() -> None:
    outcomes: list[Outcome] = []
    with StubPortal(lambda *_: SILENT) as stub:
        driver = AdapterDriver(portal(stub.url, read_timeout_s=60), "H29.18")
        thread = threading.Thread(target=lambda: outcomes.append(driver.send(ITEM)))
        thread.start()
        until(lambda: "DongBoHoSoMC" in stub.services)
        driver.close()
        thread.join(2)
        assert not thread.is_alive()
        asked = list(stub.services)
        assert driver.send(ITEM) == Unreachable("closed")
        assert stub.services == asked
    [cut] = outcomes
    assert isinstance(cut, UnknownOutcome)
    assert cut.detail == "closed"


@pytest.mark.parametrize("drains", [False, True])
def test_closing_a_courier_ends_its_thread(drains: bool) -> None:
    cancelled: list[bool] = []
    outbox = box()
    with StubPortal(lambda *_: SILENT) as stub:
        driver = AdapterDriver(portal(stub.url, read_timeout_s=60), "H29.18")
        courier = Courier(outbox, driver, MovingClock(), Random(1))

        def work() -> None:
            try:
                courier.drain(Cancel(), 60) if drains else courier.run(Cancel())
            except Cancelled:
                cancelled.append(True)

        thread = threading.Thread(target=work)
        thread.start()
        until(lambda: "DongBoHoSoMC" in stub.services)
        courier.close()
        thread.join(2)
        assert not thread.is_alive()
    assert cancelled == [True] * drains
    assert outbox.kept[1].state is State.READY


def test_a_courier_that_sleeps_ends_when_it_is_closed() -> None:
    clock = MovingClock()
    with StubPortal(lambda *_: SILENT) as stub:
        driver = AdapterDriver(portal(stub.url), "H29.18")
        courier = Courier(MemoryOutbox(clock), driver, clock, Random(1))
        thread = threading.Thread(target=courier.run, args=(Cancel(),))
        thread.start()
        time.sleep(0.1)
        courier.close()
        thread.join(2)
        assert not thread.is_alive()


def test_a_drain_ends_in_its_time_whatever_the_time_outs() -> None:
    outbox = box()
    began = time.monotonic()
    with StubPortal(lambda *_: SILENT) as stub:
        driver = AdapterDriver(portal(stub.url, read_timeout_s=60), "H29.18")
        courier = Courier(outbox, driver, MovingClock(), Random(1))
        with pytest.raises(Fault, match="PORTAL_SLOW"):
            courier.drain(Cancel(), 0.5)
        driver.close()
    assert time.monotonic() - began < 3
    assert outbox.kept[1].state is State.READY
