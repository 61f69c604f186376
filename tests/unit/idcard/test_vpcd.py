"""The card's side of vpcd's protocol, over a pair of sockets."""

from __future__ import annotations

import socket
import threading

import pytest

from devices.idcard.virtual import vpcd
from devices.idcard.virtual.card import ATR, VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.vpcd import PluggedCard

SELECT = bytes.fromhex("00A4040C07A0000002471001")


@pytest.fixture
def ends():
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = vpcd.dial("127.0.0.1", server.getsockname()[1])
        theirs, _ = server.accept()
    theirs.settimeout(5)
    with theirs:
        yield ours, theirs


def send(link: socket.socket, message: bytes) -> None:
    link.sendall(len(message).to_bytes(2, "big") + message)


def test_control_bytes_and_commands(ends):
    ours, theirs = ends
    with PluggedCard(VirtualCard(), ours):
        for control in (b"\x00", b"\x01", b"\x02", b"\x09"):  # none of these is answered
            send(theirs, control)
        send(theirs, b"\x04")
        assert vpcd.receive(theirs) == ATR
        send(theirs, SELECT)
        assert vpcd.receive(theirs) == b"\x90\x00"


def test_asking_for_the_atr_changes_nothing_and_reset_does(ends):
    ours, theirs = ends
    with PluggedCard(VirtualCard(), ours):
        send(theirs, SELECT)
        assert vpcd.receive(theirs) == b"\x90\x00"
        send(theirs, b"\x04")
        assert vpcd.receive(theirs) == ATR
        send(theirs, bytes.fromhex("0084000008"))
        assert vpcd.receive(theirs)[-2:] == b"\x90\x00"
        send(theirs, b"\x02")
        send(theirs, bytes.fromhex("0084000008"))
        assert vpcd.receive(theirs) == b"\x6d\x00"


def test_messages_in_pieces(ends):
    ours, theirs = ends
    theirs.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with PluggedCard(VirtualCard(), ours):
        for byte in len(SELECT).to_bytes(2, "big") + SELECT:
            theirs.sendall(bytes([byte]))
        assert vpcd.receive(theirs) == b"\x90\x00"
        theirs.sendall((b"\x00\x01\x04") * 2)
        assert [vpcd.receive(theirs), vpcd.receive(theirs)] == [ATR, ATR]


def test_tear_and_hang_and_pull(ends):
    ours, theirs = ends
    plugged = PluggedCard(VirtualCard(switches=Switches(tear_after=1)), ours)
    send(theirs, SELECT)
    assert vpcd.receive(theirs) == b"\x90\x00"
    send(theirs, SELECT)
    assert vpcd.receive(theirs) is None
    assert plugged.wait(5)
    plugged.pull()


def test_a_hanging_card_can_be_pulled(ends):
    ours, theirs = ends
    with PluggedCard(VirtualCard(switches=Switches(hang_after=1)), ours) as plugged:
        send(theirs, SELECT)
        vpcd.receive(theirs)
        send(theirs, SELECT)
        assert not plugged.wait(0.05)
    assert plugged.wait(0)
    assert vpcd.receive(theirs) is None


class Bug(VirtualCard):
    def execute(self, raw: bytes) -> bytes:
        raise RuntimeError("a bug of the card")


def test_a_bug_answers_6f00_and_the_card_lives_on(ends, caplog):
    ours, theirs = ends
    with PluggedCard(Bug(), ours):
        send(theirs, SELECT)
        assert vpcd.receive(theirs) == b"\x6f\x00"
        send(theirs, b"\x04")
        assert vpcd.receive(theirs) == ATR
    assert "a bug of the card" in caplog.text


def test_keeps_in_until_stopped_or_torn(ends):
    ours, theirs = ends
    stop = threading.Event()
    running = threading.Thread(target=vpcd.keep_in, args=(VirtualCard(), stop, lambda: ours))
    running.start()
    send(theirs, b"\x04")
    assert vpcd.receive(theirs) == ATR
    stop.set()
    running.join(5)
    assert not running.is_alive()


def test_a_reader_that_goes_is_told(ends):
    ours, theirs = ends
    send(theirs, b"\x04")
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(vpcd.ReaderGone):
        vpcd.keep_in(VirtualCard(), threading.Event(), lambda: ours)


def test_a_card_torn_off_by_its_switch_is_no_trouble(ends):
    ours, theirs = ends
    for _ in range(2):
        send(theirs, SELECT)
    card = VirtualCard(switches=Switches(tear_after=1))
    vpcd.keep_in(card, threading.Event(), lambda: ours)
    assert vpcd.receive(theirs) == b"\x90\x00"


def test_a_slot_where_nobody_asks_is_taken(ends):
    ours, _theirs = ends
    with pytest.raises(vpcd.SlotTaken):
        vpcd.keep_in(VirtualCard(), threading.Event(), lambda: ours, patience=0.01)


def test_no_vpcd():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError):  # noqa: PT011  # which one is the system's choice
        vpcd.keep_in(VirtualCard(), threading.Event(), lambda: vpcd.dial("127.0.0.1", port))
