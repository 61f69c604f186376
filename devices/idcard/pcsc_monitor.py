"""Watches readers and cards behind PC/SC, through stops and starts of the daemon.

Our own loop: pyscard's `CardMonitor` ends for ever when the daemon stops.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from devices.fault import Fault
from devices.idcard import scard
from devices.idcard.api import CardChange, CardEvent
from devices.idcard.events import OnEvent

log = logging.getLogger(__name__)

BACK_OFF = (1.0, 2.0, 5.0)
"""Seconds between tries while the daemon is away; the last one repeats."""
WAIT_MS = 1000
_JOIN = 10.0


class Monitor:
    """A `Watch`; events come on its thread. ``choose`` says which readers count."""

    def __init__(
        self,
        on_event: OnEvent,
        choose: Callable[[list[str]], list[str]],
        back_off: tuple[float, ...] = BACK_OFF,
    ) -> None:
        self._on_event = on_event
        self._choose = choose
        self._back_off = back_off
        self._stop = threading.Event()
        self._context: int | None = None
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[int, bytes]] = {}
        self._names: list[str] = []
        self._known = 0
        self._thread = threading.Thread(target=self._run, name="card-monitor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        with self._lock:
            if self._context is not None:
                scard.cancel(self._context)
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN)

    def _run(self) -> None:
        tries = 0
        gone = False
        while not self._stop.is_set():
            try:
                self._open()
                if gone:
                    self._tell(CardChange.SERVICE_BACK)
                tries, gone = 0, False
                self._follow()
            except Fault as fault:
                log.info("card monitor: %s", fault)
                self._lose_cards()
                if not gone and fault.code == "PCSC_DOWN":
                    gone = True
                    self._tell(CardChange.SERVICE_GONE)
            finally:
                self._close()
            self._stop.wait(self._back_off[min(tries, len(self._back_off) - 1)])
            tries += 1

    def _open(self) -> None:
        context = scard.establish()
        with self._lock:
            self._context = context

    def _close(self) -> None:
        with self._lock:
            context, self._context = self._context, None
        if context is not None:
            scard.release(context)

    def _follow(self) -> None:
        """Until `stop`; raises `Fault` when the service or a call fails."""
        context = self._context
        assert context is not None, "not opened"  # noqa: S101
        self._relist(context)
        while not self._stop.is_set():
            asked = [(name, self._seen.get(name, (0, b""))[0]) for name in self._names]
            # The upper half of the pseudo reader's state is the number of readers known to us.
            asked.append((scard.NOTIFICATION, self._known << 16))
            states = scard.wait_for_change(context, WAIT_MS, asked)
            for name, state, atr in states:
                if name != scard.NOTIFICATION:
                    self._note(name, state, atr)
            if any(self._is_stale(name, state) for name, state, _ in states):
                self._relist(context)

    def _is_stale(self, name: str, state: int) -> bool:
        if name == scard.NOTIFICATION:
            return bool(state & scard.CHANGED)
        return bool(state & (scard.UNKNOWN | scard.UNAVAILABLE))

    def _relist(self, context: int) -> None:
        found = scard.list_readers(context)
        self._known = len(found)
        names = self._choose(found)
        for name in set(self._seen) - set(names):
            self._note(name, 0, b"")
            del self._seen[name]
        if set(names) != set(self._names):
            self._names = names
            self._tell(CardChange.READERS_CHANGED)
        self._names = names

    def _note(self, name: str, state: int, atr: bytes) -> None:
        before, old_atr = self._seen.get(name, (0, b""))
        was, now = before & scard.PRESENT, state & scard.PRESENT
        # The upper half counts insertions and removals: two more is another card, or the same again.
        swapped = was and now and (state >> 16) - (before >> 16) & 0xFFFF >= 2
        if was and (not now or swapped):
            self._on_event(CardEvent(CardChange.CARD_OUT, name, old_atr))
        if now and (not was or swapped):
            self._on_event(CardEvent(CardChange.CARD_IN, name, atr))
        self._seen[name] = (state & ~scard.CHANGED, atr)

    def _lose_cards(self) -> None:
        for name in list(self._seen):
            self._note(name, 0, b"")
        self._seen.clear()
        self._names = []

    def _tell(self, change: CardChange) -> None:
        self._on_event(CardEvent(change))
