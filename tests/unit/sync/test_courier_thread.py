"""The courier's thread: wakes, sleeps, stops, and lives through faults and bugs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import Random

import pytest

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.outbox.message import State
from sync.courier import Condition, Courier
from sync.portal.driver import Accepted, Outcome, Outgoing, Unreachable
from tests.fakes.portal_items import item
from tests.unit.sync.test_courier import Desk


def running(desk: Desk, cancel: Cancel) -> threading.Thread:
    thread = threading.Thread(target=desk.courier.run, args=(cancel,))
    thread.start()
    return thread


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_thread_sends_wakes_and_stops() -> None:
    desk = Desk(1)
    cancel = Cancel()
    thread = running(desk, cancel)
    until(lambda: len(desk.portal.sent) == 1)
    desk.box.put(item("D-2", seq=2))
    for _ in range(10_000):
        desk.courier.wake()
    until(lambda: len(desk.portal.sent) == 2)
    cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert desk.box.recovered < 10


def test_a_wake_doesn_t_shorten_the_rest() -> None:
    desk = Desk(2, lambda _: Unreachable())
    cancel = Cancel()
    thread = running(desk, cancel)
    until(lambda: len(desk.portal.sent) == 1)
    for _ in range(50):
        desk.courier.wake()
        time.sleep(0.002)
    assert len(desk.portal.sent) == 1
    cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()


def test_a_fault_of_the_store_doesn_t_end_the_thread() -> None:
    desk = Desk(1)
    tries = []

    def broken(**_: object) -> int:
        tries.append(1)
        raise Fault("DISK_FULL")

    desk.box.recover = broken  # type: ignore[method-assign]
    cancel = Cancel()
    thread = running(desk, cancel)
    until(lambda: len(tries) == 1)
    desk.courier.wake()
    until(lambda: len(tries) == 2)
    cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()


def test_a_bug_doesn_t_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    name = "NGUYỄN"

    def script(it: Outgoing) -> Outcome:
        if it.dossier_code == "D-1":
            raise UnicodeEncodeError("utf-8", name, 0, 1, "surrogates not allowed")
        return Accepted(b"ok")

    desk = Desk(2, script)
    cancel = Cancel()
    thread = running(desk, cancel)
    until(lambda: desk.courier.condition.fault == "PROGRAM_ERROR")
    assert desk.seen[-1].fault == "PROGRAM_ERROR"
    first = desk.box.kept[1]
    assert (first.state, first.error, first.item.attempts) == (State.READY, "PROGRAM_ERROR", 1)
    assert first.next_at > desk.clock.present
    desk.courier.wake()
    until(lambda: desk.box.kept[2].state is State.ACKNOWLEDGED)
    cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert "bug: UnicodeEncodeError" in caplog.text
    assert "NGUYỄN" not in caplog.text


def test_a_listener_with_a_bug_doesn_t_end_the_thread() -> None:
    def listen(_: Condition) -> None:
        raise RuntimeError

    desk = Desk(1)
    courier = Courier(desk.box, desk.portal, desk.clock, Random(7), on_change=listen)
    cancel = Cancel()
    thread = threading.Thread(target=courier.run, args=(cancel,))
    thread.start()
    until(lambda: courier.condition.fault == "PROGRAM_ERROR")
    courier.wake()
    until(lambda: desk.box.kept[1].state is State.ACKNOWLEDGED)
    cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()


def test_the_spread_can_be_stopped() -> None:
    desk = Desk(1)
    desk.clock.move(121)
    cancel = Cancel()
    thread = running(desk, cancel)
    cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert desk.portal.sent == []


def test_a_store_that_can_t_be_read_at_start_is_tried_again() -> None:
    desk = Desk(1)
    counts, tries = desk.box.counts, []

    def once_broken() -> dict[str, int]:
        tries.append(1)
        if len(tries) == 1:
            raise Fault("STORE_BUSY")
        return counts()

    desk.box.counts = once_broken  # type: ignore[method-assign]
    cancel = Cancel()
    thread = running(desk, cancel)
    until(lambda: len(tries) == 1)
    desk.courier.wake()
    until(lambda: len(desk.portal.sent) == 1)
    cancel.cancel()
    thread.join(5)
    assert not thread.is_alive()
