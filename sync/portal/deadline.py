"""One absolute end for a whole exchange, however slowly the other side feeds it.

A time-out of a socket starts anew with every byte; so a watch shuts the exchange's sockets down from a thread
of its own. Whatever waits on them, connecting, handshake, head or body, ends then. The thread sleeps over many
exchanges: it looks again only when the time of the one that it knows is up.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

TIME_IS_UP = "time is up"
CLOSED = "closed"


class Watch:
    """Over one exchange at a time; `close` is for any thread and ends the running one and all later ones."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._lines: dict[socket.socket, bool] = {}  # our own handles -> whether still in use
        self._end = 0.0  # of the running exchange
        self._wakes_at: float | None = None  # when the thread looks again; None while there is none
        self._running = False
        self._ended = ""
        self._closed = False

    @property
    def ended(self) -> str:
        """Why the exchange was cut: `TIME_IS_UP`, `CLOSED` or nothing."""
        return CLOSED if self._closed else self._ended

    @contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """Cuts what is inside once so many seconds are over; `ended` tells afterwards."""
        with self._lock:
            self._running, self._ended = True, ""
            self._end = time.monotonic() + seconds
            self._guard()
        try:
            yield
        finally:
            with self._lock:
                self._running = False
                for line in [line for line, used in self._lines.items() if not used]:
                    self._drop(line)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._shut()
            self._lock.notify()

    def take(self, connected: socket.socket) -> socket.socket:
        """A handle of our own on a new connection: TLS takes the connection's away while it shakes hands."""
        line = connected.dup()
        with self._lock:
            self._lines[line] = True
            if self.ended:
                self._shut()
        return line

    def leave(self, line: socket.socket) -> None:
        """The connection was closed; an answer may still be read from it until the exchange is over."""
        with self._lock:
            if line not in self._lines:
                return
            self._lines[line] = False
            if not self._running:
                self._drop(line)

    def _guard(self) -> None:
        """Sees to it that the thread looks when the running exchange's time is up."""
        if self._wakes_at is None:
            threading.Thread(target=self._look, name="deadline", daemon=True).start()
            self._wakes_at = self._end  # the thread waits for the lock, which is ours
        elif self._end < self._wakes_at:
            self._lock.notify()

    def _look(self) -> None:
        """The thread. It ends when it wakes and nothing runs, so that an unused watch holds none."""
        with self._lock:
            while self._running and not self._closed:
                left_s = self._end - time.monotonic()
                if left_s <= 0:
                    self._ended = TIME_IS_UP
                    self._shut()
                    break
                self._wakes_at = self._end
                self._lock.wait(left_s)
            self._wakes_at = None

    def _shut(self) -> None:
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _drop(self, line: socket.socket) -> None:
        del self._lines[line]
        line.close()


class Watched(HTTPAdapter):
    """Connections of requests under a watch. ``context`` alone decides whom TLS trusts."""

    def __init__(self, watch: Watch, context: ssl.SSLContext | None = None) -> None:
        self._watch = watch
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **names: Any) -> None:  # noqa: ANN401  requests' own
        if self._context is not None:
            names["ssl_context"] = self._context
        super().init_poolmanager(*args, **names)
        self.poolmanager.pool_classes_by_scheme = _pools(self._watch)

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:  # noqa: ANN401  requests' own
        """Without what requests would add: authorities of its own."""
        conn.cert_reqs = "CERT_REQUIRED"


def _refusal(line: object) -> ssl.SSLError | None:
    """Why the other side hung up while we sent: with TLS 1.3 its refusal may wait behind our handshake."""
    try:
        if isinstance(line, ssl.SSLSocket):
            line.recv(1)
    except ssl.SSLEOFError:
        return None
    except ssl.SSLError as told:
        return told
    except (OSError, ValueError):
        return None
    return None


def _pools(watch: Watch) -> dict[str, type[HTTPConnectionPool]]:
    """The pools of urllib3 with connections that the watch knows."""

    class Taken:
        _line: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()  # type: ignore[misc]
            self._line = watch.take(made)
            return made

        def close(self) -> None:
            super().close()  # type: ignore[misc]
            line, self._line = self._line, None
            if line is not None:
                watch.leave(line)

    class Plain(Taken, HTTPConnection):
        pass

    class Secure(Taken, HTTPSConnection):
        def send(self, data: Any) -> None:  # noqa: ANN401  whatever http.client sends
            try:
                super().send(data)
            except ssl.SSLError as broken:
                raise _refusal(self.sock) or broken from None

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
