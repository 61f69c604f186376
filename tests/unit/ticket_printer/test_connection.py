"""One line to a printer that breaks, floods or says odd things."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from devices.fault import Fault
from devices.status import Kind, Level
from devices.ticket_printer.connection import Connection, connected
from devices.ticket_printer.status import ask


@contextmanager
def far_end(answer: Callable[[bytes], bytes]) -> Iterator[Connection]:
    """A connection whose other end answers each packet by ``answer``."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line = server.accept()[0]
            with line:
                while data := line.recv(4096):
                    line.sendall(answer(data))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with connected("127.0.0.1", server.getsockname()[1], 2) as connection:
            yield connection
        thread.join(5)
        assert not thread.is_alive()


def test_an_answer_in_two_parts_and_one_among_nonsense() -> None:
    with far_end(lambda _data: b"\xff\x12") as connection:
        assert ask(connection, 1).level is Level.OK


def test_nonsense_once_is_asked_again() -> None:
    asked: list[bytes] = []

    def answer(data: bytes) -> bytes:
        asked.append(data)
        return b"\xff" if len(asked) == 1 else b"\x12"

    with far_end(answer) as connection:
        assert ask(connection, 1).level is Level.OK
    assert asked == [b"\x10\x04\x01", *(b"\x10\x04" + bytes([n]) for n in (1, 2, 3, 4))]


def test_what_came_unasked_is_no_answer() -> None:
    silent: list[bytes] = []
    with far_end(
        lambda data: silent.append(data) or (b"\x7e" * 300 if data == b"x" else b"")
    ) as line:
        line.send(b"x")
        while not line.receive(1):
            pass
        status = ask(line, 0.3)
    assert (status.level, status.kind) == (Level.UNKNOWN, Kind.TIMEOUT)
    assert silent[-1] == b"\x10\x04\x01"


@pytest.mark.parametrize("how", ["closed", "reset"])
def test_a_broken_line_is_offline(how: str) -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        connection = stack.enter_context(connected("127.0.0.1", server.getsockname()[1], 1))
        line = server.accept()[0]
        if how == "reset":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()
        with pytest.raises(Fault) as fault:
            connection.receive(5)
        assert fault.value.code == "TICKET_OFFLINE"
        with pytest.raises(Fault) as sending:
            connection.send(bytes(1_000_000))
        assert sending.value.code == "TICKET_OFFLINE"
