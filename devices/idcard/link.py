"""The way to a chip: bounded in APDUs and time, and never holding its caller when the card is dead."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

from devices.cancel import Cancel
from devices.fault import Fault

POLL = 0.1
"""Seconds between two looks at cancel and deadline while a card is silent."""
CLOSE = 2.0
"""Seconds a connection may take to close before it is left alone."""
T = TypeVar("T")


class Connection(Protocol):
    """An opened card; every call comes from one thread and may block for ever."""

    reader: str
    atr: bytes
    max_apdu: int | None
    """Bytes of data the reader says that it passes in one APDU; ``None`` when it doesn't say."""

    def transmit(self, apdu: bytes) -> bytes: ...

    def close(self) -> None: ...


Connect = Callable[[], Connection]


@dataclass(frozen=True)
class Limits:
    """What one reading may use up, restarts included."""

    apdus: int = 400
    seconds: float = 30.0
    open_seconds: float = 8.0
    """How long another program may hold the card before we give up."""


class Guard:
    """Watches one reading: counts APDUs, keeps the deadline, notices that it was cancelled."""

    def __init__(self, cancel: Cancel, limits: Limits, clock: Callable[[], float]) -> None:
        self._cancel = cancel
        self._limits = limits
        self._clock = clock
        self._start = clock()
        self.apdus = 0

    @property
    def seconds(self) -> float:
        return self._clock() - self._start

    @property
    def used_up(self) -> bool:
        """No further APDU is allowed."""
        return self.apdus >= self._limits.apdus

    @property
    def open_seconds(self) -> float:
        return self._limits.open_seconds

    def check(self) -> None:
        """Raises `Cancelled`, or `Fault` ``CARD_TOO_SLOW`` when the time is used up."""
        self._cancel.check()
        if self.seconds > self._limits.seconds:
            raise Fault("CARD_TOO_SLOW", f"over {self._limits.seconds:g} s")

    def count(self) -> None:
        """Before every APDU; like `check`, and ``CARD_TOO_SLOW`` past the number allowed."""
        self.check()
        if self.apdus >= self._limits.apdus:
            raise Fault("CARD_TOO_SLOW", f"over {self._limits.apdus} APDUs")
        self.apdus += 1


class _Call:
    """One call on the card's thread and what came of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.done = threading.Event()
        self.value: object = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.value = self.work()
        except BaseException as error:  # noqa: BLE001  # handed to the waiting caller
            self.error = error
        self.done.set()


class Patient:
    """Runs a connection on a thread of its own, as PC/SC's transmit has no time-out.

    When the reading is cancelled or its time is up while the card is silent, the thread is left
    behind; it closes the connection by itself as soon as the card or the driver answers.
    Use as a context manager.
    """

    def __init__(self, connect: Connect, guard: Guard) -> None:
        self._connect = connect
        self._guard = guard
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="card-link", daemon=True)
        self._stuck = False

    def __enter__(self) -> Connection:
        self._thread.start()
        try:
            self._connection = self._await(self._open, self._guard.open_seconds)
        except BaseException:
            self.__exit__()
            raise
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._calls.put(None)
        if not self._stuck:
            self._thread.join(CLOSE)

    def transmit(self, apdu: bytes) -> bytes:
        """One APDU there and back. Raises what the connection raises, `Cancelled`, ``CARD_TOO_SLOW``."""
        self._guard.count()
        connection = self._connection
        assert connection is not None, "used outside its with block"  # noqa: S101
        return self._await(lambda: connection.transmit(apdu))

    def _open(self) -> Connection:
        self._connection = self._connect()
        return self._connection

    def _await(self, work: Callable[[], T], seconds: float | None = None) -> T:
        call = _Call(work)
        self._calls.put(call)
        start = self._guard.seconds
        while not call.done.wait(POLL):
            self._stuck = True
            self._guard.check()
            if seconds is not None and self._guard.seconds - start > seconds:
                raise Fault("READER_BUSY", f"not opened within {seconds:g} s")
        self._stuck = False
        if call.error is not None:
            raise call.error
        return call.value  # type: ignore[return-value]  # what ``work`` gave

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call.run()
        if self._connection is not None:
            with suppress(Fault):  # the reader may have gone
                self._connection.close()
