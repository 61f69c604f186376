"""Stops asking a destination that as a whole doesn't answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from sync.backoff import CALM, Pace, full_jitter
from sync.portal.driver import (
    AuthenticationFailed,
    Busy,
    Misconfigured,
    NotThePortal,
    Outcome,
    UnknownOutcome,
    Unreachable,
    Untrusted,
)

IN_A_ROW = 5
"""So many busy or unknown answers one after the other mean the destination, not the item."""

LONG_RETRY_AFTER_S = 30.0
"""From here on a ``Retry-After`` speaks for the whole destination."""

LOGIN_REST_S = 3600.0
"""An account that isn't taken is tried once an hour: a person has to mend it, and portals lock accounts."""

_WHOLE = (Unreachable, Untrusted, Misconfigured, NotThePortal, AuthenticationFailed)
_MAYBE = (Busy, UnknownOutcome)


class Breaker:
    """One per destination. Open: nothing is sent until the pause is over; then one item probes.

    Each stop in a row makes the next pause longer (full jitter); any answer by the portal about an
    item closes it. ``monotonic`` gives seconds that nobody sets: the wall clock may jump meanwhile.
    """

    def __init__(self, random: Random, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._random = random
        self._monotonic = monotonic
        self._streak = 0
        self._stops = 0
        self._until: float | None = None

    @property
    def is_calm(self) -> bool:
        """Whether the destination's last answer was about an item, and good."""
        return not self._stops and not self._streak

    @property
    def stops(self) -> int:
        """How many stops in a row there were; 0 while the destination answers."""
        return self._stops

    def reset(self) -> None:
        """Closes it: a person asks to try at once."""
        self._streak = self._stops = 0
        self._until = None

    def restore(self, stops: int, left_s: float) -> None:
        """Goes on where an earlier run of the program was."""
        self._stops = stops
        self._until = self._monotonic() + left_s

    def pause_s(self) -> float:
        """Seconds until the destination may be asked again, 0 when now."""
        return 0.0 if self._until is None else max(self._until - self._monotonic(), 0.0)

    def judge(self, outcome: Outcome, pace: Pace = CALM) -> bool:
        """Takes note of an outcome; whether the round must stop here."""
        if not isinstance(outcome, _WHOLE + _MAYBE):
            self.reset()
            return False
        maybe = isinstance(outcome, _MAYBE) or _took_the_login(outcome)
        if getattr(outcome, "moved", False):
            self.reset()  # it took a file's bytes: the destination works
        self._streak += 1
        asked = (outcome.retry_after_s or 0.0) if isinstance(outcome, Busy) else 0.0
        alone = maybe and self._streak < IN_A_ROW
        # After a stop one item probes: whatever it finds but an answer about itself is the next stop.
        if alone and not self._stops and asked < LONG_RETRY_AFTER_S:
            return False
        wait = max(full_jitter(self._stops, self._random, pace), asked)
        if isinstance(outcome, AuthenticationFailed) and not outcome.logged_in:
            wait = max(wait, LOGIN_REST_S)
        self._stops += 1
        self._until = self._monotonic() + wait
        return True


def _took_the_login(outcome: Outcome) -> bool:
    """Then the account is good, and what is refused may be one item (a filter between here and there)."""
    return isinstance(outcome, AuthenticationFailed) and outcome.logged_in
