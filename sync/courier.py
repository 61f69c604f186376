"""Carries the outbox to the portal: one item at a time, again and again until there is a receipt."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Protocol

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from kiosk.clock import Clock
from kiosk.logbook import tell_bug
from kiosk.outbox.message import Item
from kiosk.outbox.rests import Rest
from sync.backoff import BRISK, CALM, SPREAD_S, Pace, first_wait
from sync.breaker import Breaker
from sync.portal.driver import (
    Accepted,
    Batching,
    Endable,
    Incomplete,
    Outcome,
    PortalDriver,
    Received,
    Refused,
    Timed,
    TooEarly,
    fault_code,
)
from sync.settlement import Ledger, settle

URGENT_SPREAD_S = 30.0
"""The longest first wait of what is urgent (payments, cancellations) after an outage."""

IDLE_S = 60.0
"""How often an idle courier looks for leases that have ended."""

_LEASE_S = 900.0  # longer than all calls of one push at their longest time-outs
_SLICE_S = 0.25  # how soon a sleeping courier notices that it is to stop
_STORE_PAUSE_S = 30.0
_BUG = "PROGRAM_ERROR"
_BUG_PAUSE_S = 30.0

_MENDED_BY_HAND = ("PORTAL_LOGIN_FAILED", "PORTAL_SETTINGS", "PORTAL_TLS_FILES")
"""What a person puts right in the settings, which a start of the program reads anew."""


_log = logging.getLogger(__name__)


class Box(Ledger, Protocol):
    """The outbox as the courier uses it (`kiosk.outbox.outbox.Outbox`)."""

    def claim(
        self, dest: str, limit: int = 1, lease_s: float = 120, *, urgent: bool = False
    ) -> list[Item]: ...

    def together(self) -> AbstractContextManager[None]: ...

    def put_back(self, seqs: Sequence[int]) -> None: ...

    def note_clock_offset(self, seconds: float | None) -> None: ...

    def recover(self, *, idle: bool = False) -> int: ...

    def make_due(self, dest: str) -> int: ...

    def next_at(self, dest: str, *, urgent: bool = False) -> datetime | None: ...

    def rest_s(self, dest: str) -> tuple[float, Rest | None]: ...

    def keep_rest(self, dest: str, stops: int, length_s: float, fault: str) -> None: ...

    def counts(self) -> dict[str, int]: ...

    def will_go(self, dest: str) -> tuple[int, datetime | None]: ...


@dataclass(frozen=True)
class Condition:
    """For the badge. ``online``: None until something was tried; ``fault``: code of the last trouble, or "".

    ``waiting`` rows will be sent without anybody's help, ``attention`` rows need a person.
    """

    online: bool | None = None
    last_contact: datetime | None = None
    waiting: int = 0
    attention: int = 0
    fault: str = ""


class Courier:
    """Sends what is due in a destination's outbox. One thread at a time may use it; `wake` and `close` are for all.

    Rows go one by one until the destination has answered, then as many at once as the driver carries
    (`Batching`, ten at most). Each has an outcome of its own; those that a driver in trouble did not try are put back
    as if they had never been claimed.

    What an outcome does to the row, and to the round:

    - `Accepted`: acknowledged, with the receipt. Goes on.
    - `Received`: sent; asked again after full jitter, same key, until there is a receipt. Goes on.
    - `Busy`: ready again after full jitter or ``Retry-After``, the longer one; attempt counted. Goes on;
      after five in a row, or a ``Retry-After`` of 30 s or more, the destination rests.
    - `UnknownOutcome`: the same without ``Retry-After``: same key, same bytes.
      Either one that ``moved`` files on is not counted, waits no longer than a first failure, and is no sign
      of a destination in trouble.
    - `Unreachable`: ready again after full jitter, attempt counted. The destination rests at once, so that
      an outage costs one attempt and not one of every row.
    - `Untrusted`, `Misconfigured`, `NotThePortal`, `AuthenticationFailed`: ready again, attempt **not**
      counted (unless something was pushed); the destination rests at once.
      A row that the portal breaks over forty times while it takes others is quarantined.
    - `TooEarly`, `Incomplete`: ready again, counted; the twelfth time needs attention. Goes on.
    - `Refused`: needs attention. Goes on.
    - `Poison`: quarantined. Goes on.

    No row is ever deleted, and a row that is put aside doesn't hold up others. While the destination
    rests nothing is claimed; afterwards one item probes. A `wake` doesn't shorten the rest, `drain` does.
    The rest is kept in the store and goes on after a restart, except one that a person ends by putting
    the settings right: then the start asks once.

    ``on_change`` gets a new `Condition` on the courier's thread, only when it differs. ``spread_s`` is the
    shortest window of the first wait of `run` after an outage (`sync.backoff.first_wait`). ``monotonic`` times the
    rests, whatever happens to the clock.
    """

    def __init__(
        self,
        outbox: Box,
        driver: PortalDriver,
        clock: Clock,
        random: Random,
        dest: str = "portal",
        on_change: Callable[[Condition], None] | None = None,
        spread_s: float = SPREAD_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._driver = driver
        self._clock = clock
        self._random = random
        self._dest = dest
        self._on_change = on_change
        self._shortest_spread_s = spread_s
        self._breaker = Breaker(random, monotonic)
        self._rest_is_kept = False
        self._woken = threading.Event()
        self._closed = threading.Event()
        self._condition = Condition()
        self._one_by_one = 0  # so many claims; one of those that went together has a bug
        self.before_round: Callable[[], object] = lambda: None
        """Adds to the outbox what is to be sent because of other news; raises what the store raises."""

    @property
    def condition(self) -> Condition:
        return self._condition

    @property
    def online(self) -> bool | None:
        return self._condition.online

    @property
    def last_contact(self) -> datetime | None:
        return self._condition.last_contact

    @property
    def waiting(self) -> int:
        return self._condition.waiting

    def wake(self) -> None:
        """A row was added or the network is back: look soon. Any number of calls is one look."""
        self._woken.set()

    def close(self) -> None:
        """From any thread, for good: cuts a running request where the driver can, and `run` returns soon."""
        self._closed.set()
        self._woken.set()
        if isinstance(self._driver, Endable):
            self._driver.close()

    def round(self, cancel: Cancel) -> int:
        """Sends what is due now, until nothing is, the destination rests or cancelling is asked.

        Gives the number of rows acknowledged. Raises what the store raises.
        """
        return self._round(cancel, CALM, None)

    def drain(
        self,
        cancel: Cancel,
        timeout_s: float,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Sends everything that can go, waiting out short back-offs (3 s at most, longer only when the
        portal's ``Retry-After`` says so); gives the rows acknowledged.

        ``on_progress`` gets rows acknowledged so far and rows still waiting. Rows that need a person are
        left (`condition` counts them). Raises `Fault` when ``timeout_s`` is over and rows still wait:
        the code tells the last trouble, ``PORTAL_DOWN`` when there was none; and `Cancelled`. A request
        that still runs then is cut where the driver can.
        """
        limit = time.monotonic() + timeout_s
        done = 0

        def acknowledged() -> None:
            nonlocal done
            done += 1
            if on_progress is not None:
                on_progress(done, self._condition.waiting)

        self._outbox.recover()
        self._outbox.make_due(self._dest)
        self._breaker.reset()
        self._rest_is_kept = True  # whatever an earlier run left is over with the first answer
        self._bound(limit)
        try:
            self._drain(cancel, limit, acknowledged)
        finally:
            self._bound(None)
        return done

    def _bound(self, end: float | None) -> None:
        if isinstance(self._driver, Endable):
            self._driver.bound(end)

    def _drain(self, cancel: Cancel, limit: float, on_acknowledged: Callable[[], None]) -> None:
        while True:
            self._round(cancel, BRISK, on_acknowledged, limit)
            if self._is_over(cancel):
                raise Cancelled
            wait_s = self._wait_s()
            if wait_s is None and not self._outbox.counts().get("sending"):
                return
            left_s = limit - time.monotonic()
            if left_s <= 0 or self._breaker.pause_s() > left_s:
                waiting = self._condition.waiting
                raise Fault(self._condition.fault or "PORTAL_DOWN", f"{waiting} rows still wait")
            cancel.wait(min(1.0 if wait_s is None else wait_s, left_s))

    def run(self, cancel: Cancel) -> None:
        """The courier's thread: rounds until cancelled or closed. A fault of the store is logged and tried again.

        So is a bug: the condition's fault is ``PROGRAM_ERROR`` then, and the row it was about waits longest.
        """
        started = False
        while not self._is_over(cancel):
            self._woken.clear()
            try:
                if not started:
                    self._resume()
                    self._look()
                    self._start(cancel)
                    started = True
                self._heed()
                self._round(cancel, CALM, None)
                wait_s = self._wait_s()
            except Fault as fault:
                _log.warning("courier: %s", fault.code)
                wait_s = _STORE_PAUSE_S
            except Exception as bug:  # noqa: BLE001  the last guard: dossiers must go on leaving
                self._stumbled(bug)
                wait_s = _BUG_PAUSE_S
            self._sleep(cancel, IDLE_S if wait_s is None else min(wait_s, IDLE_S))

    def _start(self, cancel: Cancel) -> None:
        """Waits for this station's turn after an outage; what is urgent has a turn of its own, and soon."""
        wait_s = self._spread_s()
        if wait_s and self._outbox.next_at(self._dest, urgent=True) is not None:
            soon_s = min(self._random.uniform(0, URGENT_SPREAD_S), wait_s)
            self._sleep(cancel, soon_s, wakeable=False)
            self._round(cancel, CALM, None, urgent=True)
            wait_s -= soon_s
        self._sleep(cancel, wait_s, wakeable=False)

    def _is_over(self, cancel: Cancel) -> bool:
        return cancel.asked or self._closed.is_set()

    def _round(
        self,
        cancel: Cancel,
        pace: Pace,
        on_acknowledged: Callable[[], None] | None,
        limit: float = float("inf"),
        *,
        urgent: bool = False,
    ) -> int:
        self._outbox.recover(idle=True)
        self.before_round()
        done = 0
        while not self._is_over(cancel) and self._breaker.pause_s() == 0:
            if time.monotonic() >= limit:
                break
            items = self._outbox.claim(self._dest, self._most(), _LEASE_S, urgent=urgent)
            if not items:
                break
            outcomes = self._send(items, pace)
            stopped = self._heard(outcomes, pace)
            for _ in [one for one in outcomes if isinstance(one, Accepted)]:
                done += 1
                if on_acknowledged is not None:
                    on_acknowledged()
            if stopped:
                break
        self._look()
        return done

    def _most(self) -> int:
        """How many rows go at once: one while nothing is known of the destination, so that an outage costs little."""
        if self._one_by_one:
            self._one_by_one -= 1
            return 1
        if (
            isinstance(self._driver, Batching)
            and self._condition.online
            and not self._breaker.stops
        ):
            return self._driver.most
        return 1

    def _heard(self, outcomes: Sequence[Outcome], pace: Pace) -> bool:
        """Takes note of each request's outcome once; whether the round must stop here."""
        stopped, last = False, None
        for outcome in outcomes:
            if outcome is not last and not stopped:
                stopped = self._breaker.judge(outcome, pace)
                self._keep_rest(outcome, stopped)
                last = outcome
        self._note(outcomes[-1], stopped)
        return stopped

    def _send(self, items: Sequence[Item], pace: Pace) -> Sequence[Outcome]:
        began = time.monotonic()
        others_go = len(items) == 1 and pace == CALM and bool(self.online) and self._breaker.is_calm
        try:
            if len(items) > 1 and isinstance(self._driver, Batching):
                outcomes = self._driver.send_all(items)
            else:
                outcomes = [self._driver.send(items[0])]
            duration_ms = round((time.monotonic() - began) * 1000)
            with self._outbox.together():
                for item, outcome in zip(items, outcomes, strict=False):
                    settle(
                        self._outbox,
                        item,
                        outcome,
                        self._random,
                        duration_ms=duration_ms,
                        pace=pace,
                        others_go=others_go,
                    )
                self._outbox.put_back([item.seq for item in items[len(outcomes) :]])
        except Fault:
            raise
        except Exception:
            self._one_by_one = 2 * len(items) if len(items) > 1 else self._one_by_one
            with suppress(Exception):  # the first one is told; a lease ends by itself
                for item in items:
                    self._outbox.retry(item.seq, 2 * _BUG_PAUSE_S, error=_BUG)
            raise
        if isinstance(self._driver, Timed):
            self._outbox.note_clock_offset(self._driver.clock_offset_s)
        for item, outcome in zip(items, outcomes, strict=False):
            _log.info("sent %r: %s in %d ms", item, type(outcome).__name__, duration_ms)
        return outcomes

    def _resume(self) -> None:
        """Goes on with the rest of an earlier run."""
        left_s, rest = self._outbox.rest_s(self._dest)
        if rest is None:
            return
        self._rest_is_kept = True
        if rest.fault not in _MENDED_BY_HAND:
            self._breaker.restore(rest.stops, left_s)
            self._condition = replace(self._condition, online=False, fault=rest.fault)

    def _heed(self) -> None:
        """A person beside this program has ended the rest (``kiosk sync retry``): it ends here, too."""
        if (
            self._rest_is_kept
            and self._breaker.pause_s()
            and self._outbox.rest_s(self._dest)[1] is None
        ):
            self._rest_is_kept = False
            self._breaker.reset()

    def _keep_rest(self, outcome: Outcome, stopped: bool) -> None:
        if not stopped and (not self._rest_is_kept or self._breaker.stops):
            return
        pause_s = self._breaker.pause_s()
        self._outbox.keep_rest(self._dest, self._breaker.stops, pause_s, fault_code(outcome))
        self._rest_is_kept = stopped

    def _stumbled(self, bug: Exception) -> None:
        tell_bug(bug)
        self._condition = replace(self._condition, fault=_BUG)
        if self._on_change is not None:
            with suppress(Exception):  # it may be what has the bug
                self._on_change(self._condition)

    def _note(self, outcome: Outcome, stopped: bool) -> None:
        """Online is what the last real requests showed, nothing else; one busy answer shows nothing."""
        now = self._condition
        if isinstance(outcome, Accepted | Received | Refused | TooEarly | Incomplete):
            self._look(replace(now, online=True, last_contact=self._clock(), fault=""))
        else:
            online = False if stopped else now.online
            self._look(replace(now, online=online, fault=fault_code(outcome)))

    def _look(self, condition: Condition | None = None) -> None:
        counts = self._outbox.counts()
        seen = replace(
            condition or self._condition,
            waiting=sum(counts.get(name, 0) for name in ("ready", "sending", "sent")),
            attention=sum(counts.get(name, 0) for name in ("needs_attention", "quarantined")),
        )
        if seen != self._condition:
            self._condition = seen
            if self._on_change is not None:
                self._on_change(seen)

    def _wait_s(self) -> float | None:
        """Seconds until something may be sent; None when nothing will be."""
        at = self._outbox.next_at(self._dest)
        if at is None:
            return None
        return max((at - self._clock()).total_seconds(), self._breaker.pause_s(), 0.0)

    def _spread_s(self) -> float:
        """Seconds before the first request: random when rows have waited long, as after a power cut."""
        if self._outbox.next_at(self._dest) is None:
            return 0.0
        number, since = self._outbox.will_go(self._dest)
        if since is None:
            return 0.0
        oldest_s = (self._clock() - since).total_seconds()
        return first_wait(number, oldest_s, self._random, self._shortest_spread_s)

    def _sleep(self, cancel: Cancel, seconds: float, *, wakeable: bool = True) -> None:
        end = time.monotonic() + seconds
        while not self._is_over(cancel) and (left := end - time.monotonic()) > 0:
            if wakeable and self._breaker.pause_s() == 0:
                if self._woken.wait(min(left, _SLICE_S)):
                    return
            else:
                cancel.wait(min(left, _SLICE_S))
