"""One request to the portal and what its answer means on the level of HTTP."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)

from kiosk.clock import now
from sync.backoff import retry_after
from sync.clock_offset import ClockOffset
from sync.portal.answer import Answer, NotAnAnswer, parse
from sync.portal.deadline import CLOSED, TIME_IS_UP, Watch, Watched
from sync.portal.driver import (
    AuthenticationFailed,
    Busy,
    Misconfigured,
    NotThePortal,
    Outcome,
    Refused,
    UnknownOutcome,
    Unreachable,
    Untrusted,
)
from sync.portal.tls import EXPIRED, Tls, Unusable, judged

LARGEST_ANSWER = 1024 * 1024
_CHUNK = 64 * 1024

Headers = Mapping[str, str | bytes]
"""Bytes pass as they are; text has to fit into Latin-1."""

_NOT_OURS = (404, 405, 407, 410, 511)
_BAD_SETTINGS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
)
_NO_TLS = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
"""What OpenSSL says when something that doesn't speak TLS answers, such as a network's login page."""

_NEVER_CONNECTED = (NewConnectionError, NameResolutionError, ConnectTimeoutError)


class Failed(Exception):
    """The attempt ended here; ``outcome`` says how. Never carries a person's data."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


@dataclass(frozen=True, repr=False)
class Reply:
    """What came back, whoever answered. ``date`` is the header of that name, empty without one.

    ``headers``: all of them, their names in lower case.
    """

    status: int
    content_type: str
    body: bytes
    retry_after_s: float | None
    date: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    came_at: datetime | None = None
    """When its head was here, by this machine's clock, ``round_trip_s`` after the request began."""
    round_trip_s: float = 0.0

    def __repr__(self) -> str:
        return f"Reply({self.status}, {len(self.body)} bytes)"

    @property
    def is_json(self) -> bool:
        return self.content_type == "application/json" or self.content_type.endswith("+json")


class _Session(requests.Session):
    """Doesn't look at redirects at all: requests would read their bodies and addresses by itself."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class Transport:
    """Sends requests to one portal; what goes wrong is a `Failed`.

    Redirects are never followed, answers above 1 MiB are cut off, a connection must stand within
    ``connect_timeout_s``, no silence and no body last longer than ``read_timeout_s``, and the whole exchange
    ends after both, however it is fed. (Looking up the name has the resolver's own limit.) The
    environment's proxies and ``.netrc`` are left alone. ``tls``: None trusts the system's store.
    """

    def __init__(
        self, url: str, connect_timeout_s: float, read_timeout_s: float, tls: Tls | None = None
    ) -> None:
        self.clock_offset = ClockOffset()
        self._url = url.rstrip("/")
        self._origin = _origin(self._url)
        self._timeouts = (connect_timeout_s, read_timeout_s)
        self._watch = Watch()
        self._end: float | None = None
        self._http = _Session()
        self._http.mount("http://", Watched(self._watch))
        self._http.trust_env = False
        self._tls = tls or Tls()
        self._tls_stamp: object = None

    def close(self) -> None:
        """From any thread: a running exchange ends soon, and nothing is sent afterwards."""
        self._watch.close()
        self._http.close()

    def hang_up(self) -> None:
        """Gives up the kept connection: what came on it may not belong to what was asked."""
        self._http.close()

    def bound(self, end: float | None) -> None:
        """No exchange lasts beyond this moment of `time.monotonic`, if any."""
        self._end = end

    def post(self, path: str, body: bytes, headers: Headers) -> tuple[Answer, int]:
        """The portal's envelope and the HTTP status, 200 to 299."""
        reply = self.exchange(path, body, headers)
        answer = _envelope(reply)
        # Only the portal's own word counts: a login page of the network may have any date.
        if reply.came_at is not None:
            self.clock_offset.note(reply.date, reply.round_trip_s, reply.came_at)
        return answer, reply.status

    def exchange(self, path: str, body: bytes, headers: Headers, method: str = "POST") -> Reply:
        """One request and its whole answer, whatever its status. Raises `Failed`.

        ``path`` goes behind the portal's address; a whole address must be at the portal's scheme, host and port.
        """
        address = self._url + path if path.startswith("/") else path
        if not path.startswith("/") and _origin(address) != self._origin:
            raise Failed(NotThePortal("an address at another host"))
        if self._watch.ended == CLOSED:
            raise Failed(Unreachable(CLOSED))
        left_s = sum(self._timeouts)
        if self._end is not None:
            left_s = min(left_s, self._end - time.monotonic())
        if left_s <= 0:
            raise Failed(UnknownOutcome(TIME_IS_UP))
        self._secure()
        with self._watch.over(left_s):
            try:
                reply = self._talk(method, address, body, headers, left_s)
            except Failed as failed:
                if self._watch.ended and isinstance(failed.outcome, UnknownOutcome | Untrusted):
                    raise Failed(UnknownOutcome(self._watch.ended)) from None
                raise
            if self._watch.ended:  # the end of the answer may be ours
                raise Failed(UnknownOutcome(self._watch.ended, reply.status))
        return reply

    def _secure(self) -> None:
        """Makes TLS ready, anew when one of its files has changed. Raises `Failed`."""
        stamp = self._tls.stamp()
        if self._origin[0] != "https" or stamp == self._tls_stamp:
            return
        try:
            context = self._tls.context()
        except Unusable as unusable:
            raise Failed(unusable.outcome) from None
        self._http.get_adapter("https://").close()
        self._http.mount("https://", Watched(self._watch, context))
        self._tls_stamp = stamp

    def _talk(
        self, method: str, address: str, body: bytes, headers: Headers, left_s: float
    ) -> Reply:
        began = time.monotonic()
        try:
            with self._http.request(
                method,
                address,
                data=body,
                headers=dict(headers),
                timeout=(min(self._timeouts[0], left_s), self._timeouts[1]),
                allow_redirects=False,
                stream=True,
            ) as reply:
                came_at, round_trip_s = now(), time.monotonic() - began
                return Reply(
                    reply.status_code,
                    reply.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
                    self._content(reply),
                    retry_after(reply.headers.get("Retry-After"), reply.headers.get("Date")),
                    reply.headers.get("Date", "")[:60],
                    {name.lower(): value for name, value in reply.headers.items()},
                    came_at,
                    round_trip_s,
                )
        except requests.RequestException as error:
            raise Failed(self._judged(_broken(error))) from None
        except LocationValueError as error:
            raise Failed(Misconfigured(type(error).__name__)) from None
        except (
            HTTPError,
            OSError,
            ValueError,
        ) as error:  # from the body; from an answer that can't be read
            raise Failed(UnknownOutcome(type(error).__name__)) from None

    def _judged(self, outcome: Outcome) -> Outcome:
        """An expired certificate is the clock's fault where the clock is known to be wrong."""
        if isinstance(outcome, Untrusted) and outcome.detail == EXPIRED:
            return replace(outcome, clock=self.clock_offset.is_wrong)
        return outcome

    def _content(self, reply: requests.Response) -> bytes:
        limit = time.monotonic() + self._timeouts[1]
        body = bytearray()
        # read1 hands over what is there; read and iter_content would wait for a whole chunk of a trickle
        while chunk := reply.raw.read1(_CHUNK, decode_content=False):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise Failed(UnknownOutcome("answer above 1 MiB", reply.status_code))
            if time.monotonic() > limit:
                raise Failed(UnknownOutcome("answer trickles", reply.status_code))
        return bytes(body)


def _origin(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; empty for what is no address, which is nobody's origin."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "", "", None
    return parts.scheme, parts.hostname or "", port or {"http": 80, "https": 443}.get(parts.scheme)


def _broken(error: requests.RequestException) -> Outcome:
    """Certain that nothing was sent, or not certain: that is the whole question."""
    name = type(error).__name__
    if isinstance(error, requests.exceptions.SSLError):
        return _untrusted(name, str(error))
    if isinstance(error, _BAD_SETTINGS):
        return Misconfigured(name)
    if isinstance(error, requests.ConnectTimeout):
        return Unreachable(name)
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(cause, _NEVER_CONNECTED):
        return Unreachable(type(cause).__name__)
    return UnknownOutcome(name)


def _untrusted(name: str, words: str) -> Outcome:
    if any(reason in words for reason in _NO_TLS):
        return NotThePortal("no TLS")
    return judged(words) or UnknownOutcome(name)


def _envelope(reply: Reply) -> Answer:
    if not 200 <= reply.status <= 299:
        raise Failed(refusal(reply))
    if not reply.is_json:
        raise Failed(NotThePortal(f"content type {reply.content_type[:60]}", reply.status))
    try:
        answer = parse(reply.body)
    except NotAnAnswer as error:
        raise Failed(UnknownOutcome(f"no whole JSON: {error}", reply.status)) from None
    if answer is None:
        raise Failed(NotThePortal("JSON of another shape", reply.status))
    return answer


def refusal(reply: Reply) -> Outcome:
    """What an answer outside 200 to 299 means."""
    status = reply.status
    if status in _NOT_OURS or status < 400:
        return NotThePortal("redirect" if status < 400 else "wrong address", status)
    if status in (401, 403):
        if reply.is_json:
            return AuthenticationFailed("", status)
        return NotThePortal("refused by something that is not the portal", status)
    if status in (408, 409, 429) or status >= 500:
        return Busy(status, reply.retry_after_s)
    try:
        answer = parse(reply.body) if reply.is_json else None
    except NotAnAnswer:
        answer = None
    return Refused(str(status), answer.message[:1000] if answer else "", status)
