"""What stands before the application: limits of size, the faults, the header ``Date``.

Pure ASGI, so that every part of the sandbox has the same faults without knowing of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from email.utils import formatdate
from enum import Enum
from typing import Any

from fastapi import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse

from sync.sandbox import problem
from sync.sandbox.faults import Faults, Plan, UnknownFault

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TRANSPORT = "sandbox.transport"
"""Key of the scope under which `connection.Cuttable` puts the connection's transport."""
EFFECT = "sandbox.effect"
"""Key of the scope under which a handler may say what it did; else the method and the status tell."""

LARGEST_REQUEST = 8 * 1024 * 1024
_SPARED = ("/sandbox", "/health", "/openapi.json", "/theo-doi", "/can-bo")
_LOGIN_PAGE = "<!doctype html><title>Wi-Fi</title><h1>Đăng nhập mạng</h1><form><input></form>"


class Effect(Enum):
    """What a request did to the database."""

    NONE = "none"
    STORED = "stored"
    REPLAYED = "replayed"


class TooLarge(HTTPException):
    """The request's body is above `LARGEST_REQUEST`."""

    def __init__(self) -> None:
        super().__init__(413)


class Layer:
    """Wraps the application. Pages for people and the switches themselves have no faults."""

    def __init__(self, app: App, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == "/" or scope["path"].startswith(_SPARED):
            await self._limited(scope, receive, _dated(send, 0))
            return
        try:
            plan = self._faults.plan(_header(scope, b"x-fault"))
        except UnknownFault as unknown:
            wrong = problem.response(400, "unknown-fault", str(unknown))
            await wrong(scope, receive, _dated(send, 0))
            return
        with suppress(ClientDisconnect):  # who hangs up within a request wants no answer
            await self._planned(plan, scope, receive, _dated(send, plan.skew_s))

    async def _planned(self, plan: Plan, scope: Scope, receive: Receive, send: Send) -> None:
        if plan.latency_s:
            await asyncio.sleep(plan.latency_s)
        if plan.unavailable:
            busy = problem.response(503, "unavailable", headers={"Retry-After": "1"})
            await busy(scope, receive, send)
        elif plan.html:
            await HTMLResponse(_LOGIN_PAGE)(scope, receive, send)
        elif plan.touches_answer:
            await self._spoilt(plan, scope, receive, send)
        else:
            await self._limited(scope, receive, send)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Files may be larger: what sends them in pieces has limits of its own."""
        kind = _header(scope, b"content-type")
        if scope["method"] == "PATCH" and kind == "application/offset+octet-stream":
            await self._app(scope, receive, send)
            return
        await self._app(scope, _counted(receive), send)

    async def _spoilt(self, plan: Plan, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the application work, then spoils how its answer gets home."""
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await self._limited(scope, receive, keep)
        start, body = kept[0], b"".join(part.get("body", b"") for part in kept[1:])
        effect = _effect(scope, start["status"])
        if (plan.drop and effect is not Effect.NONE) or (
            plan.drop_first and effect is Effect.STORED
        ):
            await _cut(scope, receive, at_once=True)
            return
        if plan.truncate and body:
            await send(start)
            await send(_part(body[: len(body) // 2], more=True))
            await _cut(scope, receive, at_once=False)
            return
        await send(start)
        if plan.trickle_s is not None:
            for byte in body:
                await asyncio.sleep(plan.trickle_s)
                await send(_part(bytes([byte]), more=True))
            body = b""
        if plan.duplicate:
            # Before the end is told, since afterwards the connection may go to the next request.
            await send(_part(body, more=True))
            _transport(scope).write(_raw(start, b"".join(p.get("body", b"") for p in kept[1:])))
            body = b""
        await send(_part(body, more=False))


def _effect(scope: Scope, status: int) -> Effect:
    said = scope.get(EFFECT)
    if isinstance(said, Effect):
        return said
    changing = scope["method"] in ("POST", "PUT", "PATCH", "DELETE") and status < 300
    return Effect.STORED if changing else Effect.NONE


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def _dated(send: Send, skew_s: int) -> Send:
    async def dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = formatdate(time.time() + skew_s, usegmt=True).encode("ascii")
            message = {**message, "headers": [(b"date", date), *message.get("headers", ())]}
        await send(message)

    return dated


def _counted(receive: Receive) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen <= LARGEST_REQUEST:
            return message
        # Who still sends hears no answer when the connection ends: what is left is read, within reason.
        while message.get("more_body") and seen <= 4 * LARGEST_REQUEST:
            message = await receive()
            seen += len(message.get("body", b""))
        raise TooLarge

    return counted


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _raw(start: Message, body: bytes) -> bytes:
    lines = [b"HTTP/1.1 %d Again" % start["status"]]
    lines += [name + b": " + value for name, value in start["headers"]]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _transport(scope: Scope) -> Any:  # noqa: ANN401  asyncio's transport
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise RuntimeError("this fault needs sync.sandbox.serve")
    return transport


async def _cut(scope: Scope, receive: Receive, *, at_once: bool) -> None:
    """Ends the TCP connection; ``at_once`` leaves out what is not sent yet."""
    transport = _transport(scope)
    transport.abort() if at_once else transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
