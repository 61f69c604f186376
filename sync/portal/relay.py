"""Relays between a one-stop system and the adapter API, as a driver: bare arrays, no login, no lookup.

Provinces and vendors put such relays in front of the portal. A provincial one takes dossiers at one address and
is told by the query what they are; a vendor's has one address each for new dossiers, changes and steps.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from unicodedata import normalize
from urllib.parse import urlencode

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.settings import Portal
from sync.portal.answer import Answer
from sync.portal.driver import (
    CODE_TAKEN,
    Accepted,
    NotThePortal,
    Outcome,
    Outgoing,
    Poison,
    Received,
    Refused,
    fault_code,
)
from sync.portal.proof import proof
from sync.portal.tls import Tls
from sync.portal.transport import Failed, Transport

_EXISTS = (0, 3, -3)
_EXISTS_WORDS = "đã tồn tại"
"""Code **and** words by which relays say that an inserted dossier exists. Neither alone does."""

_TAKEN = 409
_KEY_REUSED = 422
_TAKEN_FOR_LATER = 202


class RelayDriver:
    """Pushes one frozen body at a time inside a bare JSON array; the same bytes at every attempt.

    A relay can't be asked what it holds. So "exists" is believed to be our own lost push only when an
    earlier attempt went out, and then the dossier is sent again as an update, once; at a first attempt the
    code belongs to another dossier (`CODE_TAKEN`), which a person decides. Words never make a success: an
    insert that is answered by 0 and "đã tồn tại" is none. ``error_code`` 0 is a receipt where the settings say
    so (``confirmation`` code); with echo the answer also repeats key and hash.
    """

    def __init__(self, portal: Portal, agency: str) -> None:
        self._echo = portal.confirmation == "echo"
        self._portal = portal
        self._agency = portal.relay.agency or agency
        times = (portal.connect_timeout_s, portal.read_timeout_s)
        self._transport = Transport(portal.url, *times, Tls.of(portal))

    def close(self) -> None:
        self._transport.close()

    def bound(self, end: float | None) -> None:
        self._transport.bound(end)

    @property
    def clock_offset_s(self) -> float | None:
        return self._transport.clock_offset.seconds

    def check(self, cancel: Cancel) -> None:
        """Looks whether anybody answers at the relay's address: there is no login to try.

        Raises `Fault` like `AdapterDriver.check`, and `Cancelled`.
        """
        cancel.check()
        try:
            path = self._portal.relay.insert_path
            reply = self._transport.exchange(path, b"", self._headers(), "HEAD")
        except Failed as failed:
            detail = getattr(failed.outcome, "detail", "")
            raise Fault(fault_code(failed.outcome), detail) from None
        if 300 <= reply.status < 400 or reply.status in (404, 410, 511):
            raise Fault("PORTAL_NOT_THE_PORTAL", f"HTTP {reply.status}")
        if reply.status == 429 or (reply.status >= 500 and reply.status != 501):
            raise Fault("PORTAL_BUSY", f"HTTP {reply.status}")
        cancel.check()

    def send(self, item: Outgoing) -> Outcome:
        try:
            if item.kind == "submit":
                return self._dossier(item)
            if item.kind == "progress":
                return self._judged(item, *self._post(item, self._portal.relay.progress_path, {}))
        except Failed as failed:
            return failed.outcome
        return Poison("UNKNOWN_KIND", item.kind)

    def _dossier(self, item: Outgoing) -> Outcome:
        if item.replaces:
            answer, status = self._write(item, updating=True)
            if answer.code != 0:  # a refused revision was never stored: then this one is the first
                answer, status = self._inserted(item, answer, status)
            return self._judged(item, answer, status)
        answer, status = self._write(item, updating=False)
        if not _says_exists(answer):
            return self._judged(item, answer, status)
        if item.attempts > 1:
            return self._judged(item, *self._write(item, updating=True))
        return Refused(CODE_TAKEN, "", status)

    def _inserted(self, item: Outgoing, answer: Answer, status: int) -> tuple[Answer, int]:
        """After an update that was refused: an insert, once; when the dossier exists, the refusal stands."""
        again = self._write(item, updating=False)
        return (answer, status) if _says_exists(again[0]) else again

    def _write(self, item: Outgoing, *, updating: bool) -> tuple[Answer, int]:
        relay = self._portal.relay
        path = relay.update_path if updating else relay.insert_path
        return self._post(item, path, {"isUpdating": str(updating)})

    def _post(self, item: Outgoing, path: str, query: dict[str, str]) -> tuple[Answer, int]:
        if self._portal.shape == "relay_province":
            path = f"{path}?{urlencode({'MaDinhDanhDV': self._agency, **query})}"
        body = b"[" + item.body + b"]"
        try:
            return self._transport.post(path, body, self._headers() | proof(item))
        except Failed as failed:
            outcome = failed.outcome
            if isinstance(outcome, NotThePortal):
                outcome = replace(outcome, pushed=True)
            raise Failed(outcome) from None

    def _judged(self, item: Outgoing, answer: Answer, status: int) -> Outcome:
        if answer.code != 0:
            return self._refused(answer, status)
        if status == _TAKEN_FOR_LATER:
            return Received("HTTP 202", status)
        sha256 = hashlib.sha256(item.body).hexdigest()
        if self._echo and not answer.echoes(item.key, sha256, item.dossier_code):
            return NotThePortal("the answer doesn't echo key and hash", status, pushed=True)
        return Accepted(answer.raw, status)

    def _refused(self, answer: Answer, status: int) -> Outcome:
        words = answer.message[:1000]
        if self._echo and answer.code == _KEY_REUSED:
            return Poison("KEY_REUSED", words, status)
        if self._echo and answer.code == _TAKEN:
            return Refused(CODE_TAKEN, words, status)
        return Refused(str(answer.code), words, status)

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Charset": "utf-8",
        }
        return headers | ({"dstcode": self._portal.dstcode} if self._portal.dstcode else {})


def _says_exists(answer: Answer) -> bool:
    words = normalize("NFC", answer.message).casefold()
    return answer.code in _EXISTS and _EXISTS_WORDS in words
