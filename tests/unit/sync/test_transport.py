"""Certain that nothing was sent, or not: told by the kind of break."""

from __future__ import annotations

import pytest
import requests
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, ProtocolError, ReadTimeoutError

from sync.portal.driver import (
    Misconfigured,
    NotThePortal,
    Outcome,
    UnknownOutcome,
    Unreachable,
    Untrusted,
)
from sync.portal.transport import _broken

POOL = HTTPConnectionPool("portal.invalid")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ConnectTimeout(), Unreachable("ConnectTimeout")),
        (
            requests.ConnectionError(MaxRetryError(POOL, "/", ConnectTimeoutError())),
            Unreachable("ConnectTimeoutError"),
        ),
        (
            requests.ConnectionError(MaxRetryError(POOL, "/", OSError())),
            UnknownOutcome("ConnectionError"),
        ),
        (requests.ConnectionError(ProtocolError("cut")), UnknownOutcome("ConnectionError")),
        (requests.ConnectionError(), UnknownOutcome("ConnectionError")),
        (requests.ReadTimeout(ReadTimeoutError(POOL, "/", "")), UnknownOutcome("ReadTimeout")),
        (requests.exceptions.SSLError("EOF occurred"), UnknownOutcome("SSLError")),
        (requests.exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER] x"), NotThePortal("no TLS")),
        (requests.exceptions.InvalidURL("x"), Misconfigured("InvalidURL")),
        (requests.exceptions.InvalidHeader("x"), Misconfigured("InvalidHeader")),
        (requests.exceptions.InvalidSchema("x"), Misconfigured("InvalidSchema")),
        (
            requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"),
            Untrusted("certificate doesn't hold"),
        ),
    ],
)
def test_breaks(error: requests.RequestException, expected: Outcome) -> None:
    assert _broken(error) == expected
