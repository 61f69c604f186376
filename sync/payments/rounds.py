"""The thread that finds out what became of payments: nobody has to stand at the kiosk for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from random import Random
from typing import Protocol

from devices.cancel import Cancel
from kiosk.clock import Clock, monotonic_ms, to_ms
from kiosk.faults import Fault
from kiosk.logbook import tell_bug
from kiosk.payments import rows
from kiosk.payments.claim import Attempt
from kiosk.store.database import Database
from sync.backoff import first_wait, full_jitter
from sync.payments.cashier import PACE

LOOK_MS = 15_000
"""How often it looks for payments that other programs began."""
BILL_TRIES = 12
"""So often a receipt is asked for, over some hours; then again after a restart or by a person."""

_SPREAD_S = 30
_SLICE_S = 1  # how soon a sleeping loop notices that it is to stop, where nobody closes it
_PAUSE_MS = 60_000  # after trouble with the store, and after a bug
_DEAD = 3

log = logging.getLogger(__name__)


class Asks(Protocol):
    """Who talks to the platform (`sync.payments.cashier.Cashier`)."""

    def round(self) -> list[Attempt]: ...

    def bill(self, payment_id: int) -> str: ...


class Rounds:
    """Asks after open attempts when they are due and fetches electronic receipts; begins no payment.

    All that it knows stands in the store, so a kill costs one more question at most; only the back-off of
    receipts begins anew. `run` is for one thread; `wake` and `close` are for all.
    """

    def __init__(
        self,
        database: Database,
        cashier: Asks,
        close_client: Callable[[], None],
        clock: Clock,
        random: Random,
        monotonic: Callable[[], int] = monotonic_ms,
    ) -> None:
        self._database = database
        self._cashier = cashier
        self._close_client = close_client
        self._clock = clock
        self._random = random
        self._monotonic = monotonic
        self._bills: dict[int, tuple[int, int]] = {}  # tries so far, and when the next one may be
        self._woken = threading.Event()
        self._closed = threading.Event()

    def wake(self) -> None:
        """Something may have been begun: look soon. What rests goes on resting."""
        self._woken.set()

    def close(self) -> None:
        """From any thread, for good: cuts a running question, and `run` returns soon."""
        self._closed.set()
        self._woken.set()
        self._close_client()

    def run(self, cancel: Cancel) -> None:
        """The thread: rounds until cancelled or closed. Trouble with the store and bugs are logged and outlived."""
        self._spread(cancel)
        while not self._is_over(cancel):
            self._woken.clear()
            try:
                self.round()
                wait_ms = self.next_in_ms()
            except Fault as fault:
                log.warning("payments: %s", fault.code)
                wait_ms = _PAUSE_MS
            except Exception as bug:  # noqa: BLE001  the last guard: later payments must be asked after
                tell_bug(bug)
                wait_ms = _PAUSE_MS
            self._sleep(cancel, wait_ms)

    def round(self) -> None:
        """Asks after what is due, then fetches the receipts that are due. Raises what the store raises."""
        self._cashier.round()
        missed = 0
        for payment in rows.unbilled(self._database.read()):
            tries, at = self._bills.get(payment.id, (0, 0))
            if missed >= _DEAD or self._closed.is_set():
                return
            if tries >= BILL_TRIES or at > self._monotonic():
                continue
            if self._fetch(payment.id, tries):
                missed = 0
            else:
                missed += 1

    def next_in_ms(self) -> int:
        """Milliseconds until something is due, `LOOK_MS` at most."""
        waits = [LOOK_MS]
        at = rows.next_question_ms(self._database.read())
        if at is not None:
            waits.append(at - to_ms(self._clock()))
        now = self._monotonic()
        waits += [at - now for tries, at in self._bills.values() if tries < BILL_TRIES]
        return max(min(waits), 0)

    def _fetch(self, payment_id: int, tries: int) -> bool:
        try:
            self._cashier.bill(payment_id)
        except Fault as fault:
            if fault.code != "PAYMENT_BILL":
                raise
            wait_ms = round(1000 * (PACE.base_s + full_jitter(tries, self._random, PACE)))
            self._bills[payment_id] = (tries + 1, self._monotonic() + wait_ms)
            return False
        self._bills.pop(payment_id, None)
        return True

    def _spread(self, cancel: Cancel) -> None:
        """After a power cut of a whole town not every station asks in the same second."""
        try:
            due = rows.open_attempts(self._database.read(), to_ms(self._clock()))
        except Fault:
            return
        if due:
            oldest_s = (self._clock() - due[0].next_at).total_seconds()
            cancel.wait(first_wait(len(due), oldest_s, self._random, _SPREAD_S))

    def _is_over(self, cancel: Cancel) -> bool:
        return cancel.asked or self._closed.is_set()

    def _sleep(self, cancel: Cancel, wait_ms: int) -> None:
        end = self._monotonic() + wait_ms
        while not self._is_over(cancel):
            if self._woken.wait(_SLICE_S) or self._monotonic() >= end:
                return
