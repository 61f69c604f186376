"""Calls of the adapter API inside a login that is kept until the portal refuses it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kiosk.settings import Portal, SettingsError
from sync.clock_offset import ClockOffset
from sync.portal.answer import Answer
from sync.portal.driver import AuthenticationFailed
from sync.portal.tls import Tls
from sync.portal.transport import Failed, Headers, Reply, Transport

LOOKUP = "TraCuuHoSo"
DOSSIER = "DongBoHoSoMC"
PROGRESS = "CapNhatTienDoHoSoMC"
AGENCIES = "LayDanhMucCoQuan"
SECTORS = "LayDanhMucLinhVuc"
PROCEDURES = "LayDanhSachTTHC"
PROCEDURE = "LayThuTuc"

_SHARE = frozenset((LOOKUP, AGENCIES, SECTORS, PROCEDURES, PROCEDURE))
"""Services that only ask: they have an endpoint of their own."""

_SESSION_REFUSED = (401, 403)
"""``error_code`` values that mean: log in again. The real portal's own are not published."""

_log = logging.getLogger(__name__)


class PortalSession:
    """One account at one portal; ``agency`` is sent as ``madonvi``. Used by one thread at a time."""

    def __init__(self, portal: Portal, agency: str) -> None:
        self._portal = portal
        self._agency = agency
        times = (portal.connect_timeout_s, portal.read_timeout_s)
        self._transport = Transport(portal.url, *times, Tls.of(portal))
        self._session = ""
        self._used = False

    @property
    def clock_offset(self) -> ClockOffset:
        """How far this machine's clock is off, by the portal's answers."""
        return self._transport.clock_offset

    def close(self) -> None:
        self._session = ""
        self._transport.close()

    def hang_up(self) -> None:
        """The next call goes over a new connection."""
        self._transport.hang_up()

    def bound(self, end: float | None) -> None:
        self._transport.bound(end)

    def login(self) -> None:
        """A new session. Raises `Failed`; with `AuthenticationFailed` when the account is not taken."""
        self._session = ""
        try:
            secret = self._portal.secret()
        except SettingsError:
            raise Failed(AuthenticationFailed("password_file can't be read")) from None
        body = json.dumps({"username": self._portal.username, "password": secret}).encode()
        answer, status = self._transport.post(self._portal.login_path, body, self._headers())
        if answer.code != 0 or not answer.session:
            raise Failed(AuthenticationFailed(f"error_code {answer.code}", status))
        self._session, self._used = answer.session, False
        _log.info("portal login done")

    def ready(self) -> None:
        """Logs in where there is no session yet. Raises `Failed`."""
        if not self._session:
            self.login()

    def _take_up(self) -> bool:
        """Logs in where needed; whether the session was used before, so that it may have ended meanwhile."""
        self.ready()
        used, self._used = self._used, True
        return used

    def call(
        self,
        service: str,
        arguments: Mapping[str, object],
        data: Sequence[bytes] = (),
        headers: dict[str, str] | None = None,
    ) -> tuple[Answer, int]:
        """One service call: its envelope and HTTP status. Logs in first where needed, and once more when refused.

        ``data`` holds the elements of the list ``data``, spliced in byte by byte. A lookup is only a
        question, so any unexplained error code of it under an old session is taken for an expired one.
        Raises `Failed`.
        """
        if self._take_up():
            try:
                answer, status = self._ask(service, arguments, data, headers)
            except Failed as failed:
                if not isinstance(failed.outcome, AuthenticationFailed):
                    raise
            else:
                expired = service == LOOKUP and answer.code != 0
                if answer.code not in _SESSION_REFUSED and not expired:
                    return answer, status
            self.login()
        try:
            return self._believed(*self._ask(service, arguments, data, headers))
        except Failed as failed:
            if isinstance(failed.outcome, AuthenticationFailed):
                self._session = ""
                raise Failed(replace(failed.outcome, logged_in=True)) from None
            raise

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        """A request beside the adapter's own calls, with the login as ``Authorization: Bearer``.

        Logs in first where needed, and once more when refused with HTTP 401 or 403. Raises `Failed`.
        """
        kept = self._take_up()
        reply = self._transport.exchange(path, body, self._bearing(headers), method)
        if kept and reply.status in (401, 403):
            self.login()
            reply = self._transport.exchange(path, body, self._bearing(headers), method)
        return reply

    def _bearing(self, headers: Headers) -> Headers:
        """The session comes from the portal's answer: as bytes it passes whatever it holds, but for line ends."""
        bearer = f"Bearer {self._session}".encode()
        return {**headers, "dstcode": self._portal.dstcode, "Authorization": bearer}

    def _believed(self, answer: Answer, status: int) -> tuple[Answer, int]:
        if answer.code in _SESSION_REFUSED:
            raise Failed(AuthenticationFailed(f"error_code {answer.code}", status))
        return answer, status

    def _ask(
        self,
        service: str,
        arguments: Mapping[str, object],
        data: Sequence[bytes],
        headers: dict[str, str] | None,
    ) -> tuple[Answer, int]:
        envelope = {"session": self._session, "madonvi": self._agency, "service": service}
        body = json.dumps({**envelope, **arguments}, ensure_ascii=False).encode()
        if data:
            body = body[:-1] + b',"data":[' + b",".join(data) + b"]}"
        portal = self._portal
        path = portal.share_path if service in _SHARE else portal.integration_path
        return self._transport.post(path, body, self._headers() | (headers or {}))

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Charset": "utf-8",
            "dstcode": self._portal.dstcode,
        }
