"""PC/SC codes, the choice of the reader, and the monitor's logic, without a daemon."""

from __future__ import annotations

import queue
import threading

import pytest
from smartcard.Exceptions import SmartcardException
from smartcard.pcsc.PCSCExceptions import EstablishContextException

from devices.fault import Fault
from devices.idcard import pcsc_monitor, scard
from devices.idcard.api import CardChange
from devices.idcard.pcsc import usable
from devices.idcard.pcsc_monitor import Monitor


@pytest.mark.parametrize(
    ("code", "at_connect", "during"),
    [
        (0x8010001D, "PCSC_DOWN", "PCSC_DOWN"),
        (0x8010001E, "PCSC_DOWN", "PCSC_DOWN"),
        (0x80100003, "PCSC_DOWN", "PCSC_DOWN"),
        (0x80100013, "PCSC_DOWN", "PCSC_DOWN"),
        (0x8010002E, "NO_READER", "NO_READER"),
        (0x80100017, "READER_GONE", "CARD_REMOVED"),
        (0x80100009, "READER_GONE", "CARD_REMOVED"),
        (0x8010000C, "NO_CARD", "CARD_REMOVED"),
        (0x80100069, "CARD_REMOVED", "CARD_REMOVED"),
        (0x80100068, "CARD_RESET", "CARD_RESET"),
        (0x80100066, "CARD_MUTE", "CARD_MUTE"),
        (0x80100067, "CARD_MUTE", "CARD_MUTE"),
        (0x8010000B, "READER_BUSY", "READER_BUSY"),
        (0x8010000F, "CARD_UNSUPPORTED", "CARD_UNSUPPORTED"),
        (0x80100016, "READER_ERROR", "READER_ERROR"),
        (0x8010002F, "READER_ERROR", "READER_ERROR"),
        (0x8010001F, "READER_ERROR", "READER_ERROR"),
        (0x80100006, "READER_ERROR", "READER_ERROR"),
        (0x80100008, "READER_ERROR", "READER_ERROR"),
        (0x8010FFFF, "READER_ERROR", "READER_ERROR"),
    ],
)
@pytest.mark.parametrize("signed", [False, True])
def test_every_code_has_its_fault(code, at_connect, during, signed, monkeypatch):
    given = code - (1 << 32) if signed else code
    for name in ("SCardConnect", "SCardTransmit"):
        monkeypatch.setattr(scard._scard, name, lambda *_: (given, None, None), raising=False)
    with pytest.raises(Fault) as caught:
        scard.connect(1, "reader")
    assert caught.value.code == at_connect
    assert f"0x{code:08X}" in caught.value.detail
    with pytest.raises(Fault) as caught:
        scard.transmit(1, 2, b"\x00\xa4\x04\x00")
    assert caught.value.code == during


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EstablishContextException(-2146435043), "PCSC_DOWN"),
        (SmartcardException("quotes an APDU 00A4", hresult=0x80100069), "CARD_REMOVED"),
        (SmartcardException("no code at all"), "READER_ERROR"),
    ],
)
def test_both_families_of_exceptions(error, code, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(scard._scard, "SCardEstablishContext", fail, raising=False)
    with pytest.raises(Fault) as caught:
        scard.establish()
    assert caught.value.code == code
    assert "00A4" not in str(caught.value)


def test_choice_of_the_reader():
    names = ["ACME SAM 0", "ACME Contact 0", "ACME PICC 1", "Clever NFC", "Claim 1"]
    assert usable(names) == ["ACME PICC 1", "Clever NFC", "ACME Contact 0", "Claim 1"]
    assert usable(names, "acme") == ["ACME PICC 1", "ACME SAM 0", "ACME Contact 0"]
    assert usable(names, "absent") == []


class Service:
    """Stands in for the PC/SC calls: a list of answers to "what has changed"."""

    def __init__(self, monkeypatch, *steps) -> None:
        self.steps = list(steps)
        self.readers = ["A"]
        self.over = threading.Event()
        for name in ("establish", "release", "cancel", "list_readers", "wait_for_change"):
            monkeypatch.setattr(pcsc_monitor.scard, name, getattr(self, name))

    def establish(self) -> int:
        return 1

    def release(self, _: int) -> None: ...

    def cancel(self, _: int) -> None: ...

    def list_readers(self, _: int) -> list[str]:
        return self.readers

    def wait_for_change(self, _context, _timeout, _asked):
        if not self.steps:
            self.over.wait(5)
            return []
        step = self.steps.pop(0)
        if isinstance(step, Fault):
            raise step
        return step


def watched(service: Service, count: int) -> list[tuple[str, str]]:
    events = queue.SimpleQueue()
    monitor = Monitor(events.put, list, back_off=(0.001,))
    found = [events.get(timeout=5) for _ in range(count)]
    service.over.set()
    monitor.stop()
    assert events.empty()
    return [(event.change.value, event.reader) for event in found]


EMPTY, CARD, CHANGED = 0x10, scard.PRESENT, scard.CHANGED


def test_insertion_and_removal_and_a_quick_swap(monkeypatch):
    service = Service(
        monkeypatch,
        [("A", EMPTY | CHANGED, b"")],
        [("A", CARD | CHANGED | 1 << 16, b"x")],
        [("A", CARD | CHANGED | 0x100 | 1 << 16, b"x")],  # in use: no news
        [("A", CARD | CHANGED | 3 << 16, b"y")],
        [("A", EMPTY | CHANGED | 4 << 16, b"")],
    )
    changes = [change for change, _ in watched(service, 5)]
    assert changes == ["readers_changed", "card_in", "card_out", "card_in", "card_out"]


def test_a_reader_pulled_with_its_card(monkeypatch):
    service = Service(monkeypatch, [("A", CARD | CHANGED, b"x")])
    service.steps.append([("A", scard.UNKNOWN | CHANGED, b"")])
    original = service.wait_for_change

    def then_gone(*args):
        if len(service.steps) == 1:
            service.readers = []
        return original(*args)

    monkeypatch.setattr(pcsc_monitor.scard, "wait_for_change", then_gone)
    changes = [change for change, _ in watched(service, 4)]
    assert changes == ["readers_changed", "card_in", "card_out", "readers_changed"]


def test_service_lost_with_a_card(monkeypatch):
    service = Service(
        monkeypatch,
        [("A", CARD | CHANGED, b"x")],
        Fault("PCSC_DOWN"),
        [("A", CARD | CHANGED, b"x")],
    )
    assert [change for change, _ in watched(service, 7)] == [
        "readers_changed",
        "card_in",
        "card_out",
        "service_gone",
        "service_back",
        "readers_changed",
        "card_in",
    ]


def test_another_fault_is_tried_again_without_alarm(monkeypatch):
    service = Service(monkeypatch, Fault("READER_ERROR"), [("A", CARD | CHANGED, b"x")])
    changes = [change for change, _ in watched(service, 3)]
    assert changes == ["readers_changed", "readers_changed", "card_in"]
    assert CardChange.SERVICE_GONE.value not in changes
