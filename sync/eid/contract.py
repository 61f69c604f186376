"""The gateway's contract, in this one place: how a question is put into a request and what an answer means.

Only one integration description of it is public, so every name comes from the settings; docs/eid-gateway.md
tells which parts are unsure.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from kiosk.clock import at_office
from kiosk.settings import Eid
from sync.eid import verdict
from sync.eid.verdict import Verdict
from sync.portal.driver import (
    Accepted,
    AuthenticationFailed,
    Busy,
    Misconfigured,
    NotThePortal,
    Outcome,
    Refused,
    Unreachable,
    Untrusted,
)
from sync.portal.transport import Headers, Reply

LARGEST_CERTIFICATE = 16 * 1024
_LARGEST_ANSWER = 64 * 1024
_NUMBER = re.compile(r"[0-9]{12}")
_CODE = re.compile(r"VRF_[A-Z_]{1,40}")  # no digits: it is logged, and might else repeat a number
_ABOUT_THE_CARD = ("CARD", "CERT", "DSC")
"""Parts of a ``VRF_INVALID_…`` that is about this one question and not about the station."""

_BROKEN: dict[type, str] = {
    Unreachable: verdict.OFFLINE,
    Untrusted: verdict.CERTIFICATE,
    Misconfigured: verdict.SETTINGS,
    NotThePortal: verdict.ODD_ANSWER,
}


@dataclass(frozen=True, repr=False)
class Question:
    """Whether this certificate (DER) is one that signs ID cards; the gateway wants the number, too."""

    number: str
    certificate: bytes

    def __repr__(self) -> str:
        return f"Question({len(self.certificate)} bytes)"

    @property
    def is_sound(self) -> bool:
        """Whether it can be asked at all."""
        return (
            _NUMBER.fullmatch(self.number) is not None
            and 0 < len(self.certificate) <= LARGEST_CERTIFICATE
        )


def request(
    eid: Eid, question: Question, request_id: str, at: datetime, sign: Callable[[bytes], bytes]
) -> tuple[Headers, bytes]:
    """Headers and body. ``sign`` makes the signature over the seven values joined by bars, in UTF-8."""
    names = eid.names
    head = {
        names.request_id: request_id,
        names.request_time: at_office(at).strftime("%Y%m%d%H%M%S"),
        names.license_id: eid.license_id,
        names.device_type: eid.device_type,
        names.province: eid.province,
    }
    certificate = b64encode(question.certificate).decode("ascii")
    signed = "|".join((*head.values(), question.number, certificate)).encode()
    body = {
        names.number: question.number,
        names.certificate: certificate,
        names.purpose: eid.purpose,
        names.location: eid.location,
        names.source: eid.source,
    }
    headers: dict[str, str | bytes] = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        # bytes, as headers given as text have to be Latin-1
        **{name: value.encode() for name, value in head.items()},
        names.signature: b64encode(sign(signed)).decode("ascii"),
    }
    return headers, json.dumps(body, ensure_ascii=False).encode()


def broken(outcome: Outcome) -> Verdict:
    """What an exchange means that gave no answer."""
    return Verdict(None, _BROKEN.get(type(outcome), verdict.SLOW), outcome)


def judge(eid: Eid, reply: Reply, now: datetime) -> Verdict:
    """What an answer means. Decided only by ``exitcode`` 0 with a JSON true or false in an answer 2xx.

    A complaint about the request is put down to the clock when the answer's ``Date`` is too far from ``now``.
    """
    said = _object(reply)
    if said is not None and 200 <= reply.status <= 299 and _is_zero(_at(said, eid.names.exit_code)):
        result = _at(said, eid.names.result)
        if isinstance(result, bool):
            why = "" if result else verdict.REFUSED
            return Verdict(result, why, Accepted(b"", reply.status))
        return _odd("no result", reply.status)
    if said is None:
        return _by_status(reply)
    found = _complaint(reply)
    about_us = isinstance(found.outcome, Misconfigured | Refused | AuthenticationFailed)
    if about_us and found.why != verdict.NOT_WHITELISTED and _is_clock(eid, reply, now, found.said):
        return Verdict(None, verdict.CLOCK_WRONG, Misconfigured("clock"), found.said)
    return found


def _object(reply: Reply) -> dict[str, Any] | None:
    if not reply.is_json or len(reply.body) > _LARGEST_ANSWER:
        return None
    try:
        found = json.loads(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _at(value: object, path: str) -> object:
    """What stands at a dotted path; None where there is nothing."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_zero(value: object) -> bool:
    """A boolean is no exit code, though Python takes False for 0."""
    return value == "0" or (type(value) is int and value == 0)


def _by_status(reply: Reply) -> Verdict:
    """An answer that isn't the gateway's JSON: a proxy before it, its front server, a login page."""
    status = reply.status
    if status == 403:
        return Verdict(None, verdict.NOT_WHITELISTED, AuthenticationFailed("", status))
    if status == 409:
        return Verdict(None, verdict.DUPLICATE, Busy(status))
    if status == 429 or status >= 500:
        return Verdict(None, verdict.BUSY, Busy(status, reply.retry_after_s))
    return _odd("not the gateway's JSON", status)


def _complaint(reply: Reply) -> Verdict:
    """JSON that decides nothing. Where in it the code stands is unknown; it never makes a decision."""
    found = _CODE.search(reply.body.decode("utf-8", "replace"))
    code, status = found[0] if found else "", reply.status
    known = _by_code(code, status, reply.retry_after_s)
    if known is not None:
        return known
    if status == 401:
        return Verdict(None, verdict.SETTINGS, AuthenticationFailed("", status), code)
    if status in (403, 409, 429) or status >= 500:
        return _by_status(reply)
    if 200 <= status <= 299 or status == 400:
        return Verdict(None, verdict.ODD_ANSWER, Refused(code or "exit code", "", status), code)
    return _odd("refused", status)


def _by_code(code: str, status: int, retry_after_s: float | None) -> Verdict | None:
    kind = code.removeprefix("VRF_")
    if kind.startswith("RATE_LIMITED") or kind.startswith("PLATFORM_"):
        return Verdict(None, verdict.BUSY, Busy(status, retry_after_s), code)
    if "DUPLICATE" in kind:
        return Verdict(None, verdict.DUPLICATE, Busy(status), code)
    if kind.startswith("CRYPTO_"):
        return Verdict(None, verdict.CRYPTO, AuthenticationFailed(code, status), code)
    if kind.startswith("INVALID_") and any(part in kind for part in _ABOUT_THE_CARD):
        return Verdict(None, verdict.INVALID, Refused(code, "", status), code)
    if kind.startswith(("INVALID_", "MISSING_")):
        return Verdict(None, verdict.SETTINGS, Misconfigured(code), code)
    return None


def _is_clock(eid: Eid, reply: Reply, now: datetime, code: str) -> bool:
    if code.startswith("VRF_INVALID_") and "TIME" in code:
        return True
    try:
        theirs = parsedate_to_datetime(reply.date)
        return abs((theirs - now).total_seconds()) > eid.clock_skew_s
    except (TypeError, ValueError, IndexError, OverflowError):
        return False


def _odd(detail: str, status: int) -> Verdict:
    return Verdict(None, verdict.ODD_ANSWER, NotThePortal(detail, status))
