"""The card that `simulate` lays on a reader is there for every program, until it's told to stop."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

import pytest

import resources
from devices.idcard.virtual import daemon, vpcd
from devices.idcard.virtual.simulate import simulate
from tests.contract.idcard.conftest import WAIT, need_pcscd

# Another process, as this one's client library is bound to the tests' own pcscd.
READ = """
import sys, threading
from devices.cancel import Cancel
from devices.idcard.api import CardChange
from devices.idcard.pcsc import PcscReader
from devices.idcard.virtual.person import VirtualPerson
there = threading.Event()
reader = PcscReader()
watch = reader.watch(lambda event: event.change is CardChange.CARD_IN and there.set())
assert there.wait(15), "no card"
watch.stop()
data = reader.read(VirtualPerson().with_expiry("400302").key, lambda _: None, Cancel())
print(data)
"""


@pytest.mark.pcsc
def test_a_pcscd_is_started_and_ended():
    need_pcscd()
    if daemon.listens():
        pytest.skip("a pcscd of this machine runs already")
    stop, started = threading.Event(), threading.Event()
    running = threading.Thread(
        target=simulate,
        args=(stop,),
        kwargs={"expiry": "400302", "switches": ["max_le=160"], "say": lambda _: started.set()},
    )
    running.start()
    try:
        assert started.wait(WAIT)
        done = subprocess.run(
            [sys.executable, "-c", READ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PATH": "/usr/bin:/bin"},
            cwd=resources.path().parent,
        )
    finally:
        stop.set()
        running.join(WAIT)
    assert done.stdout.startswith("CardData(PACE-MRZ, groups [1, 2, 13, 14, 15]"), done.stderr
    assert not daemon.listens()


def test_bad_words_and_dates_are_refused():
    for wrong in ({"expiry": "40-03"}, {"expiry": "999999"}, {"switches": ["nonsense"]}):
        with pytest.raises(ValueError, match=r"YYMMDD|nonsense"):
            simulate(threading.Event(), **wrong)


def test_a_card_without_end_of_validity_may_be_laid_on():
    with pytest.raises(daemon.NotPossible):  # the date is taken, the reader isn't there
        simulate(threading.Event(), expiry="991231", host="127.0.0.1", port=1)


@pytest.fixture
def slot():
    """A reader's slot of our own, and the connections that came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_reader_that_goes_away_is_said(slot):
    def serve():
        link, _ = slot.accept()
        with link:
            link.sendall(b"\x00\x01\x04")
            vpcd.receive(link)

    reader = threading.Thread(target=serve)
    reader.start()
    with pytest.raises(daemon.NotPossible, match="the reader went away"):
        simulate(threading.Event(), host="127.0.0.1", port=slot.getsockname()[1])
    reader.join(WAIT)


def test_a_slot_with_another_card_is_named_with_a_way_on(slot, monkeypatch):
    monkeypatch.setattr(vpcd, "SLOT_TAKEN", 0.01)
    port = slot.getsockname()[1]
    with pytest.raises(daemon.NotPossible, match=f"slot taken.*--port {port + 1}"):
        simulate(threading.Event(), host="127.0.0.1", port=port)


def test_no_reader_at_that_address():
    with pytest.raises(daemon.NotPossible, match=r"127\.0\.0\.1:1"):
        simulate(threading.Event(), host="127.0.0.1", port=1)


def test_another_pcscd_without_a_virtual_reader_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(daemon, "listens", lambda: True)
    with pytest.raises(daemon.NotPossible, match="runs already: stop it"):
        simulate(threading.Event(), port=1)
