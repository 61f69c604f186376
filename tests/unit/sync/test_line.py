"""The demo's line to the sandbox: it carries bytes, is cut and mended."""

from __future__ import annotations

import socket
import threading

import pytest

from sync.sandbox.line import Line


@pytest.fixture
def echo():
    """The port of a server that sends back what it gets."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                end, _ = server.accept()
            except OSError:
                return
            with end:
                while data := end.recv(1000):
                    end.sendall(data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def said_back(port, words):
    with socket.create_connection(("127.0.0.1", port), 5) as end:
        end.sendall(words)
        return end.recv(1000)


def test_a_line_carries_is_cut_and_mended(echo):
    line = Line(echo)
    port = line.port
    assert said_back(port, b"xin chao") == b"xin chao"
    with socket.create_connection(("127.0.0.1", port), 5) as talking:
        talking.sendall(b"1")
        assert talking.recv(10) == b"1"
        line.cut()
        assert talking.recv(10) == b""
    with pytest.raises(ConnectionRefusedError):
        said_back(port, b"2")
    line.mend()
    assert line.port == port
    assert said_back(port, b"3") == b"3"
    line.close()
    line.close()
