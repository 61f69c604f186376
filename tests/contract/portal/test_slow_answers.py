"""Answers that never end, or that come piece by piece."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from devices.cancel import Cancel
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Accepted, UnknownOutcome
from tests.contract.portal.conftest import portal
from tests.contract.portal.test_odd_answers import DONE, ITEM, after_lookup, push
from tests.fakes.stub_portal import Said, StubPortal, said

pytestmark = pytest.mark.real


def test_a_trickling_answer_ends_at_the_read_time_out() -> None:
    began = time.monotonic()
    outcome, _ = push(lambda *_: said({"error_code": 0}, drip_s=0.05), read_timeout_s=0.5)
    assert outcome == UnknownOutcome("answer trickles", 200)
    assert time.monotonic() - began < 3


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ENDLESS = {
    "body of a redirect": Said(
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 99999\r\n\r\n", again=b"x"
    ),
    "body without a length": Said(OK + b"\r\n", again=b" "),
    "head": Said(OK + b"X: ", again=b"x"),
    "continue": Said(b"", again=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "extension of a chunk": Said(OK + b"Transfer-Encoding: chunked\r\n\r\n5;", again=b"x"),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_an_answer_without_end_ends_at_the_time_outs(what: str) -> None:
    endless = replace(ENDLESS[what], drip_s=0.05)
    began = time.monotonic()
    outcome, _ = push(lambda *_: endless, connect_timeout_s=0.5, read_timeout_s=0.5)
    assert isinstance(outcome, UnknownOutcome)
    assert time.monotonic() - began < 3


def test_continues_as_fast_as_can_be_end_at_the_time_outs() -> None:
    began = time.monotonic()
    outcome, _ = push(lambda *_: ENDLESS["continue"], connect_timeout_s=0.5, read_timeout_s=0.5)
    assert outcome == UnknownOutcome("time is up")
    assert time.monotonic() - began < 3


def test_a_handshake_without_end_ends_at_the_time_outs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as peer, suppress(ConnectionError):
                peer.sendall(b"\x16\x03\x03\x30\x00\x02\x00\x2f\xfc")  # a long record begins
                while True:
                    time.sleep(0.05)
                    peer.sendall(b"\x00")

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        settings = portal(url, connect_timeout_s=0.5, read_timeout_s=0.5)
        began = time.monotonic()
        driver = AdapterDriver(settings, "H29.18")
        assert isinstance(driver.send(ITEM), UnknownOutcome)
        assert time.monotonic() - began < 3
        driver.close()
        thread.join(5)
        assert not thread.is_alive()


def test_a_connection_is_kept_and_leaves_nothing_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with StubPortal(after_lookup(DONE)) as stub:
        driver = AdapterDriver(portal(stub.url), "H29.18")
        for _ in range(20):
            assert isinstance(driver.send(ITEM), Accepted)
        driver.close()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2


def test_a_chunked_answer_is_read_whole() -> None:
    body = b'{"error_code":0,"session":"s-1"}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:]))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as peer:
                peer.recv(65536)
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                peer.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        driver = AdapterDriver(portal(f"http://127.0.0.1:{listener.getsockname()[1]}"), "H29.18")
        driver.check(Cancel())
        driver.close()
        thread.join(5)
