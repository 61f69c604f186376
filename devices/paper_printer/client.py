"""One IPP printer over HTTP: the five operations that a kiosk needs."""

from __future__ import annotations

import itertools
import time
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from devices.fault import Fault
from devices.paper_printer.message import (
    MAX_BYTES,
    Attribute,
    AttributeSet,
    Group,
    Message,
    MessageError,
    Operation,
    Tag,
    encode,
    parse,
)

NOT_FOUND = 0x0406
BUSY = 0x0507
_USER = "kiosk"
_PRINTER_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "printer-make-and-model",
)
_JOB_ATTRIBUTES = ("job-id", "job-name", "job-state", "job-state-reasons")


class NoAnswer(Exception):
    """Nothing usable came back; the printer may or may not have acted."""


class Refused(Exception):
    """The printer answered with an error; ``status`` as in RFC 8011, 4.1.6."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status:04X}")
        self.status = status


class Client:
    """Talks to one printer. Raises `NoAnswer` and `Refused`."""

    def __init__(self, uri: str, timeout_s: float) -> None:
        """``uri``: ``ipp://`` or ``ipps://``; ``timeout_s``: for connecting and for each answer."""
        self._uri = uri
        self._url = http_url(uri)
        self._timeout_s = timeout_s
        self._ids = itertools.count(1)

    def printer(self) -> AttributeSet:
        """Get-Printer-Attributes. Raises `Fault` ``PRINTER_OFFLINE`` when nothing answers."""
        wanted = Attribute(Tag.KEYWORD, "requested-attributes", _PRINTER_ATTRIBUTES)
        try:
            answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, [wanted])
        except NoAnswer as error:
            raise Fault("PRINTER_OFFLINE", str(error)) from error
        return answer.group(Group.PRINTER)

    def print(self, pdf: bytes, name: str) -> AttributeSet:
        """Print-Job on A4, one copy.

        The paper is always named: a printer's own default may be Letter.
        """
        about = [
            Attribute.of(Tag.NAME, "job-name", name),
            Attribute.of(Tag.MIME_TYPE, "document-format", "application/pdf"),
        ]
        job = [
            Attribute.of(Tag.INTEGER, "copies", 1),
            Attribute.of(Tag.KEYWORD, "media", "iso_a4_210x297mm"),
        ]
        return self._ask(Operation.PRINT_JOB, about, job, pdf).group(Group.JOB)

    def job(self, job_id: int) -> AttributeSet:
        """Get-Job-Attributes."""
        which = Attribute.of(Tag.INTEGER, "job-id", job_id)
        wanted = Attribute(Tag.KEYWORD, "requested-attributes", _JOB_ATTRIBUTES)
        return self._ask(Operation.GET_JOB_ATTRIBUTES, [which], more=[wanted]).group(Group.JOB)

    def cancel(self, job_id: int) -> None:
        """Cancel-Job."""
        self._ask(Operation.CANCEL_JOB, [Attribute.of(Tag.INTEGER, "job-id", job_id)])

    def find(self, name: str) -> int | None:
        """The id of the unfinished job of that name, by Get-Jobs."""
        wanted = Attribute(Tag.KEYWORD, "requested-attributes", _JOB_ATTRIBUTES)
        answer = self._ask(Operation.GET_JOBS, [], more=[wanted])
        for group, attributes in answer.groups:
            if group == Group.JOB and name in attributes.get("job-name", ()):
                found = next(iter(attributes.get("job-id", ())), None)
                return found if isinstance(found, int) else None
        return None

    def _ask(
        self,
        operation: Operation,
        about: list[Attribute],
        job: list[Attribute] | None = None,
        document: bytes = b"",
        more: list[Attribute] | None = None,
    ) -> Message:
        first = [
            Attribute.of(Tag.CHARSET, "attributes-charset", "utf-8"),
            Attribute.of(Tag.LANGUAGE, "attributes-natural-language", "en"),
            Attribute.of(Tag.URI, "printer-uri", self._uri),
        ]
        # RFC 8011 wants job-id right behind printer-uri and the user's name behind that.
        if operation in (Operation.CANCEL_JOB, Operation.GET_JOB_ATTRIBUTES):
            first, about = first + about, []
        user = Attribute.of(Tag.NAME, "requesting-user-name", _USER)
        groups = [(Group.OPERATION, [*first, user, *about, *(more or [])])]
        if job:
            groups.append((Group.JOB, job))
        request_id = next(self._ids)
        answer = self._exchange(encode(operation, request_id, groups, document))
        if answer.request_id != request_id:
            raise NoAnswer("the answer to another request")
        if answer.code >= 0x0100:
            raise Refused(answer.code)
        return answer

    def _exchange(self, body: bytes) -> Message:
        """One request on a line of its own, so that nothing half-used is gone on with."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                with session.post(
                    self._url,
                    data=body,
                    headers={"Content-Type": "application/ipp"},
                    timeout=self._timeout_s,
                    stream=True,
                    allow_redirects=False,
                ) as answer:
                    if answer.status_code != requests.codes.ok:
                        raise NoAnswer(f"HTTP {answer.status_code}")
                    return parse(_limited(answer, self._timeout_s))
        except (requests.RequestException, HTTPError) as error:
            raise NoAnswer(type(error).__name__) from error
        except MessageError as error:
            raise NoAnswer(f"not IPP: {error}") from error


def http_url(uri: str) -> str:
    """``ipp://host/path`` as the HTTP address behind it; the port is 631 unless told."""
    parts = urlsplit(uri)
    scheme = "https" if parts.scheme == "ipps" else "http"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{scheme}://{host}:{parts.port or 631}{parts.path or '/'}"


def _limited(answer: requests.Response, seconds: float) -> bytes:
    """The body, unless it is too long or takes longer than ``seconds``."""
    until = time.monotonic() + seconds
    data = b""
    # read1 gives what is there; reading by size would wait for a whole block of a trickle.
    while block := answer.raw.read1(16_384, decode_content=True):
        data += block
        if len(data) > MAX_BYTES:
            raise NoAnswer("an answer without end")
        if time.monotonic() > until:
            raise NoAnswer("an answer that trickles")
    return data
