"""A bare HTTP server that answers calls of the adapter API with whatever bytes a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass
class Said:
    """One raw answer. ``cut``: send only so many bytes of the body, then close."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


def said(content: object, **changes: Any) -> Said:
    return Said(json.dumps(content).encode(), **changes)


Answer = Callable[[dict[str, Any], bytes], Said]


class StubPortal:
    """``answer`` gets the parsed request and its bytes; logins are answered here unless it takes them.

    ``services`` lists what was asked, ``headers`` the headers of the last request.
    """

    def __init__(self, answer: Answer, login: Said | None = None) -> None:
        self.answer = answer
        self.login = login or said({"session": "s-1", "error_code": "0", "message": ""})
        self.services: list[str] = []
        self.headers: dict[str, str] = {}
        self.body = b""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

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
        return self.answer(request, body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = stub.reply(self.path, dict(self.headers), body)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body[: answer.cut])
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler
