"""The adapter API's services over the sandbox's database; knows nothing of HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import ValidationError

from kiosk.clock import OFFICE_ZONE, now, to_ms
from sync.portal.rows import DossierMessage, ProgressMessage, need_lengths, stamp
from sync.sandbox import history, share
from sync.sandbox.database import Database, Receipt, Rows
from sync.sandbox.envelope import NotARequest, Request, digest, read
from sync.sandbox.layer import Effect

Reply = dict[str, Any]
Write = Callable[[Rows], tuple[Reply, Effect]]
Missing = Callable[[bytes], list[str]]
_Message = TypeVar("_Message", DossierMessage, ProgressMessage)

DOSSIER = "DongBoHoSoMC"

UNKNOWN_SERVICE = -1
EXISTS = 3
NOT_KNOWN = 4
INVALID = 5
WRONG_DIGEST = 6
BAD_REQUEST = 400
NO_SESSION = 401
CODE_TAKEN = 409
KEY_REUSED = 422

_LONGEST_KEY = 255
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
NO_KEY = "none-"
"""How the keys begin that the sandbox makes up for what came without one."""


@dataclass(frozen=True)
class Account:
    """Who may log in, and how long a session lasts (seconds)."""

    username: str = "sandbox"
    password: str = "sandbox"  # noqa: S105  the sandbox's public password
    dstcode: str = "VN:GOV:SANDBOX:dvcqg"
    session_s: float = 1800


class _Said(Exception):
    """An answer other than success."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.reply: Reply = {"error_code": code, "message": message, "result": []}


class Services:
    """Login and calls. Sessions live in memory: after a restart everybody logs in again."""

    def __init__(
        self, database: Database, account: Account, missing: Missing = lambda body: []
    ) -> None:
        """``missing``: hashes of files that a dossier message names and that have not arrived."""
        self._missing = missing
        self._database = database
        self._account = account
        self._sessions: dict[str, float] = {}  # session -> monotonic end

    def login(self, body: bytes) -> Reply:
        try:
            fields = read(body).fields
        except NotARequest:
            return {"session": "", "error_code": BAD_REQUEST, "message": "not a JSON object"}
        right = (self._account.username, self._account.password)
        if (fields.get("username"), fields.get("password")) != right:
            return {"session": "", "error_code": 1, "message": "unknown account or password"}
        session = secrets.token_urlsafe(18)
        self._sessions[session] = time.monotonic() + self._account.session_s
        return {"session": session, "error_code": 0, "message": "OK"}

    def call(self, body: bytes, key: str, content_digest: str | None) -> tuple[Reply, Effect]:
        """The reply, and what was committed for it. ``key`` may be empty."""
        asked = self.understand(body, key, content_digest)
        if not callable(asked):
            return asked, Effect.NONE
        try:
            return self._database.write(asked).result()
        except _Said as said:
            return said.reply, Effect.NONE

    async def answer(
        self, body: bytes, key: str, content_digest: str | None
    ) -> tuple[Reply, Effect]:
        """`call` without blocking: other requests are read while the disk is busy."""
        asked = self.understand(body, key, content_digest)
        if not callable(asked):
            return asked, Effect.NONE
        try:
            return await asyncio.wrap_future(self._database.write(asked))
        except _Said as said:
            return said.reply, Effect.NONE

    def understand(self, body: bytes, key: str, content_digest: str | None) -> Reply | Write:
        """The reply where nothing is to be written, else what is to be done in a transaction."""
        try:
            request = read(body)
            self._need_session(request)
            service = request.fields.get("service")
            if service == "TraCuuHoSo":
                return self._look_up(request)
            if service in share.SERVICES:
                return share.answer(str(service), request.fields)
            if service in ("DongBoHoSoMC", "CapNhatTienDoHoSoMC"):
                written = _writing(str(service), request, _storable(key), content_digest)
                return self._with_missing(written, request) if service == DOSSIER else written
            raise _Said(UNKNOWN_SERVICE, "service not known")
        except NotARequest:
            return _Said(BAD_REQUEST, "not a JSON object").reply
        except _Said as said:
            return said.reply

    def known(self, session: str) -> bool:
        """Whether this session is open."""
        return self._sessions.get(session, 0.0) > time.monotonic()

    def _with_missing(self, written: Write, request: Request) -> Write:
        """Each row of the answer also tells what the dossier still lacks, a replay as of now."""

        def write(rows: Rows) -> tuple[Reply, Effect]:
            reply, effect = written(rows)
            each = zip(reply["result"], request.elements, strict=True)
            lacking = [{**row, "missing": self._missing(raw)} for row, raw in each]
            return {**reply, "result": lacking}, effect

        return write

    def _need_session(self, request: Request) -> None:
        if not self.known(str(request.fields.get("session"))):
            raise _Said(NO_SESSION, "session unknown or expired")

    def _look_up(self, request: Request) -> Reply:
        with self._database.reading() as rows:
            found = rows.dossier(_storable(str(request.fields.get("mahoso", ""))))
        result = [_held(found)] if found else []
        return {"error_code": 0, "message": "OK", "result": result}


def _storable(text: str) -> str:
    """JSON may hold halves of surrogate pairs, which no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _writing(service: str, request: Request, key: str, content_digest: str | None) -> Write:
    if not request.elements or (key and len(request.elements) != 1):
        raise _Said(BAD_REQUEST, "data must hold one element for one key")
    if len(key) > _LONGEST_KEY:
        raise _Said(BAD_REQUEST, "the key is too long")
    if content_digest is not None and content_digest != digest(request.elements[0]):
        raise _Said(WRONG_DIGEST, "Content-Digest doesn't match the element")
    updating = str(request.fields.get("isUpdating", "False")) == "True"

    def write(rows: Rows) -> tuple[Reply, Effect]:
        each = [_once(rows, service, raw, key, updating) for raw in request.elements]
        stored = any(effect is Effect.STORED for _, effect in each)
        result = [row for row, _ in each]
        reply = {"error_code": 0, "message": "OK", "result": result}
        return reply, Effect.STORED if stored else Effect.REPLAYED

    return write


def _held(found: dict[str, str]) -> dict[str, str]:
    """The lookup's row. ``KHOA``: the key under which the dossier came, left out when it had none."""
    row = {"MaHoSo": found["code"], "TrangThaiHoSo": found["state"]}
    return row if found["key"].startswith(NO_KEY) else row | {"KHOA": found["key"]}


def _once(rows: Rows, service: str, raw: bytes, key: str, updating: bool) -> tuple[object, Effect]:
    """One result row: stored now, or repeated from the receipt of its key."""
    fingerprint = sha256(raw).hexdigest()
    receipt = rows.receipt(key) if key else None
    if receipt is not None:
        if (receipt.sha256, receipt.service) != (fingerprint, service):
            raise _Said(KEY_REUSED, "this key came with another body before")
        rows.came_again(receipt.code, key)
        return json.loads(receipt.answer), Effect.REPLAYED
    kept_as = key or f"{NO_KEY}{secrets.token_hex(8)}"
    store = _store_dossier if service == "DongBoHoSoMC" else _store_progress
    code, first = store(rows, raw, kept_as, updating)
    row = {
        "MaHoSo": code,
        "idempotency_key": key,
        "sha256": fingerprint,
        "first_received": first,
    }
    rows.keep_receipt(kept_as, Receipt(fingerprint, service, code, json.dumps(row)))
    return row, Effect.STORED


def _store_dossier(rows: Rows, raw: bytes, key: str, updating: bool) -> tuple[str, str]:
    message = _valid(DossierMessage, raw)
    components = [file.MaThanhPhanHoSo for file in message.TaiLieuNop]
    known = rows.dossier(message.MaHoSo)
    without_key = key.startswith(NO_KEY)
    if not updating and known and not without_key:
        raise _Said(EXISTS, "Hồ sơ đã tồn tại")
    if updating and not known and not without_key:
        raise _Said(NOT_KNOWN, "Không tìm thấy hồ sơ")
    if known:
        if not (without_key and known["key"].startswith(NO_KEY)):
            raise _Said(CODE_TAKEN, "MaHoSo belongs to another key")
        rows.update(message.MaHoSo, key, message.TrangThaiHoSo, components, raw)
        if known["state"] != message.TrangThaiHoSo:
            _note(rows, message.MaHoSo, message.TrangThaiHoSo, "", message.GhiChu)
        return message.MaHoSo, known["first_received"]
    at = stamp(now())
    rows.insert(message.MaHoSo, key, message.TrangThaiHoSo, components, raw, at)
    when = message.NgayTuChoi or message.NgayTiepNhan or message.NgayNopHoSo
    _add(rows, message.MaHoSo, message.TrangThaiHoSo, when, message.GhiChu)
    return message.MaHoSo, at


def _note(rows: Rows, code: str, state: str, when: str, words: str) -> None:
    """Adds to the history; the dossier then has the state with the latest time."""
    _add(rows, code, state, when, words)
    rows.set_state(code, str(history.present(rows, code)))


def _add(rows: Rows, code: str, state: str, when: str, words: str) -> None:
    moment = moment_of(when) or now()
    history.append(rows, code, int(state), to_ms(moment), words, "station")


def moment_of(text: str) -> datetime | None:
    """The inverse of `stamp`; None for an empty text, days that don't exist and years nobody means."""
    try:
        moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _store_progress(rows: Rows, raw: bytes, key: str, updating: bool) -> tuple[str, str]:
    message = _valid(ProgressMessage, raw)
    if rows.dossier(message.MaHoSo) is None:
        raise _Said(NOT_KNOWN, "Không tìm thấy hồ sơ")
    rows.add_progress(
        message.MaHoSo,
        key,
        message.TrangThai,
        message.ThoiDiemXuLy,
        message.NoiDungXuLy,
        raw,
    )
    _note(rows, message.MaHoSo, message.TrangThai, message.ThoiDiemXuLy, message.NoiDungXuLy)
    return message.MaHoSo, stamp(now())


def _valid(model: type[_Message], raw: bytes) -> _Message:
    try:
        message = model.model_validate_json(raw)
        need_lengths(message)
        return message
    except ValidationError as error:
        paths = sorted({_path(problem["loc"]) for problem in error.errors(include_input=False)})
        raise _Said(INVALID, "not valid: " + ", ".join(paths)) from None


def _path(where: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in where) or "(whole message)"
