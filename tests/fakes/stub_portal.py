"""A bare HTTP server that answers calls of the adapter API with whatever bytes a test wants."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass
class Said:
    """One raw answer.

    ``cut``: send only so many bytes of the body, then close; ``drip_s``: a pause before every byte.
    ``again``: instead of all that, ``body`` is the raw answer and this follows it for ever.
    """

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip_s: float = 0
    again: bytes = b""


def pieces(answer: Said) -> list[bytes]:
    body = answer.body[: answer.cut]
    return [body[at : at + 1] for at in range(len(body))] if answer.drip_s else [body]


def said(content: object, **changes: Any) -> Said:
    return Said(json.dumps(content).encode(), **changes)


Answer = Callable[[dict[str, Any], bytes], Said]


class StubPortal:
    """``answer`` gets the parsed request and its bytes; logins are answered here unless it takes them.

    ``services`` lists what was asked, ``headers`` the headers of the last request.
    """

    def __init__(
        self, answer: Answer, login: Said | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.answer = answer
        self.login = login or said({"session": "s-1", "error_code": "0", "message": ""})
        self.services: list[str] = []
        self.headers: dict[str, str] = {}
        self.body = b""
        self.pushes: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> StubPortal:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    def reply(self, path: str, headers: dict[str, str], body: bytes) -> Said:
        request = json.loads(body)
        if path.endswith("/login"):
            self.services.append("login")
            return self.login
        self.services.append(request["service"])
        self.headers, self.body = headers, body
        if "data" in request:
            self.pushes.append(request)
        return self.answer(request, body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = stub.reply(self.path, dict(self.headers), body)
                if answer.again:
                    with suppress(ConnectionError):
                        self._never_end(answer)
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.close_connection = True
                with suppress(ConnectionError):  # the client may have had enough
                    for piece in pieces(answer):
                        time.sleep(answer.drip_s)
                        self.wfile.write(piece)

            def _never_end(self, answer: Said) -> None:
                self.wfile.write(answer.body)
                while True:
                    time.sleep(answer.drip_s)
                    self.wfile.write(answer.again)

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler
