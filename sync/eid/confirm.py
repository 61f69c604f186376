"""Confirms later what could not be confirmed at the kiosk: waiting card checks, one after the other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Protocol

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.dossiers.card_checks import Waiting
from kiosk.logbook import tell_bug
from sync.backoff import BRISK, Pace, full_jitter
from sync.breaker import Breaker
from sync.eid.contract import Question
from sync.eid.verdict import Verdict
from sync.portal.driver import Busy, Refused

PACE = Pace(60.0, 21_600.0)
"""A signer isn't urgent: minutes first, hours in the end."""

LIMIT = 12
"""So often the gateway may refuse to answer one question; then it is given up until a person asks."""

SPREAD_S = 300.0
IDLE_S = 300.0
"""How often an idle loop looks whether something waits."""

_SLICE_S = 0.25  # how soon a sleeping loop notices that it is to stop
_PAUSE_S = 60.0  # after trouble with the store, and after a bug

_log = logging.getLogger(__name__)


class Checks(Protocol):
    """The waiting checks (`kiosk.dossiers.card_checks.CardChecks`)."""

    def due(self) -> Waiting | None: ...

    def next_in_s(self) -> float | None: ...

    def make_due(self) -> int: ...

    def confirm(self, dossier_id: str) -> bool: ...

    def refuse(self, dossier_id: str) -> bool: ...

    def postpone(self, dossier_id: str, wait_s: float, why: str, *, counts: bool) -> int: ...

    def give_up(self, dossier_id: str, why: str) -> None: ...


class Client(Protocol):
    """The gateway (`sync.eid.client.GatewayClient`)."""

    def ask(self, question: Question) -> Verdict: ...

    def close(self) -> None: ...


class Confirmer:
    """Asks the gateway about waiting checks. One thread at a time may use it; `wake` and `close` are for all.

    Asking twice does no harm and an answer is stored in one transaction, so a kill at any moment costs
    at most one more question. A question that the gateway doesn't take is put off with full jitter and
    given up after `LIMIT` times. When it can't be asked at all (offline, busy, not on its list, our clock)
    nothing is counted and the gateway rests.

    ``on_alarm`` gets the code of a dossier whose signer is forged, on the confirmer's thread.
    """

    def __init__(
        self,
        checks: Checks,
        client: Client,
        random: Random,
        *,
        on_alarm: Callable[[str], None] = lambda _code: None,
        spread_s: float = SPREAD_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checks = checks
        self._client = client
        self._random = random
        self._on_alarm = on_alarm
        self._spread_s = spread_s
        self._breaker = Breaker(random, monotonic)
        self._woken = threading.Event()
        self._closed = threading.Event()

    def wake(self) -> None:
        """A check was added or the network is back: look soon. It doesn't shorten a rest of the gateway."""
        self._woken.set()

    def close(self) -> None:
        """From any thread, for good: cuts a running question, and `run` returns soon."""
        self._closed.set()
        self._woken.set()
        self._client.close()

    def round(self, cancel: Cancel, limit: float = float("inf"), pace: Pace = PACE) -> int:
        """Asks what is due until nothing is, the gateway rests, or ``limit`` of `time.monotonic` has come.

        Gives the number of answers stored. Raises what the store raises.
        """
        answered = 0
        while not self._is_over(cancel) and self._breaker.pause_s() == 0:
            waiting = self._checks.due() if time.monotonic() < limit else None
            if waiting is None:
                break
            verdict = self._client.ask(Question(waiting.number, waiting.certificate))
            if self._is_over(cancel) and verdict.trusted is None:
                break  # cut by us: no trouble of the gateway
            answered += self._settle(waiting, verdict)
            if self._breaker.judge(verdict.outcome, pace):
                break
        return answered

    def drain(self, cancel: Cancel, timeout_s: float) -> int:
        """A person asks: everything unanswered is asked now, once; gives the number of answers stored.

        Ends early when the gateway can't be asked. Raises what the store raises.
        """
        limit = time.monotonic() + timeout_s
        self._checks.make_due()
        self._breaker.reset()
        return self.round(cancel, limit, BRISK)

    def run(self, cancel: Cancel) -> None:
        """The thread: rounds until cancelled or closed. Trouble with the store and bugs are logged and outlived."""
        spread = False
        while not self._is_over(cancel):
            self._woken.clear()
            try:
                if not spread:
                    spread = True
                    self._spread(cancel)
                self.round(cancel)
                wait_s = self._checks.next_in_s()
            except Fault as fault:
                _log.warning("confirmer: %s", fault.code)
                wait_s = _PAUSE_S
            except Exception as bug:  # noqa: BLE001  the last guard: later checks must go on
                tell_bug(bug)
                wait_s = _PAUSE_S
            self._sleep(cancel, IDLE_S if wait_s is None else min(wait_s, IDLE_S))

    def _settle(self, waiting: Waiting, verdict: Verdict) -> bool:
        """Writes down what came of a question; whether it was an answer."""
        if verdict.trusted is None:
            self._put_off(waiting, verdict)
            return False
        if verdict.trusted:
            news = self._checks.confirm(waiting.dossier_id)
        else:
            news = self._checks.refuse(waiting.dossier_id)
        if news and not verdict.trusted:
            _log.warning("forged signer of the card of dossier %s", waiting.dossier_code)
            self._on_alarm(waiting.dossier_code)
        return news

    def _put_off(self, waiting: Waiting, verdict: Verdict) -> None:
        outcome = verdict.outcome
        asked = (outcome.retry_after_s or 0.0) if isinstance(outcome, Busy) else 0.0
        wait_s = max(full_jitter(waiting.attempts, self._random, PACE), asked)
        counts = isinstance(outcome, Refused)
        tried = self._checks.postpone(waiting.dossier_id, wait_s, verdict.why, counts=counts)
        if counts and tried >= LIMIT:
            self._checks.give_up(waiting.dossier_id, verdict.why)
            _log.warning("gave up confirming %s: %s", waiting.dossier_code, verdict.why)

    def _is_over(self, cancel: Cancel) -> bool:
        return cancel.asked or self._closed.is_set()

    def _spread(self, cancel: Cancel) -> None:
        """After a power cut of a whole town not every station asks in the same second."""
        if self._checks.next_in_s() is not None:
            self._sleep(cancel, self._random.uniform(0, self._spread_s), wakeable=False)

    def _sleep(self, cancel: Cancel, seconds: float, *, wakeable: bool = True) -> None:
        end = time.monotonic() + max(seconds, self._breaker.pause_s())
        while not self._is_over(cancel) and (left := end - time.monotonic()) > 0:
            if wakeable and self._breaker.pause_s() == 0:
                if self._woken.wait(min(left, _SLICE_S)):
                    return
            else:
                cancel.wait(min(left, _SLICE_S))
