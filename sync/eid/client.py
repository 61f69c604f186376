"""Asks the gateway over HTTP, one question at a time."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.clock import Clock
from kiosk.settings import Eid, SettingsError
from sync.eid import contract, verdict
from sync.eid.contract import Question
from sync.eid.verdict import Verdict
from sync.portal.driver import Misconfigured, Refused
from sync.portal.transport import Failed, Transport

_SMALLEST_KEY = 2048

_log = logging.getLogger(__name__)


class GatewayClient:
    """One connection to the gateway, for one thread at a time; `close` is for any.

    Redirects aren't followed, TLS is verified, the environment's proxies are left alone. The key is
    read at the first question, so that a station with a wrong one still opens.
    """

    def __init__(
        self, eid: Eid, clock: Clock, *, new_id: Callable[[], str] = lambda: str(uuid.uuid4())
    ) -> None:
        self._eid = eid
        self._clock = clock
        self._new_id = new_id
        self._key: RSAPrivateKey | None = None
        self._transport = Transport(eid.url, eid.timeout_s, eid.timeout_s)

    def close(self) -> None:
        """A running question ends soon, undecided, and nothing is asked afterwards."""
        self._transport.close()

    def ask(self, question: Question) -> Verdict:
        """Never raises for what settings, network or gateway do; takes ``timeout_s`` at most.

        A question that is taken for a repeated one is asked once more. Every request has an id of its own.
        """
        if not question.is_sound:
            return Verdict(None, verdict.INVALID, Refused("not asked"))
        self._transport.bound(time.monotonic() + self._eid.timeout_s)
        found = self._once(question)
        if found.why == verdict.DUPLICATE:
            found = self._once(question)
        _log.info("asked the eid gateway: %s", found.why or "trusted")
        if found.said:
            _log.info("the eid gateway said %s", found.said)
        return found

    def _once(self, question: Question) -> Verdict:
        eid = self._eid
        try:
            headers, body = contract.request(
                eid, question, self._new_id(), self._clock(), self._sign
            )
            reply = self._transport.exchange(eid.path, body, headers)
        except SettingsError as error:
            _log.warning("eid gateway: %s", error)
            return contract.broken(Misconfigured("private_key_file"))
        except Failed as failed:
            return contract.broken(failed.outcome)
        return contract.judge(eid, reply, self._clock())

    def _sign(self, data: bytes) -> bytes:
        if self._key is None:
            self._key = private_key(self._eid)
        return self._key.sign(data, PKCS1v15(), SHA256())


def private_key(eid: Eid) -> RSAPrivateKey:
    """The key that signs requests. Raises `SettingsError` when it is missing or of another kind."""
    try:
        key = load_pem_private_key(eid.key_pem(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST_KEY:
        raise SettingsError(
            f"eid.private_key_file: an RSA key of {_SMALLEST_KEY} bits or more is needed,"
            " in PEM without a password"
        )
    return key
