"""The reference portal's HTTP face (FastAPI)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import ValidationError

from sync.sandbox.database import Database
from sync.sandbox.envelope import key_of
from sync.sandbox.faults import Faults
from sync.sandbox.services import Account, Services

TRANSPORT = "sandbox.transport"
"""Key of the ASGI scope under which `serve.Cuttable` puts the connection's transport."""

LARGEST_REQUEST = 8 * 1024 * 1024
_LOGIN_PAGE = "<!doctype html><title>Wi-Fi</title><h1>Đăng nhập mạng</h1><form><input></form>"
_HOME = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Cổng thử nghiệm</title>
<h1>Cổng thử nghiệm</h1><p>Đây không phải Cổng Dịch vụ công Quốc gia. Dữ liệu ở đây là dữ liệu giả.</p>
<p><a href="/sandbox/dossiers">Hồ sơ đã nhận</a> · <a href="/sandbox/faults">Sự cố đang bật</a></p></html>"""

Handler = Callable[[bytes], tuple[dict[str, Any], bool]]


def build(database: Database, account: Account, faults: Faults) -> FastAPI:
    """The application; it closes the database when it ends."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    # no docs pages: they would load scripts from elsewhere; /openapi.json stays
    app = FastAPI(title="Một Cửa sandbox portal", lifespan=life, docs_url=None, redoc_url=None)
    _add_pages(app, database, faults)
    _add_adapter(app, Services(database, account), account, faults)
    return app


def _add_pages(app: FastAPI, database: Database, faults: Faults) -> None:
    @app.get("/", response_class=HTMLResponse)
    def home() -> str:
        return _HOME

    @app.get("/health")
    def health() -> dict[str, bool]:
        return {"ok": True}

    @app.get("/sandbox/dossiers")
    def dossiers() -> dict[str, Any]:
        return {"dossiers": database.dossiers()}

    @app.get("/sandbox/faults")
    def present() -> dict[str, Any]:
        return faults.settings.model_dump()

    @app.post("/sandbox/faults")
    async def change(request: Request) -> Response:
        try:
            return JSONResponse(faults.change(await request.body()).model_dump())
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            return JSONResponse({"detail": problems}, 422)


def _add_adapter(app: FastAPI, services: Services, account: Account, faults: Faults) -> None:
    async def answer(request: Request, handler: Handler) -> Response:
        wrong = await _struck(faults)
        if wrong is not None:
            return wrong
        if request.headers.get("dstcode") != account.dstcode:
            return JSONResponse({"error_code": 404, "message": "no such dstcode"}, 404)
        body = await _body(request)
        if body is None:
            return JSONResponse({"error_code": 413, "message": "too large"}, 413)
        reply, wrote = await run_in_threadpool(handler, body)
        if wrote and faults.strikes(faults.settings.drop_after_commit):
            await _cut(request)
        return JSONResponse(reply)

    @app.post("/mapi/login")
    async def login(request: Request) -> Response:
        return await answer(request, lambda body: (services.login(body), False))

    @app.post("/mapi/g")
    async def call(request: Request) -> Response:
        key = key_of(request.headers.get("Idempotency-Key"))
        digest = request.headers.get("Content-Digest")
        return await answer(request, lambda body: services.call(body, key, digest))


async def _struck(faults: Faults) -> Response | None:
    """The fault that comes instead of an answer, before anything is stored."""
    settings = faults.settings
    if settings.latency_ms:
        await asyncio.sleep(settings.latency_ms / 1000)
    if faults.strikes(settings.unavailable):
        return JSONResponse({"message": "unavailable"}, 503, {"Retry-After": "1"})
    if faults.strikes(settings.html_200):
        return HTMLResponse(_LOGIN_PAGE)
    return None


async def _body(request: Request) -> bytes | None:
    """The body, or None when it is too large."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > LARGEST_REQUEST:
            return None
    return bytes(found)


async def _cut(request: Request) -> None:
    """Cuts the TCP connection; what is sent afterwards goes nowhere."""
    transport = request.scope.get(TRANSPORT)
    if transport is None:
        raise RuntimeError("drop_after_commit needs sync.sandbox.serve")
    transport.abort()
    while not (await request.is_disconnected()):
        await asyncio.sleep(0)
