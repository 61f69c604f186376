"""The gateway as a judge of document signers, while the card lies on the reader."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Protocol

from devices.idcard.api import OK, Finding, Signer, Step, Trust, TrustVerifier
from sync.backoff import Pace
from sync.breaker import Breaker
from sync.eid.contract import Question
from sync.eid.verdict import Verdict

_REST = Pace(30.0, 300.0)


class Asks(Protocol):
    """`sync.eid.client.GatewayClient`."""

    def ask(self, question: Question) -> Verdict: ...


class RarGatewayVerifier:
    """A `TrustVerifier`; it speaks for the chain only, never for hashes or the chip.

    A gateway that can't be reached is left alone for a while, so that not every citizen waits for its
    time-out; the signer stays unconfirmed meanwhile, with the code of the last trouble.
    """

    def __init__(
        self, client: Asks, random: Random, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._breaker = Breaker(random, monotonic)
        self._trouble = ""

    def judge(self, signer: Signer) -> Trust:
        """Chain ok, failed (``GATEWAY_REFUSED``), or not possible with the code of what hindered it."""
        if self._breaker.pause_s() > 0:
            return _undecided(self._trouble)
        found = self._client.ask(Question(signer.number, signer.certificate))
        self._breaker.judge(found.outcome, _REST)
        if found.trusted is None:
            self._trouble = found.why
            return _undecided(found.why)
        chain = OK if found.trusted else Finding(Step.FAILED, found.why)
        return Trust(chain=chain, by="gateway")


class InTurn:
    """Asks a second verifier where the first can't decide: the office's own list, then the gateway."""

    def __init__(self, first: TrustVerifier, second: TrustVerifier) -> None:
        self._first = first
        self._second = second

    def judge(self, signer: Signer) -> Trust:
        """What failed or held for the first one stands; the second only adds a chain that it didn't know."""
        found = self._first.judge(signer)
        steps = {one.step for one in (found.chain, found.validity, found.revocation)}
        if found.chain.ok or Step.FAILED in steps:
            return found
        then = self._second.judge(signer)
        if then.chain.step is Step.NOT_DONE:
            return found
        return then if then.by else replace(found, chain=then.chain)


def _undecided(why: str) -> Trust:
    return Trust(chain=Finding(Step.NOT_POSSIBLE, why))
