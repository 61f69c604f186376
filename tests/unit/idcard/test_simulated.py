"""The simulated reader: events, status, and faults on call."""

from __future__ import annotations

import queue

import pytest

from devices.fault import Fault
from devices.idcard.api import CardChange, CardEvent
from devices.idcard.simulated import NAME, SimulatedReader
from devices.idcard.virtual.card import ATR, VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.status import Level
from tests.unit.idcard.cards import read, reader

IN, OUT = CardEvent(CardChange.CARD_IN, NAME, ATR), CardEvent(CardChange.CARD_OUT, NAME)


@pytest.fixture
def events():
    return queue.SimpleQueue()


def following(events, count: int) -> list[CardEvent]:
    return [events.get(timeout=5) for _ in range(count)]


def test_cards_coming_and_going(events):
    where = SimulatedReader(latency_ms=0)
    watch = where.watch(events.put)
    where.put_card()
    where.lift_card()
    where.lift_card()
    where.put_card()
    where.put_card(VirtualCard())
    assert following(events, 5) == [IN, OUT, IN, OUT, IN]
    watch.stop()
    where.lift_card()
    assert events.empty()
    watch.stop()


def test_a_card_that_lies_there_is_reported(events):
    watch = SimulatedReader(present=True).watch(events.put)
    assert following(events, 1) == [IN]
    watch.stop()


def test_a_torn_card_is_reported(events):
    where = reader(VirtualCard(switches=Switches(tear_after=9)))
    watch = where.watch(events.put)
    with pytest.raises(Fault, match="CARD_REMOVED"):
        read(where)
    assert following(events, 2) == [IN, OUT]
    watch.stop()


def test_a_listener_may_stop_its_own_watch(events):
    where = SimulatedReader(latency_ms=0)

    def once(event: CardEvent) -> None:
        watch.stop()
        events.put(event)

    watch = where.watch(once)
    where.put_card()
    assert following(events, 1) == [IN]
    watch.stop()


def test_service_and_reader(events):
    where = reader()
    assert (where.status().level, where.readers()) == (Level.OK, [NAME])
    where.set_service(False)
    watch = where.watch(events.put)
    assert where.status().level is Level.FAULT
    for call in (where.readers, lambda: read(where)):
        with pytest.raises(Fault, match="PCSC_DOWN"):
            call()
    where.set_service(True)
    where.set_plugged(False)
    assert (where.status().level, where.readers()) == (Level.FAULT, [])
    with pytest.raises(Fault, match="NO_READER"):
        read(where)
    where.set_plugged(True)
    with pytest.raises(Fault, match="NO_CARD"):
        read(where)
    assert [event.change for event in following(events, 5)] == [
        CardChange.SERVICE_GONE,
        CardChange.SERVICE_BACK,
        CardChange.CARD_OUT,
        CardChange.READERS_CHANGED,
        CardChange.READERS_CHANGED,
    ]
    watch.stop()


def test_service_stops_during_a_reading():
    where = reader()

    def stop(progress) -> None:
        where.set_service(progress.total == 0)

    with pytest.raises(Fault, match="PCSC_DOWN"):
        read(where, on_progress=stop)


def test_a_card_swapped_during_a_reading_is_not_read_on():
    where = reader()

    def swap(progress) -> None:
        if progress.total > 100 and progress.done < 1000:
            where.put_card()

    with pytest.raises(Fault, match="CARD_REMOVED"):
        read(where, on_progress=swap)
