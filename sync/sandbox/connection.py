"""uvicorn, with two things of ours: a connection that can be cut, and a word when it listens."""

from __future__ import annotations

import json
import socket
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.sandbox.layer import TRANSPORT


class Cuttable(H11Protocol):
    """Puts the transport into each request's scope, so that a fault can cut the connection."""

    def __init__(self, *args: Any, **names: Any) -> None:  # noqa: ANN401  uvicorn's own arguments
        super().__init__(*args, **names)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI
            scope[TRANSPORT] = self.transport
            await inner(scope, receive, send)

        self.app = app


class Announcing(uvicorn.Server):
    """Prints ``{"event": "listening", "port": …}`` as one line once it listens."""

    def __init__(self, config: uvicorn.Config, port: int) -> None:
        super().__init__(config)
        self._port = port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(json.dumps({"event": "listening", "port": self._port}) + "\n")
        sys.stdout.flush()
