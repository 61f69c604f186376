"""One TCP connection to a printer; every step has a deadline."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from devices.fault import Fault

_CHUNK = 4096
_READ = 64
_SEND_BUFFER = 16_384


class Connection:
    """Bytes to and from the printer. After a `Fault` it is not to be used again."""

    def __init__(self, line: socket.socket, timeout_s: float) -> None:
        self._line = line
        self._timeout_s = timeout_s
        self.sent = 0

    def send(self, data: bytes) -> None:
        """Sends everything; each few kilobytes get ``timeout_s`` of their own.

        Raises `Fault` ``TICKET_TIMEOUT`` (the printer takes no more) or ``TICKET_OFFLINE``.
        """
        self._line.settimeout(self._timeout_s)
        try:
            for start in range(0, len(data), _CHUNK):
                chunk = data[start : start + _CHUNK]
                self._line.sendall(chunk)
                self.sent += len(chunk)
        except TimeoutError as error:
            raise Fault(
                "TICKET_TIMEOUT", f"printer takes no more after {self.sent} bytes"
            ) from error
        except OSError as error:
            raise Fault("TICKET_OFFLINE", f"line broken after {self.sent} bytes") from error

    def receive(self, seconds: float) -> bytes:
        """What arrives first within ``seconds``, else nothing. Raises `Fault` ``TICKET_OFFLINE``."""
        self._line.settimeout(max(seconds, 0.001))
        try:
            data = self._line.recv(_READ)
        except TimeoutError:
            return b""
        except OSError as error:
            raise Fault("TICKET_OFFLINE", "line broken while waiting for an answer") from error
        if not data:
            raise Fault("TICKET_OFFLINE", "the printer closed the line")
        return data

    def drain(self) -> None:
        """Throws away what came unasked: automatic status, or answers to bytes inside a picture."""
        until = time.monotonic() + self._timeout_s
        while time.monotonic() < until and self.receive(0.001):
            pass


@contextmanager
def connected(host: str, port: int, timeout_s: float) -> Iterator[Connection]:
    """A fresh connection, closed at the end. Raises `Fault` ``TICKET_OFFLINE``."""
    try:
        line = socket.create_connection((host, port), timeout=timeout_s)
    except OSError as error:
        raise Fault("TICKET_OFFLINE", f"no connection: {error.strerror or error}") from error
    with line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Small, so that "sent" means that the printer has it, and a broken line is noticed in time.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        yield Connection(line, timeout_s)
