"""The adapter API's services over the sandbox's database; knows nothing of HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
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

LARGEST_BATCH = 10
"""Elements of one request that come with a key each."""
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

    def call(self, body: bytes, proof: Proof) -> tuple[Reply, Effect]:
        """The reply, and what was committed for it."""
        asked = self.understand(body, proof)
        if not callable(asked):
            return asked, Effect.NONE
        try:
            return self._database.write(asked).result()
        except _Said as said:
            return said.reply, Effect.NONE

    async def answer(self, body: bytes, proof: Proof) -> tuple[Reply, Effect]:
        """`call` without blocking: other requests are read while the disk is busy."""
        asked = self.understand(body, proof)
        if not callable(asked):
            return asked, Effect.NONE
        try:
            return await asyncio.wrap_future(self._database.write(asked))
        except _Said as said:
            return said.reply, Effect.NONE

    def understand(self, body: bytes, proof: Proof) -> Reply | Write:
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
                written = _writing(str(service), request, proof)
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


@dataclass(frozen=True)
class Proof:
    """What makes a repeat harmless: the one key of the one element, as headers. ``replaces``: the keys of
    the revisions before it."""

    key: str = ""
    digest: str | None = None
    replaces: tuple[str, ...] = ()


def _writing(service: str, request: Request, proof: Proof) -> Write:
    updating = str(request.fields.get("isUpdating", "False")) == "True"
    if "keys" in request.fields:
        return _batch(service, request, updating)
    key, replaces = _storable(proof.key), tuple(_storable(one) for one in proof.replaces)
    if not request.elements or (key and len(request.elements) != 1):
        raise _Said(BAD_REQUEST, "data must hold one element for one key")
    if len(key) > _LONGEST_KEY:
        raise _Said(BAD_REQUEST, "the key is too long")
    if proof.digest is not None and proof.digest != digest(request.elements[0]):
        raise _Said(WRONG_DIGEST, "Content-Digest doesn't match the element")

    def write(rows: Rows) -> tuple[Reply, Effect]:
        push = _Push(service, key, updating, replaces)
        each = [_once(rows, push, raw) for raw in request.elements]
        return _told(each)

    return write


def _batch(service: str, request: Request, updating: bool) -> Write:
    """Several elements, each with its own key and its own result: one that is refused hinders no other."""
    keys = request.fields["keys"]
    if not isinstance(keys, list) or not 0 < len(keys) == len(request.elements) <= LARGEST_BATCH:
        raise _Said(BAD_REQUEST, f"keys and data must be as long, {LARGEST_BATCH} at most")
    if not all(isinstance(key, str) and 0 < len(key) <= _LONGEST_KEY for key in keys):
        raise _Said(BAD_REQUEST, "each element needs a key")
    if len(set(keys)) != len(keys):
        raise _Said(BAD_REQUEST, "a key came twice")

    def one(rows: Rows, key: str, raw: bytes) -> tuple[dict[str, Any], Effect]:
        try:
            row, effect = _once(rows, _Push(service, key, updating), raw)
        except _Said as said:
            refused = {"error_code": said.reply["error_code"], "message": said.reply["message"]}
            return {"idempotency_key": key, **refused}, Effect.NONE
        return {**row, "error_code": 0}, effect

    def write(rows: Rows) -> tuple[Reply, Effect]:
        each = zip(keys, request.elements, strict=True)
        return _told([one(rows, _storable(key), raw) for key, raw in each])

    return write


def _told(each: list[tuple[dict[str, Any], Effect]]) -> tuple[Reply, Effect]:
    effects = {effect for _, effect in each}
    first = (one for one in (Effect.STORED, Effect.REPLAYED) if one in effects)
    reply = {"error_code": 0, "message": "OK", "result": [row for row, _ in each]}
    return reply, next(first, Effect.NONE)


def _held(found: dict[str, str]) -> dict[str, str]:
    """The lookup's row. ``KHOA``: the key under which the dossier came, left out when it had none."""
    row = {"MaHoSo": found["code"], "TrangThaiHoSo": found["state"]}
    return row if found["key"].startswith(NO_KEY) else row | {"KHOA": found["key"]}


@dataclass(frozen=True)
class _Push:
    service: str
    key: str
    updating: bool
    replaces: tuple[str, ...] = ()


def _once(rows: Rows, push: _Push, raw: bytes) -> tuple[dict[str, Any], Effect]:
    """One result row: stored now, or repeated from the receipt of its key."""
    fingerprint = sha256(raw).hexdigest()
    receipt = rows.receipt(push.key) if push.key else None
    if receipt is not None:
        if (receipt.sha256, receipt.service) != (fingerprint, push.service):
            raise _Said(KEY_REUSED, "this key came with another body before")
        rows.came_again(receipt.code, push.key)
        again: dict[str, Any] = json.loads(receipt.answer)
        return again, Effect.REPLAYED
    kept = replace(push, key=push.key or f"{NO_KEY}{secrets.token_hex(8)}")
    store = _store_dossier if push.service == DOSSIER else _store_progress
    code, first = store(rows, raw, kept)
    row = {
        "MaHoSo": code,
        "idempotency_key": push.key,
        "sha256": fingerprint,
        "first_received": first,
    }
    rows.keep_receipt(kept.key, Receipt(fingerprint, push.service, code, json.dumps(row)))
    return row, Effect.STORED


def _store_dossier(rows: Rows, raw: bytes, push: _Push) -> tuple[str, str]:
    message = _valid(DossierMessage, raw)
    components = [file.MaThanhPhanHoSo for file in message.TaiLieuNop]
    known = rows.dossier(message.MaHoSo)
    without_key = push.key.startswith(NO_KEY)
    if not push.updating and known and not without_key:
        raise _Said(EXISTS, "Hồ sơ đã tồn tại")
    if push.updating and not known and not without_key:
        raise _Said(NOT_KNOWN, "Không tìm thấy hồ sơ")
    if known:
        own = without_key and known["key"].startswith(NO_KEY)
        if not own and known["key"] not in push.replaces:
            raise _Said(CODE_TAKEN, "MaHoSo belongs to another key")
        told = {str(event.state) for event in history.of_code(rows, message.MaHoSo)}
        state = known["state"] if message.TrangThaiHoSo in told else message.TrangThaiHoSo
        rows.update(message.MaHoSo, push.key, state, components, raw)
        if state != known["state"]:  # what we know already never undoes what came since
            _note(rows, message.MaHoSo, state, "", message.GhiChu)
        return message.MaHoSo, known["first_received"]
    at = stamp(now())
    rows.insert(message.MaHoSo, push.key, message.TrangThaiHoSo, components, raw, at)
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


def _store_progress(rows: Rows, raw: bytes, push: _Push) -> tuple[str, str]:
    message = _valid(ProgressMessage, raw)
    if rows.dossier(message.MaHoSo) is None:
        raise _Said(NOT_KNOWN, "Không tìm thấy hồ sơ")
    rows.add_progress(
        message.MaHoSo,
        push.key,
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
