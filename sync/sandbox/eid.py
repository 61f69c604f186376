"""``python -m sync.sandbox.eid --port P --data DIR``: a gateway that knows which signers are genuine.

It stands in for the real one, whose contract is only known from one public description. ``DIR`` holds
``public.pem`` (of the key that the station signs with) and ``trusted.txt`` (SHA-256 of genuine document
signers in hex, one a line; read anew at every question). It keeps no citizen's number.
"""

from __future__ import annotations

import argparse
import asyncio
import binascii
import hashlib
import json
import threading
import uuid
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.clock import OFFICE_ZONE, now
from sync.sandbox import serve

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

WINDOW = timedelta(minutes=10)
_SIGNED = ("request_id", "request_time", "license_id", "device_type", "dia_chi")
_LARGEST = 64 * 1024
_MOST_IDS = 10_000
_LOGIN_PAGE = "<!doctype html><title>Wi-Fi</title><form><input></form>"


class EidFaults(BaseModel):
    """Each is on until switched off; ``slow_s`` and ``clock_s`` are seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate_limit: bool = False
    platform_error: bool = False
    crypto_fail: bool = False
    not_whitelisted: bool = False
    """403 with a page, as the server before the gateway gives it."""
    result_false: bool = False
    html: bool = False
    duplicates: int = Field(default=0, ge=0)
    """So many next requests are taken for repeated ones."""
    slow_s: float = Field(default=0, ge=0, le=600)
    clock_s: float = Field(default=0, ge=-1e9, le=1e9)
    """How far the gateway's clock is ahead."""


class Complaint(Exception):
    """The gateway doesn't answer the question; ``code`` is its ``VRF_…``."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass
class Gateway:
    """What the gateway knows and how it judges, without HTTP. Raises `Complaint` from its methods."""

    public_key: RSAPublicKey
    trusted: Callable[[], set[str]]
    seen: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """Request ids and what they were answered; nothing else is kept."""

    def answer(self, head: Mapping[str, str], body: bytes, at: datetime) -> bool:
        """Whether the certificate is a genuine signer's."""
        self._check_head(head, at)
        number, certificate, encoded = _fields(body)
        self._check_signature(head, number, encoded)
        return hashlib.sha256(certificate).hexdigest() in self.trusted()

    def remember(self, request_id: str, answer: str) -> None:
        """Whoever comes with this id again is told that it is a duplicate."""
        self.seen[request_id] = answer
        while len(self.seen) > _MOST_IDS:
            self.seen.popitem(last=False)

    def _check_head(self, head: Mapping[str, str], at: datetime) -> None:
        for name in (*_SIGNED, "signature"):
            if not head.get(name):
                raise Complaint(400, "VRF_MISSING_HEADER")
        try:
            if uuid.UUID(head["request_id"]).version != 4:
                raise ValueError
        except ValueError:
            raise Complaint(400, "VRF_INVALID_REQUEST_ID") from None
        if head["request_id"] in self.seen:
            raise Complaint(409, "VRF_DUPLICATE_REQUEST")
        try:
            sent = datetime.strptime(head["request_time"], "%Y%m%d%H%M%S")  # noqa: DTZ007 zone follows
            early_or_late = abs(sent.replace(tzinfo=OFFICE_ZONE) - at)
        except (ValueError, OverflowError):
            raise Complaint(400, "VRF_INVALID_REQUEST_TIME") from None
        if early_or_late > WINDOW:
            raise Complaint(400, "VRF_INVALID_REQUEST_TIME")

    def _check_signature(self, head: Mapping[str, str], number: str, certificate: str) -> None:
        signed = "|".join([*(head[name] for name in _SIGNED), number, certificate]).encode()
        try:
            signature = b64decode(head["signature"], validate=True)
            self.public_key.verify(signature, signed, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error):
            raise Complaint(401, "VRF_CRYPTO_FAIL") from None


def _fields(body: bytes) -> tuple[str, bytes, str]:
    try:
        said = json.loads(body)
        number, encoded = said["id_card"], said["dscert"]
        purposes = [said[f"authentication_{name}"] for name in ("purpose", "location", "source")]
        if not (number.isascii() and number.isdigit() and len(number) == 12):
            raise Complaint(400, "VRF_INVALID_ID_CARD")
        if not all(isinstance(one, str) for one in purposes) or not purposes[0]:
            raise Complaint(400, "VRF_INVALID_PURPOSE")
        certificate = b64decode(encoded, validate=True)  # line breaks are refused, too
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Complaint(400, "VRF_INVALID_DSCERT") from None
    return number, certificate, encoded


class Switches:
    """The present faults; changed over HTTP."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.on = EidFaults()

    def change(self, body: bytes) -> EidFaults:
        """Sets what ``body`` (JSON) names. Raises `pydantic.ValidationError`."""
        with self._lock:
            wanted = EidFaults.model_validate_json(body).model_dump(exclude_unset=True)
            self.on = self.on.model_copy(update=wanted)
            return self.on

    def takes_for_duplicate(self) -> bool:
        with self._lock:
            left = self.on.duplicates
            self.on = self.on.model_copy(update={"duplicates": max(left - 1, 0)})
            return left > 0


def build(gateway: Gateway) -> FastAPI:
    """The application: ``POST`` of any path asks; ``/sandbox/faults`` and ``/sandbox/requests`` are ours."""
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse

    switches = Switches()
    app = FastAPI(title="Một Cửa sandbox eid gateway", docs_url=None, redoc_url=None)

    @app.get("/sandbox/requests")
    def requests() -> dict[str, Any]:
        return {"requests": [{"id": one, "answer": said} for one, said in gateway.seen.items()]}

    @app.get("/sandbox/faults")
    def present() -> dict[str, Any]:
        return switches.on.model_dump()

    async def change(request: Request) -> Response:
        try:
            return JSONResponse(switches.change(await request.body()).model_dump())
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            return JSONResponse({"detail": problems}, 422)

    async def ask(request: Request) -> Response:
        at = now() + timedelta(seconds=switches.on.clock_s)
        reply = await _answer(gateway, switches, request, at)
        reply.headers["Date"] = format_datetime(at.astimezone(UTC), usegmt=True)
        return reply

    app.add_route("/sandbox/faults", change, methods=["POST"])
    app.add_route("/{path:path}", ask, methods=["POST"])
    return app


async def _answer(gateway: Gateway, switches: Switches, request: Request, at: datetime) -> Response:
    from fastapi.responses import HTMLResponse, JSONResponse

    faults = switches.on
    if faults.slow_s:
        await asyncio.sleep(faults.slow_s)
    if faults.html:
        return HTMLResponse(_LOGIN_PAGE)
    if faults.not_whitelisted:
        return HTMLResponse("<html><h1>403 Forbidden</h1><hr>nginx</html>", 403)
    head = _head(request)
    try:
        body = await _body(request)
        _struck(switches)
        result = gateway.answer(head, body, at) and not faults.result_false
    except Complaint as complaint:
        gateway.remember(head.get("request_id", ""), complaint.code)
        said = {"exitcode": 1, "code": complaint.code, "responds": None}
        return JSONResponse(said, complaint.status)
    gateway.remember(head["request_id"], str(result).lower())
    return JSONResponse({"exitcode": 0, "responds": {"result": result}})


def _struck(switches: Switches) -> None:
    """Raises the `Complaint` that a fault asks for."""
    faults = switches.on
    if faults.rate_limit:
        raise Complaint(429, "VRF_RATE_LIMITED")
    if faults.platform_error:
        raise Complaint(502, "VRF_PLATFORM_UNAVAILABLE")
    if faults.crypto_fail:
        raise Complaint(500, "VRF_CRYPTO_FAIL")
    if switches.takes_for_duplicate():
        raise Complaint(409, "VRF_DUPLICATE_REQUEST")


def _head(request: Request) -> dict[str, str]:
    """The headers as UTF-8."""
    return {
        name.decode("latin-1"): value.decode("utf-8", "replace")
        for name, value in request.headers.raw
    }


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > _LARGEST:
            raise Complaint(413, "VRF_INVALID_DSCERT")
    return bytes(found)


def serve_gateway(port: int, data: Path, *, until_eof: bool = False) -> None:
    """Serves on 127.0.0.1 until told to stop, as `sync.sandbox.serve.serve` does.

    Makes a pair of keys where there is no ``public.pem``; ``station.pem`` is the station's then. Raises
    `SandboxMissing`, `OSError` (port taken, folder not ours) and `ValueError` (``public.pem`` is no RSA key).
    """
    serve.need_packages()
    file = data / "public.pem"
    if not file.exists():
        _make_pair(data)
    key = _public_key(file.read_bytes())

    def trusted() -> set[str]:
        file = data / "trusted.txt"
        return set(file.read_text("ascii").lower().split()) if file.exists() else set()

    gateway = Gateway(key, trusted)
    serve.run(port, lambda: build(gateway), until_eof=until_eof, date_header=False)


def _public_key(pem: bytes) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("public.pem: an RSA key in PEM is needed")
    return key


def _make_pair(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    key = generate_private_key(65537, 3072)
    private = data / "station.pem"
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (data / "public.pem").write_bytes(public)


def main() -> None:
    parser = argparse.ArgumentParser(prog="sync.sandbox.eid", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    chosen = parser.parse_args()
    serve_gateway(chosen.port, chosen.data, until_eof=chosen.until_eof)


if __name__ == "__main__":
    main()
