"""Scanned files at the reference portal: a tus 1.0 server whose uploads and files are named by their SHA-256.

A partial upload is ``files/parts/<sha256>-<length>``, whole content ``files/content/ab/<sha256>``, both
beside the database. Names and sizes on the disk are all there is to know, so nothing has to be mended after ``kill -9``.
"""

from __future__ import annotations

import asyncio
import binascii
import hashlib
import json
import os
import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterable
from email.utils import formatdate
from pathlib import Path
from random import Random
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from sync.sandbox import bearer, problem
from sync.sandbox.layer import TRANSPORT
from sync.sandbox.plain import NUMBER

VERSION = "1.0.0"
LARGEST_FILE = 64 * 1024 * 1024
_OFFSET_TYPE = "application/offset+octet-stream"
_HASH = re.compile(r"[0-9a-f]{64}")
_PLACE = re.compile(r"(?P<sha256>[0-9a-f]{64})-(?P<length>[0-9]{1,9})")
_NUMBER = re.compile(r"[0-9]{1,15}")
_ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_MISMATCH = 460
LIFE_S = 7 * 86_400
"""How long an upload that nobody goes on with is kept (tus extension "expiration")."""


class Files:
    """``files`` in the sandbox's folder. What a method writes is durable before it returns. Raises `OSError`."""

    def __init__(self, folder: Path) -> None:
        self._parts = folder / "files" / "parts"
        self._content = folder / "files" / "content"
        for one in (self._parts, self._content):
            one.mkdir(parents=True, exist_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Throws away what has expired."""
        for part in self._parts.iterdir():
            if _end(part) < time.time():
                part.unlink(missing_ok=True)

    def expire(self, sha256: str, length: int) -> bool:
        """Throws this upload away if it has expired; whether it had."""
        part = self.part(sha256, length)
        try:
            expired = _end(part) < time.time()
        except FileNotFoundError:
            return False
        if expired:
            part.unlink(missing_ok=True)
        return expired

    def expires(self, sha256: str, length: int) -> float | None:
        """When it will, in seconds since 1970; None for what is whole or was never begun."""
        try:
            return _end(self.part(sha256, length))
        except FileNotFoundError:
            return None

    def holds(self, sha256: str) -> bool:
        return _HASH.fullmatch(sha256) is not None and self.content(sha256).is_file()

    def content(self, sha256: str) -> Path:
        return self._content / sha256[:2] / sha256

    def part(self, sha256: str, length: int) -> Path:
        return self._parts / f"{sha256}-{length}"

    def create(self, sha256: str, length: int) -> int:
        """Makes a place for this content and gives what is there of it already, in bytes."""
        found = self.offset(sha256, length)
        if found is None:
            self.part(sha256, length).touch()
            _sync(self._parts)
            found = self.finish(sha256, length) if length == 0 else 0
        return found or 0

    def offset(self, sha256: str, length: int) -> int | None:
        """How many bytes have arrived; None where no such upload was begun."""
        if self.holds(sha256) and self.content(sha256).stat().st_size == length:
            return length
        try:
            size = self.part(sha256, length).stat().st_size
        except FileNotFoundError:
            return None
        # cut off between its last byte and being whole: what a kill left is finished now
        return self.finish(sha256, length) if size >= length else size

    def finish(self, sha256: str, length: int) -> int | None:
        """Checks the hash and keeps the content; a part that is something else is thrown away (None)."""
        part = self.part(sha256, length)
        with part.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != sha256 or part.stat().st_size != length:
            part.unlink()
            return None
        target = self.content(sha256)
        target.parent.mkdir(exist_ok=True)
        part.replace(target)
        _sync(target.parent)
        _sync(self._content)
        return length

    def of(self, body: bytes) -> list[dict[str, object]]:
        """The files that a dossier message names, and whether each has arrived."""
        try:
            rows = json.loads(body).get("TaiLieuNop", [])
        except ValueError:
            return []
        return [
            {
                "sha256": row["TepDinhKemId"],
                "name": row["TenTepDinhKem"],
                "component": row["MaThanhPhanHoSo"],
                "url": row.get("DuongDanTaiTepTin", ""),
                "complete": self.holds(row["TepDinhKemId"]),
            }
            for row in rows
            if row.get("IsDeleted") != "True"
        ]

    def shown(self, body: bytes) -> dict[str, Any]:
        """A dossier's files, and whether all of them have arrived."""
        files = self.of(body)
        return {"files": files, "complete": all(one["complete"] for one in files)}

    def missing(self, body: bytes) -> list[str]:
        """Hashes that a dossier message names and that have not arrived."""
        return sorted({str(row["sha256"]) for row in self.of(body) if not row["complete"]})


def _end(part: Path) -> float:
    """Raises `FileNotFoundError`."""
    return part.stat().st_mtime + LIFE_S


_KINDS = {
    401: "no-session",
    404: "no-such-upload",
    409: "other-offset",
    410: "expired",
    412: "other-version",
    413: "too-large",
    415: "other-media-type",
    _MISMATCH: "checksum-mismatch",
}
_PROBLEM = {problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": kind, "content": _PROBLEM} for status, kind in _KINDS.items()
}


_NAMES = {
    "Tus-Resumable": (True, {"type": "string", "const": VERSION}),
    "Upload-Length": (True, {"type": "string", "pattern": "^[0-9]{1,15}$"}),
    "Upload-Metadata": (True, {"type": "string", "format": "upload-metadata"}),
    "Upload-Offset": (True, {"type": "string", "pattern": "^[0-9]{1,15}$"}),
    "Upload-Checksum": (False, {"type": "string", "pattern": "^sha1 [A-Za-z0-9+/]{27}=$"}),
}
"""Headers of requests, whether they are needed, and what they look like at their plainest."""
_BYTES = {
    "required": True,
    "content": {_OFFSET_TYPE: {"schema": {"type": "string", "format": "binary"}}},
}


def _headers(names: Iterable[str]) -> list[dict[str, object]]:
    return [
        {"name": one, "in": "header", "required": _NAMES[one][0], "schema": _NAMES[one][1]}
        for one in names
    ]


class FileFaults(BaseModel):
    """What goes wrong with uploads besides what goes wrong with every request."""

    model_config = ConfigDict(extra="forbid")

    cut_at: Annotated[int, Field(ge=0, le=LARGEST_FILE), NUMBER] = 0
    """The connection is cut when so many bytes of a piece have come; 0: never."""
    wrong_offset: Annotated[float, Field(ge=0, le=1), NUMBER] = 0.0
    """How probably an answer tells an offset that is seven too high."""


class TusServer:
    """HTTP over `Files`. ``known`` says whether a session is open."""

    def __init__(self, files: Files, known: Callable[[str], bool]) -> None:
        self._files = files
        self._known = known
        self._faults = FileFaults()
        self._dice = Random()  # noqa: S311  dice, not secrets
        self._locks: dict[str, asyncio.Lock] = {}

    def routes(self) -> APIRouter:
        routes = APIRouter()
        place = "/files/uploads/{place}"
        version, length, metadata_, offset, checksum = _NAMES
        need = [Depends(bearer.need(bearer.SESSION, self._known))]
        routes.add_api_route(
            "/files", self.options, methods=["OPTIONS"], status_code=204, response_class=Response
        )
        for path, method, handler, status, told in (
            ("/files", "POST", self.create, 201, (version, length, metadata_)),
            (place, "HEAD", self.where, 200, (version,)),
            (place, "PATCH", self.take, 204, (version, offset, checksum)),
        ):
            extra: dict[str, Any] = {"parameters": _headers(told)}
            if method == "PATCH":
                extra["requestBody"] = _BYTES
            routes.add_api_route(
                path,
                handler,
                methods=[method],
                status_code=status,
                response_class=Response,
                responses=_ERRORS,
                openapi_extra=extra,
                dependencies=need,
            )
        routes.add_api_route(
            "/files/{sha256}",
            self.give,
            methods=["GET"],
            response_class=FileResponse,
            responses={200: {"content": {"application/pdf": {}}}, 404: _ERRORS[404]},
        )
        routes.add_api_route("/sandbox/file-faults", self.faults, methods=["GET"])
        routes.add_api_route("/sandbox/file-faults", self.change, methods=["POST"])
        return routes

    async def faults(self) -> FileFaults:
        """The faults of uploads that are on."""
        return self._faults

    async def change(self, wanted: FileFaults) -> FileFaults:
        """Sets what is named and leaves the rest."""
        named = wanted.model_dump(exclude_unset=True)
        self._faults = self._faults.model_copy(update=named)
        return self._faults

    async def options(self) -> Response:
        """What this server can do."""
        return _answer(
            204,
            {
                "Tus-Version": VERSION,
                "Tus-Max-Size": str(LARGEST_FILE),
                "Tus-Extension": "creation,checksum,expiration",
                "Tus-Checksum-Algorithm": ",".join(_ALGORITHMS),
            },
        )

    async def give(self, sha256: str) -> Response:
        """A whole file. Its name is its hash, which only those know who were told."""
        if not self._files.holds(sha256):
            return problem.response(404, "no-such-file")
        return FileResponse(self._files.content(sha256), media_type="application/pdf")

    async def create(self, request: Request) -> Response:
        """A new upload; the same content again is the same upload."""
        wrong = self._wrong(request)
        if wrong is not None:
            return wrong
        if "upload-concat" in request.headers or "upload-defer-length" in request.headers:
            return _answer(400, words="only creation with a known length")
        length = _number(request.headers.get("upload-length"))
        sha256 = metadata(request.headers.get("upload-metadata", "")).get("sha256", "")
        if length is None or _HASH.fullmatch(sha256) is None:
            return _answer(400, words="Upload-Length and sha256 in Upload-Metadata are needed")
        if length > LARGEST_FILE:
            return _answer(413, {"Tus-Max-Size": str(LARGEST_FILE)})
        async with self._lock(sha256):
            await run_in_threadpool(self._files.expire, sha256, length)
            offset = await run_in_threadpool(self._files.create, sha256, length)
        place = f"/files/uploads/{sha256}-{length}"
        told = {"Location": place, "Upload-Offset": str(offset)}
        return _answer(201, told | self._expires(sha256, length))

    async def where(self, request: Request, place: str) -> Response:
        """How many bytes have arrived."""
        wrong = self._wrong(request)
        if wrong is not None:
            return wrong
        found = _place(place)
        if found is None:
            return _answer(404)
        async with self._lock(found[0]):
            if await run_in_threadpool(self._files.expire, *found):
                return _answer(410)
            offset = await run_in_threadpool(self._files.offset, *found)
        if offset is None:
            return _answer(404)
        told = {"Upload-Offset": self._told(offset), "Upload-Length": str(found[1])}
        return _answer(200, {**told, **self._expires(*found), "Cache-Control": "no-store"})

    async def take(self, request: Request, place: str) -> Response:
        """The next bytes."""
        wrong = self._wrong(request)
        if wrong is not None:
            return wrong
        found = _place(place)
        if found is None:
            return _answer(404)
        if request.headers.get("content-type") != _OFFSET_TYPE:
            return _answer(415)
        check = _checksum(request.headers.get("upload-checksum"))
        if check is None and "upload-checksum" in request.headers:
            return _answer(400, words="Upload-Checksum")
        async with self._lock(found[0]):
            return await self._append(request, found, check)

    async def _append(
        self, request: Request, place: tuple[str, int], check: tuple[str, bytes] | None
    ) -> Response:
        if await run_in_threadpool(self._files.expire, *place):
            return _answer(410)
        before = await run_in_threadpool(self._files.offset, *place)
        if before is None:
            return _answer(404)
        if _number(request.headers.get("upload-offset")) != before:
            return _answer(409)
        if before < place[1]:
            wrong = await self._receive(request, place, before, check)
            if wrong is not None:
                return wrong
        offset = await run_in_threadpool(self._files.offset, *place)
        if offset is None:  # the last byte came, and all of it is not what was announced
            return _answer(_MISMATCH)
        return _answer(204, {"Upload-Offset": self._told(offset), **self._expires(*place)})

    async def _receive(
        self,
        request: Request,
        place: tuple[str, int],
        before: int,
        check: tuple[str, bytes] | None,
    ) -> Response | None:
        """Appends what comes; the answer when that is too much or not what its checksum says."""
        part = self._files.part(*place)
        digest = _ALGORITHMS[check[0]]() if check else None
        try:
            whole = await self._write(request, part, place[1], digest)
        except ClientDisconnect:
            return _answer(
                400
            )  # nobody hears it; what came stays, for the whole file's hash to judge
        fits = check is None or digest is None or digest.digest() == check[1]
        if whole and fits:
            return None
        await run_in_threadpool(os.truncate, part, before)
        return _answer(_MISMATCH) if whole else _answer(413, {"Tus-Max-Size": str(LARGEST_FILE)})

    async def _write(self, request: Request, part: Path, length: int, digest: Any) -> bool:  # noqa: ANN401  hashlib's
        """Appends what comes, durably; false where it is more than was announced."""
        cut_at, came = self._faults.cut_at, 0
        with part.open("ab") as stream:
            try:
                async for piece in request.stream():
                    if stream.tell() + len(piece) > length:
                        return False
                    if cut_at and came + len(piece) >= cut_at:
                        stream.write(piece[: cut_at - came])
                        _cut(request)
                        raise ClientDisconnect
                    came += len(piece)
                    stream.write(piece)
                    if digest is not None:
                        digest.update(piece)
            finally:
                stream.flush()
                await run_in_threadpool(os.fsync, stream.fileno())
        return True

    def _wrong(self, request: Request) -> Response | None:
        """The answer to another version of tus; else None."""
        if request.headers.get("tus-resumable") != VERSION:
            return _answer(412, {"Tus-Version": VERSION})
        return None

    def _told(self, offset: int) -> str:
        """The offset, or a wrong one where that fault strikes."""
        wrong = self._dice.random() < self._faults.wrong_offset
        return str(offset + 7 if wrong else offset)

    def _expires(self, sha256: str, length: int) -> dict[str, str]:
        at = self._files.expires(sha256, length)
        return {} if at is None else {"Upload-Expires": formatdate(at, usegmt=True)}

    def _lock(self, sha256: str) -> asyncio.Lock:
        return self._locks.setdefault(sha256, asyncio.Lock())


def _cut(request: Request) -> None:
    """Cuts the TCP connection; what is sent afterwards goes nowhere."""
    request.scope[TRANSPORT].abort()


def metadata(header: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs of a key and a text in base64; what can't be read is left out."""
    found = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            continue
    return found


def _checksum(header: str | None) -> tuple[str, bytes] | None:
    name, _, value = (header or "").partition(" ")
    try:
        return (name, b64decode(value, validate=True)) if name in _ALGORITHMS else None
    except (binascii.Error, ValueError):
        return None


def _number(header: str | None) -> int | None:
    return int(header) if header is not None and _NUMBER.fullmatch(header) else None


def _place(text: str) -> tuple[str, int] | None:
    match = _PLACE.fullmatch(text)
    return (match["sha256"], int(match["length"])) if match else None


def _answer(status: int, headers: dict[str, str] | None = None, words: str = "") -> Response:
    told = {"Tus-Resumable": VERSION, **(headers or {})}
    if status < 400:
        return Response(status_code=status, headers=told)
    return problem.response(status, _KINDS.get(status, "bad-request"), words, headers=told)


def _sync(folder: Path) -> None:
    """Makes names in a folder durable; Windows does that by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
