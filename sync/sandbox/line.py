"""A telephone line to the sandbox that can be cut: a TCP relay on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

_CHUNK = 1 << 16
_PATIENCE_S = 5.0


class Line:
    """Passes bytes between a port of its own and the sandbox's port, until `cut`.

    A cut line refuses new connections and breaks the running ones; `mend` brings it back on the same
    port. Both return at once.
    """

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._pairs: set[socket.socket] = set()
        self.port = 0
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def up(self) -> bool:
        return self._listener is not None

    def mend(self) -> None:
        with self._lock:
            if self._listener is not None:
                return
            listener = socket.create_server(("127.0.0.1", self.port), backlog=16)
            self.port = listener.getsockname()[1]
            self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="line", daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            listener, self._listener = self._listener, None
            ends, self._pairs = list(self._pairs), set()
        for end in [*ends, *([listener] if listener else [])]:
            _break(end)

    def close(self) -> None:
        self.cut()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), _PATIENCE_S)
            except OSError:
                _break(near)
                continue
            far.settimeout(None)
            with self._lock:
                alive = self._listener is listener
                if alive:
                    self._pairs |= {near, far}
            if not alive:
                _break(near)
                _break(far)
                continue
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        for data in _received(source):
            try:
                sink.sendall(data)
            except OSError:
                break
        _break(sink)
        _break(source)
        with self._lock:
            self._pairs -= {source, sink}


def _received(source: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            yield data


def _break(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
