"""How long a person may be away before everything is wiped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from kiosk.journeys.submit import End


class Warn(StrEnum):
    """Why a countdown runs."""

    IDLE = "idle"
    CARD_PULLED = "card_pulled"


@dataclass(frozen=True)
class Limits:
    """Seconds: without a touch before the warning, of the warning, after the card was pulled."""

    idle: float
    warning: float
    card_pulled: float


class Session(QObject):
    """Watches one person's session; it looks at the clock in `tick` and never sleeps.

    Signals: ``warned`` (a countdown begins, with its `Warn`), ``counted`` (whole seconds left),
    ``resumed`` (the countdown is off), ``expired`` (the time is over, with the `End`).
    """

    warned = Signal(object)
    counted = Signal(int)
    resumed = Signal()
    expired = Signal(object)

    def __init__(
        self, limits: Limits, clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._limits = limits
        self._clock = clock
        self._running = False
        self._busy = False
        self._card_away = False
        self._card_told = False
        self._warning: Warn | None = None
        self._since = clock()

    @property
    def warning(self) -> Warn | None:
        return self._warning

    @property
    def seconds_left(self) -> int:
        """Of the countdown that runs, rounded up."""
        return max(0, -int((self._clock() - self._since - self.seconds_total) // 1))

    @property
    def seconds_total(self) -> float:
        card = self._warning is Warn.CARD_PULLED
        return self._limits.card_pulled if card else self._limits.warning

    def begin(self) -> None:
        """A person has started."""
        self._running, self._busy, self._warning = True, False, None
        self._card_away = self._card_told = False
        self._since = self._clock()

    def finish(self) -> None:
        """Nobody is there any more."""
        self._running, self._warning = False, None
        self._since = self._clock()

    def touch(self) -> None:
        """The person did something; a countdown stops and the idle time starts anew."""
        self._since = self._clock()
        if self._warning is not None:
            self._warning = None
            self.resumed.emit()

    def set_busy(self, busy: bool) -> None:
        """While the machine itself works nobody is idle."""
        if busy != self._busy:
            self._busy = busy
            self.touch()
            self._look_at_card()

    def set_card_away(self, away: bool) -> None:
        """The card was pulled while it is needed, or is back."""
        if away == self._card_away or not self._running:
            return
        self._card_away, self._card_told = away, False
        self._look_at_card()
        if not away and self._warning is Warn.CARD_PULLED:
            self.touch()

    def tick(self) -> None:
        """Looks at the clock; called a few times a second."""
        if not self._running or (self._busy and self._warning is None):
            return
        gone = self._clock() - self._since
        if self._warning is None:
            if gone >= self._limits.idle:
                self.warn(Warn.IDLE)
        elif gone >= self.seconds_total:
            end = End.CARD_PULLED if self._warning is Warn.CARD_PULLED else End.IDLE
            self.finish()
            self.expired.emit(end)
        else:
            self.counted.emit(self.seconds_left)

    def _look_at_card(self) -> None:
        """Once a pull: a person who asked for more time then is not asked again."""
        if self._running and self._card_away and not self._busy and not self._card_told:
            self._card_told = True
            self.warn(Warn.CARD_PULLED)

    def warn(self, why: Warn) -> None:
        """Begins a countdown."""
        self._warning = why
        self._since = self._clock()
        self.warned.emit(why)
