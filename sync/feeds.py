"""Asks the portal every few minutes what became of things: all feeds, one after the other, on one thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from kiosk import feeds
from kiosk.logbook import tell_bug
from kiosk.store.database import Database
from sync.backoff import CALM, full_jitter
from sync.portal.driver import Busy, fault_code
from sync.portal.transport import Failed

SPREAD_S = 300.0
"""The longest first wait: after a power cut of a whole town not every station asks in the same second."""

_SLICE_S = 0.25  # how soon a sleeping thread notices that it is to stop
_BUG = "PROGRAM_ERROR"
_PAUSE_S = 60.0  # after trouble with the store, and after a bug

_log = logging.getLogger(__name__)


class Feed(Protocol):
    """One thing that comes back (`sync.cursor_feed.CursorFeed`, `sync.catalogue_feed.CatalogueFeed`)."""

    @property
    def source(self) -> str:
        """Its name in the store, for ever."""
        ...

    def look(self, cancel: Cancel) -> int:
        """Takes what is new and gives how much; raises `Failed`, `Fault` or `Cancelled`."""
        ...


class Closes(Protocol):
    """The feeds' own login at the portal."""

    def close(self) -> None: ...

    def bound(self, end: float | None) -> None: ...


class _Turn:
    """When a feed is asked next, and how often it failed in a row."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.at = 0.0
        self.failures = 0


class Feeds:
    """One thread at a time may use it; `wake` and `close` are for all.

    A feed is asked again after ``poll_s``, give or take a fifth; after trouble with full jitter, never before
    the portal's ``Retry-After``. Trouble of one feed doesn't hold up the others. Why a feed stands still is in
    the store (`kiosk.feeds`). ``on_news`` gets a feed's name on this thread whenever something came.
    """

    def __init__(
        self,
        parts: Sequence[Feed],
        portal: Closes,
        database: Database,
        random: Random,
        *,
        poll_s: float,
        on_news: Callable[[str], None] = lambda _source: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns = [_Turn(feed) for feed in parts]
        self._portal = portal
        self._database = database
        self._random = random
        self._poll_s = poll_s
        self._on_news = on_news
        self._monotonic = monotonic
        self._woken = threading.Event()
        self._closed = threading.Event()

    def wake(self) -> None:
        """Somebody wants to know: look soon, but don't shorten a rest after trouble."""
        self._woken.set()

    def close(self) -> None:
        """From any thread, for good: cuts a running request, and `run` returns soon."""
        self._closed.set()
        self._woken.set()
        self._portal.close()

    def round(self, cancel: Cancel, *, woken: bool = False) -> int:
        """Looks at every feed that is due; gives how much came. Raises what the store raises."""
        came = 0
        for turn in self._turns:
            due = turn.at <= self._monotonic() or (woken and not turn.failures)
            if due and not self._is_over(cancel):
                came += self._look(turn, cancel)
        return came

    def drain(self, cancel: Cancel, timeout_s: float) -> int:
        """A person asks: every feed is looked at now, once, however it rested; gives how much came."""
        self._portal.bound(time.monotonic() + timeout_s)
        try:
            for turn in self._turns:
                turn.at, turn.failures = 0.0, 0
            return self.round(cancel)
        finally:
            self._portal.bound(None)

    def run(self, cancel: Cancel) -> None:
        """The thread: rounds until cancelled or closed. Trouble with the store and bugs are logged and outlived."""
        spread_s = self._random.uniform(0, min(SPREAD_S, self._poll_s))
        self._sleep(cancel, spread_s, wakeable=False)
        while not self._is_over(cancel):
            woken = self._woken.is_set()
            self._woken.clear()
            try:
                self.round(cancel, woken=woken)
                wait_s = self._wait_s()
            except Fault as fault:
                _log.warning("feeds: %s", fault.code)
                wait_s = _PAUSE_S
            except Exception as bug:  # noqa: BLE001  the last guard: answers must go on coming
                tell_bug(bug)
                wait_s = _PAUSE_S
            self._sleep(cancel, wait_s)

    def _look(self, turn: _Turn, cancel: Cancel) -> int:
        source = turn.feed.source
        try:
            came = turn.feed.look(cancel)
        except Cancelled:
            return 0
        except Failed as failed:
            outcome = failed.outcome
            asked = (outcome.retry_after_s or 0.0) if isinstance(outcome, Busy) else 0.0
            _log.warning("feed %s: %s", source, type(outcome).__name__)
            self._failed(turn, fault_code(outcome), asked)
            return 0
        except Fault as fault:
            _log.warning("feed %s: %s", source, fault)
            self._failed(turn, fault.code, 0.0)
            return 0
        except Exception as bug:  # noqa: BLE001  a bug of one feed doesn't hold up the others
            tell_bug(bug)
            self._failed(turn, _BUG, 0.0)
            return 0
        turn.failures = 0
        turn.at = self._monotonic() + self._poll_s * self._random.uniform(0.8, 1.2)
        if came:
            _log.info("feed %s: %d came", source, came)
            self._on_news(source)
        return came

    def _failed(self, turn: _Turn, code: str, asked_s: float) -> None:
        if self._closed.is_set():
            return  # cut by us: no trouble of the portal
        wait_s = max(full_jitter(turn.failures, self._random, CALM), asked_s)
        turn.failures += 1
        turn.at = self._monotonic() + wait_s
        if feeds.load(self._database.read(), turn.feed.source).fault != code:
            with self._database.transaction() as tx:
                feeds.fail(tx, turn.feed.source, code)

    def _is_over(self, cancel: Cancel) -> bool:
        return cancel.asked or self._closed.is_set()

    def _wait_s(self) -> float:
        """Seconds until the next feed is due."""
        return max(min((turn.at for turn in self._turns), default=0.0) - self._monotonic(), 0.0)

    def _sleep(self, cancel: Cancel, seconds: float, *, wakeable: bool = True) -> None:
        end = time.monotonic() + seconds
        while not self._is_over(cancel) and (left := end - time.monotonic()) > 0:
            if wakeable and self._woken.wait(min(left, _SLICE_S)):
                return
            if not wakeable:
                cancel.wait(min(left, _SLICE_S))
