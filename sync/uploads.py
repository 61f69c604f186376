"""Brings scanned files to the portal by the tus 1.0 protocol, resumable after any cut on either side.

Only the core protocol with "creation" is used, "checksum" as an offer. Never "concatenation": a repeated
``Upload-Concat`` makes a second file.
"""

from __future__ import annotations

import json
import logging
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha1
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.dossiers.uploads import Upload, UploadLedger, UploadState
from sync.portal.answer import NotAnAnswer, parse
from sync.portal.driver import (
    ATTACHMENT_TOO_LARGE,
    Accepted,
    Batching,
    Busy,
    Endable,
    Incomplete,
    Misconfigured,
    NotThePortal,
    Outcome,
    Outgoing,
    Poison,
    PortalDriver,
    Refused,
    Timed,
    UnknownOutcome,
    is_trouble,
)
from sync.portal.messages import SUBMIT
from sync.portal.transport import Failed, Headers, Reply, refusal

VERSION = "1.0.0"
_OFFSET = "application/offset+octet-stream"
_GONE = (404, 410)
_ASK_AGAIN = (409, 460)
"""Our offset is not the server's; a chunk came damaged. Either way: ask where it stands."""
_LOCKED = 423

_STEP = 16 * 1024
"""So many new bytes at the portal are progress; less is none, lest a file goes on for ever."""
_DETOURS = 3

_GATHERING_S = 5.0
"""So long the files of several dossiers are brought before what is ready goes: what is urgent must not wait long."""
_FINE = Accepted(b"")
_LONGEST_URL = 2000
_NUMBER = re.compile(r"[0-9]{1,15}")
_HASH = re.compile(r"[0-9a-f]{64}")

_log = logging.getLogger(__name__)


class Calls(Protocol):
    """Requests to the portal inside its login (`sync.portal.session.PortalSession`)."""

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        """The answer, whatever its status; ``path`` or a whole address at the portal. Raises `Failed`."""
        ...


@dataclass(frozen=True)
class Declared:
    """A file that a dossier message names."""

    sha256: str
    name: str


def declared(body: bytes) -> tuple[Declared, ...]:
    """The files of a frozen dossier message: each hash once, those marked deleted left out."""
    try:
        rows = json.loads(body)["TaiLieuNop"]
        named = [row for row in rows if str(row.get("IsDeleted", "False")) != "True"]
        found = {str(row["TepDinhKemId"]): str(row.get("TenTepDinhKem", "")) for row in named}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()  # not a dossier with files: whether it is one at all, the portal says
    return tuple(Declared(one, name) for one, name in found.items() if _HASH.fullmatch(one))


class Uploads:
    """One portal's place for files. ``read`` gives a file's checked content or raises `Fault`
    ATTACHMENT_LOST or ATTACHMENT_DAMAGED (`kiosk.dossiers.attachments.Attachments.read`).

    ``files`` is the whole address where uploads are made, ``chunk`` the bytes of one request. Used by one
    thread at a time.
    """

    def __init__(
        self,
        calls: Calls,
        ledger: UploadLedger,
        read: Callable[[str], bytes],
        files: str,
        chunk: int = 256 * 1024,
    ) -> None:
        self._calls = calls
        self._ledger = ledger
        self._read = read
        self._files = files
        self._chunk = chunk

    def deliver(self, file: Declared) -> bool:
        """Returns once the portal has the whole file: whether any of it was sent now. What is there is not sent again.

        Raises `Failed`: `Poison` when the file is lost or damaged here, `Refused` when it is too large for
        the portal, else what the line or the portal did; the next call goes on where this one ended.
        """
        upload = self._ledger.load(file.sha256)
        if upload is None:
            raise Failed(Poison("ATTACHMENT_LOST", file.sha256[:12]))
        if upload.state is UploadState.UPLOADED and _origin(upload.url) == _origin(self._files):
            return False  # at another portal than now, it would be of no use
        data = self._content(upload)
        way = _Way(self._calls, self._ledger, self._files, upload, file.name)
        try:
            way.go(memoryview(data), self._chunk)
        except Failed as failed:
            now = self._ledger.load(file.sha256)
            moved = now is not None and now.offset >= upload.offset + _STEP
            raise Failed(_marked(failed.outcome, moved)) from None
        _log.info("uploaded %s: %d bytes", file.sha256[:12], len(data))
        return True

    def forget(self, sha256: str) -> None:
        """The portal says that it lacks this file: the next `deliver` sends it anew."""
        self._ledger.anew(sha256)

    def _content(self, upload: Upload) -> bytes:
        try:
            data = self._read(upload.sha256)
        except Fault as fault:
            self._ledger.lost(upload.sha256)
            raise Failed(Poison(fault.code, upload.sha256[:12])) from None
        if len(data) != upload.size:  # the hash fits, so the row is what is wrong
            self._ledger.lost(upload.sha256)
            raise Failed(Poison("ATTACHMENT_DAMAGED", upload.sha256[:12]))
        return data


class _Way:
    """One file's way: create, ask where it stands, send the next chunk, until the last byte is there.

    Whatever the server does, it ends: without ``_STEP`` new bytes at most ``_DETOURS`` times something
    else than sending is done, and a lost answer is asked after once.
    """

    def __init__(
        self, calls: Calls, ledger: UploadLedger, files: str, upload: Upload, name: str
    ) -> None:
        self._calls = calls
        self._ledger = ledger
        self._files = files
        self._upload = upload
        self._name = name
        self._url = upload.url if _origin(upload.url) == _origin(files) else ""
        self._offset = 0
        self._known = False
        self._most = 0  # the highest offset seen; going back and coming again is no progress
        self._moved = False  # whether the last answer showed new bytes at the portal
        self._detours = 0

    def go(self, data: memoryview, chunk: int) -> None:
        while not (self._known and self._offset == len(data)):
            if not self._url:
                self._create()
            elif not self._known:
                self._ask()
            else:
                self._push(bytes(data[self._offset : self._offset + chunk]))
        self._ledger.done(self._upload.sha256)

    def _create(self) -> None:
        metadata = {
            "filename": self._name,
            "filetype": self._upload.media_type,
            "sha256": self._upload.sha256,
        }
        told = ",".join(
            f"{key} {b64encode(text.encode()).decode()}" for key, text in metadata.items()
        )
        length = str(self._upload.size)
        reply = self._call(
            "POST", self._files, b"", {"Upload-Length": length, "Upload-Metadata": told}
        )
        if reply.status != 201:
            raise Failed(_trouble(reply))
        url = self._location(reply)
        # plain tus says nothing here and means 0; ours says what it has of this content already
        offset = self._number(reply) if "upload-offset" in reply.headers else 0
        self._begun(url, offset)

    def _ask(self) -> None:
        reply = self._call("HEAD", self._url, b"", {})
        if reply.status in _GONE:
            self._anew()
            return
        if reply.status not in (200, 204):
            raise Failed(_trouble(reply))
        length = reply.headers.get("upload-length")
        if length is not None and length != str(self._upload.size):
            self._anew()  # that place is for another file
            return
        self._begun(self._url, self._number(reply))

    def _push(self, chunk: bytes) -> None:
        try:
            reply = self._call("PATCH", self._url, chunk, self._chunk_headers(chunk))
        except Failed as failed:
            if not isinstance(failed.outcome, UnknownOutcome):
                raise
            self._resume(failed)
            return
        if reply.status in _GONE:
            self._anew()
        elif reply.status in _ASK_AGAIN:
            self._known = False
            self._detour(f"HTTP {reply.status}")
        elif reply.status != 204:
            raise Failed(_trouble(reply))
        else:
            offset = self._number(reply)
            if not self._offset < offset <= self._offset + len(chunk):
                raise Failed(UnknownOutcome("an offset that can't be", reply.status))
            taken = offset - self._offset
            self._ledger.reached(self._upload.sha256, offset)
            self._reached(offset)
            if taken < min(_STEP, len(chunk)):
                self._detour("hardly anything was taken")

    def _chunk_headers(self, chunk: bytes) -> dict[str, str]:
        check = b64encode(sha1(chunk, usedforsecurity=False).digest()).decode()
        return {
            "Content-Type": _OFFSET,
            "Upload-Offset": str(self._offset),
            "Upload-Checksum": f"sha1 {check}",  # the one algorithm that every server with "checksum" knows
        }

    def _resume(self, failed: Failed) -> None:
        """The chunk's answer is lost, as on a line that is cut every few seconds: goes on if some of it came."""
        self._known = False
        self._ask()
        if self._detours or not self._moved:
            raise failed

    def _begun(self, url: str, offset: int) -> None:
        """The portal said where it stands with this file."""
        if offset > self._upload.size:
            self._anew()  # that place is for another file
            return
        self._ledger.begun(self._upload.sha256, url, offset)
        self._url = url
        self._reached(offset)

    def _reached(self, offset: int) -> None:
        self._offset, self._known = offset, True
        end = self._upload.size
        self._moved = offset >= self._most + _STEP or self._most < offset == end
        if self._moved:
            self._most, self._detours = offset, 0

    def _anew(self) -> None:
        """What the portal has is not of this file, or gone."""
        self._ledger.anew(self._upload.sha256)
        self._url, self._known = "", False
        self._detour("the portal doesn't know this upload")

    def _detour(self, why: str) -> None:
        self._detours += 1
        if self._detours > _DETOURS:
            raise Failed(UnknownOutcome(why))

    def _call(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        always = {"Tus-Resumable": VERSION, "Accept-Encoding": "identity"}
        reply = self._calls.exchange(method, address, body, {**always, **headers})
        if reply.status == 412 and "tus-version" in reply.headers:
            raise Failed(Misconfigured("the portal speaks another version of tus"))
        if reply.headers.get("tus-resumable") != VERSION and not self._leads_nowhere(method, reply):
            raise Failed(_not_tus(reply))
        return reply

    def _leads_nowhere(self, method: str, reply: Reply) -> bool:
        """Whether what answers needs not speak tus, since the address is no upload's.

        A line may end within a head, and the address in it is cut, too: at the portal itself, and wrong for ever. What
        isn't known there is gone; an address that never moved a byte is dropped after any foreign answer.
        """
        if method == "POST":
            return False
        if reply.status not in _GONE and not self._upload.offset and not self._most:
            self._ledger.anew(self._upload.sha256)
        return reply.status in _GONE

    def _number(self, reply: Reply) -> int:
        said = reply.headers.get("upload-offset", "")
        if _NUMBER.fullmatch(said) is None:
            raise Failed(NotThePortal("no upload offset", reply.status))
        return int(said)

    def _location(self, reply: Reply) -> str:
        """The upload's whole address; only one at the portal itself is taken."""
        said = reply.headers.get("location", "")
        fit = 0 < len(said) <= _LONGEST_URL and said.isascii() and said.isprintable()
        try:
            url = urljoin(self._files + "/", said) if fit else ""
        except ValueError:
            url = ""
        if not url or "#" in url or _origin(url) != _origin(self._files):
            raise Failed(NotThePortal("Location at another host or none", reply.status))
        return url


@dataclass(frozen=True)
class _Taken:
    """The files of an item that the portal has."""

    files: set[str]


class FilesFirst:
    """A driver that brings a dossier's files to the portal before its message.

    So what the message says where files are is true when it comes, and a receipt means: all of it is there.
    Where the portal's answer says that it lacks files all the same, they are sent anew and so is the message.
    """

    def __init__(self, driver: PortalDriver, uploads: Uploads) -> None:
        self._driver = driver
        self._uploads = uploads

    def send(self, item: Outgoing) -> Outcome:
        taken = self._bring(item)
        if isinstance(taken, _Taken):
            return self._judged(taken, self._driver.send(item))
        return taken

    @property
    def most(self) -> int:
        return self._driver.most if isinstance(self._driver, Batching) else 1

    def send_all(self, items: Sequence[Outgoing]) -> list[Outcome]:
        """The files of each, then their messages together; on a slow line only those that were soon ready."""
        if not isinstance(self._driver, Batching):
            return [self.send(items[0])]
        outcomes: dict[int, Outcome] = {}
        taken: dict[int, _Taken] = {}
        until = time.monotonic() + _GATHERING_S
        for number, item in enumerate(items):
            brought = self._bring(item)
            if isinstance(brought, _Taken):
                taken[number] = brought
            else:
                outcomes[number] = brought
            if is_trouble(outcomes.get(number, _FINE)) or time.monotonic() > until:
                break
        sent = self._driver.send_all([items[number] for number in taken]) if taken else []
        for (number, brought), outcome in zip(taken.items(), sent, strict=False):
            outcomes[number] = self._judged(brought, outcome)
        return list(_unbroken(outcomes))

    def _bring(self, item: Outgoing) -> _Taken | Outcome:
        """The item's files, once the portal has them all; else what went wrong with them."""
        files, moved = declared(item.body) if item.kind == SUBMIT else (), False
        try:
            for file in files:
                moved = self._uploads.deliver(file) or moved
        except Failed as failed:
            return _marked(failed.outcome, moved)
        return _Taken({file.sha256 for file in files})

    def _judged(self, taken: _Taken, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Accepted):
            return self._whole(outcome, taken.files)
        return outcome  # a push counts, whatever went before it

    def _whole(self, outcome: Accepted, files: set[str]) -> Outcome:
        lacking = files & _missing(outcome.receipt)
        for one in sorted(lacking):
            self._uploads.forget(one)
        if lacking:
            return Incomplete(f"{len(lacking)} of {len(files)} files", outcome.status)
        return outcome

    @property
    def clock_offset_s(self) -> float | None:
        return self._driver.clock_offset_s if isinstance(self._driver, Timed) else None

    def check(self, cancel: Cancel) -> None:
        self._driver.check(cancel)

    def bound(self, end: float | None) -> None:
        if isinstance(self._driver, Endable):
            self._driver.bound(end)

    def close(self) -> None:
        if isinstance(self._driver, Endable):
            self._driver.close()


def _unbroken(outcomes: Mapping[int, Outcome]) -> Iterator[Outcome]:
    """Those of the first items without a gap: what comes behind one that was not tried counts as not tried."""
    number = 0
    while number in outcomes:
        yield outcomes[number]
        number += 1


def _marked(outcome: Outcome, moved: bool) -> Outcome:
    """On a line that is cut again and again, what moves on must not wait longer each time."""
    if moved and isinstance(outcome, Busy | UnknownOutcome):
        return replace(outcome, moved=True)
    return outcome


def _missing(receipt: bytes) -> set[str]:
    """Hashes that a portal's answer lists as missing; the national portal lists none."""
    try:
        answer = parse(receipt)
    except NotAnAnswer:
        return set()
    lists = (row.get("missing") for row in (answer.rows if answer else ()))
    return {
        one for found in lists if isinstance(found, list) for one in found if isinstance(one, str)
    }


def _trouble(reply: Reply) -> Outcome:
    if reply.status == 413:
        return Refused(ATTACHMENT_TOO_LARGE, "", reply.status)
    if reply.status == _LOCKED:
        return Busy(reply.status, reply.retry_after_s)
    if 200 <= reply.status <= 299:
        return NotThePortal("not the answer of a tus server", reply.status)
    return refusal(reply)


def _not_tus(reply: Reply) -> Outcome:
    """Something else answered, or the portal's front while the file service is away."""
    if reply.status in (401, 403, 429) or reply.status >= 500:
        return refusal(reply)
    if reply.status == 413:  # a proxy's limit counts as the portal's
        return Refused(ATTACHMENT_TOO_LARGE, "", reply.status)
    return NotThePortal("not a tus server", reply.status)


def _origin(address: str) -> tuple[str, str]:
    """Scheme and host with port; a name or password in an address makes it another's."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.scheme.lower(), parts.netloc.lower()
