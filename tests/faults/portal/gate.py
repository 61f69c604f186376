"""A way to the sandbox that a test stands in: it passes calls on, answers in the portal's place, or holds them up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import requests

Answered = Callable[[str, bytes], int | None]
"""Path and body of a call: the status that is answered in the portal's place; None passes it on."""


def _nothing(_path: str, _body: bytes) -> None:
    """Holds nothing up."""


class Gate(ThreadingHTTPServer):
    """``asked``: before the portal is. ``told``: after it answered, before the station hears of it."""

    daemon_threads = True

    def __init__(
        self,
        portal: str,
        asked: Answered = _nothing,
        told: Callable[[str, bytes], None] = _nothing,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.portal, self.asked, self.told = portal, asked, told
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Gate:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gate

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        status = self.server.asked(self.path, body)
        if status is not None:
            self._answer(status, {"Content-Type": "application/json"}, b"{}")
            return
        kept = {n: v for n, v in self.headers.items() if n.lower() not in ("host", "connection")}
        url = f"{self.server.portal}{self.path}"
        said = requests.request(self.command, url, data=body, headers=kept, timeout=10)
        self.server.told(self.path, body)
        heads = {n: v for n, v in said.headers.items() if n.lower() in _PASSED}
        self._answer(said.status_code, heads, said.content)

    do_POST = do_PATCH = do_HEAD = do_GET = _pass_on  # noqa: N815  the library's names

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not on stderr."""


_PASSED = ("content-type", "location", "upload-offset", "upload-length", "tus-resumable", "date")
