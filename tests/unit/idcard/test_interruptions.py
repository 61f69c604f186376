"""The card is torn away, hangs, or the person gives up: at any APDU, cleanly, and the next reading works."""

from __future__ import annotations

import threading
import time

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.idcard.reader import Means
from devices.idcard.simulated import SimulatedReader
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from tests.unit.idcard.cards import WatchedCard, read, reader

APDUS = read(reader()).apdus
PACE_APDUS = read(reader(WatchedCard(no_pace=False))).apdus
SOON = 5.0


def gone(name: str = "card-link") -> bool:
    deadline = time.monotonic() + SOON
    while any(thread.name == name for thread in threading.enumerate()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("first", range(1, APDUS, 10))
def test_torn_at_every_apdu(first):
    card = WatchedCard()
    where = reader(card)
    for at in range(first, min(first + 10, APDUS)):
        card.switches.tear_after = at
        with pytest.raises(Fault) as caught:
            read(where)
        assert caught.value.code == "CARD_REMOVED"
        card.switches.tear_after = 0
        with pytest.raises(Fault, match="NO_CARD"):
            read(where)
        where.put_card()
    assert read(where).citizen is not None


@pytest.mark.parametrize("key", ["can", "key"])
@pytest.mark.parametrize("first", range(1, PACE_APDUS, 10))
def test_a_pace_reading_torn_at_every_apdu(first, key):
    card = WatchedCard(no_pace=False)
    where = reader(card)
    for at in range(first, min(first + 10, PACE_APDUS)):
        card.switches.tear_after = at
        with pytest.raises(Fault) as caught:
            read(where, getattr(card, key))
        assert caught.value.code == "CARD_REMOVED"
        card.switches.tear_after = 0
        with pytest.raises(Fault, match="NO_CARD"):
            read(where, getattr(card, key))
        where.put_card()
    assert read(where, getattr(card, key)).access.startswith("PACE")


@pytest.mark.parametrize("extended", ["off", "on"])
def test_a_pace_reading_cancelled_at_every_apdu(extended):
    whole = read(extended_reader(extended)).apdus
    for at in range(1, whole + 1, 1 if extended == "on" else 7):
        cancel = Cancel()

        def on_apdu(count: int, at: int = at, cancel: Cancel = cancel) -> None:
            if count == at:
                cancel.cancel()

        where = extended_reader(extended, on_apdu)
        with pytest.raises(Cancelled):
            read(where, where.card.can, cancel=cancel)
        assert len(where.card.commands) == at
    assert read(where).citizen is not None


def extended_reader(extended, on_apdu=lambda _: None) -> SimulatedReader:
    card = WatchedCard(on_apdu, no_pace=False)
    return SimulatedReader(card, 0, present=True, means=Means(extended=extended))


@pytest.mark.parametrize("at", range(1, 21))
def test_an_extended_reading_torn_at_every_apdu(at):
    where = extended_reader("on")
    where.card.switches.tear_after = at
    with pytest.raises(Fault, match="CARD_REMOVED"):
        read(where, where.card.can)
    where.card.switches.tear_after = 0
    where.put_card()
    assert read(where, where.card.can).apdus <= 22


@pytest.mark.parametrize("first", range(1, APDUS + 1, 10))
def test_cancelled_at_every_apdu(first):
    for at in range(first, min(first + 10, APDUS + 1)):
        cancel = Cancel()

        def on_apdu(count: int, at: int = at, cancel: Cancel = cancel) -> None:
            if count == at:
                cancel.cancel()

        card = WatchedCard(on_apdu)
        where = reader(card)
        with pytest.raises(Cancelled):
            read(where, cancel=cancel)
        assert len(card.commands) == at
    assert read(where).citizen is not None


def test_cancelled_before_it_begins():
    cancel, card = Cancel(), WatchedCard()
    cancel.cancel()
    with pytest.raises(Cancelled):
        read(reader(card), cancel=cancel)
    assert card.commands == []


@pytest.mark.parametrize("at", [1, 3, 20])
def test_a_hanging_card_does_not_hold_the_caller(at):
    card = VirtualCard(switches=Switches(hang_after=at))
    where = reader(card, seconds=0.2)
    with pytest.raises(Fault, match="CARD_TOO_SLOW"):
        read(where)
    where.lift_card()
    assert gone()
    card.switches.hang_after = 0
    where.put_card()
    where._means = None  # the limits of a real reading
    assert read(where).citizen is not None


def test_cancel_is_heard_while_the_card_hangs():
    where = reader(VirtualCard(switches=Switches(hang_after=5)))
    cancel = Cancel()
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        read(where, cancel=cancel)
    assert time.monotonic() - start < SOON
    timer.join()
    where.lift_card()
    assert gone()


@pytest.mark.parametrize("at", [4, 5, 12, 60])
def test_lost_secure_messaging_begins_again_once(at):
    where = reader(VirtualCard(switches=Switches(reset_after=at)))
    data = read(where)
    assert data.citizen is not None
    assert data.apdus > APDUS


@pytest.mark.parametrize("code", ["CARD_RESET", "READER_ERROR", "SM_BROKEN", "CARD_ERROR"])
def test_begins_again_once_and_not_twice(code):
    where = reader()
    where.script(Fault(code))
    assert read(where).citizen is not None
    where.script(Fault(code), Fault(code))
    with pytest.raises(Fault, match=code):
        read(where)


@pytest.mark.parametrize("code", ["CARD_REMOVED", "WRONG_KEY", "PCSC_DOWN", "CHIP_MAC_ERROR"])
def test_other_faults_end_the_reading(code):
    card = WatchedCard()
    where = reader(card)
    where.script(Fault(code))
    with pytest.raises(Fault, match=code):
        read(where)
    assert card.commands == []


def test_no_thread_is_left_behind():
    read(reader())
    assert gone()
