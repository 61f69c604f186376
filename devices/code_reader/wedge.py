"""Tells a keyboard wedge (a scanner that types) from a person, by how fast the keys come.

Pure logic on keys with times. A key can't be judged before the next one comes, so keys are held back
for one gap (35 ms: nobody sees it); a person's are given on, a scanner's never reach a widget. A
scanner's burst that is no known code is thrown away: a device that types commands can do the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

GAP_S = 0.035
LEAST = 6
"""Shorter bursts are a person's rolling fingers."""
MAX_KEYS = 2048
_LATE = 6
"""So many gaps after a burst an ending key still belongs to it."""
CARD = re.compile(r"[0-9]{12}\|.{0,1200}|[0-9]{12}|[0-9]{9}|IDVNM[0-9A-Z<]{85}")
"""The card's QR code, a number alone, or a machine-readable zone in one line."""


@dataclass(frozen=True)
class Stroke:
    """One key that writes something, or that ends a code.

    ``text``: what the keyboard's layout made of it; may be empty. ``digit``: what stands on the
    key of the digit row on a US keyboard, whatever the layout makes of it. ``at``: seconds.
    """

    text: str
    at: float
    digit: str = ""
    ends: bool = False


class Fate(Enum):
    """What becomes of a key, or of the keys held back."""

    HOLD = auto()
    PASS = auto()
    """A person's: give it on to the widget it was meant for."""
    SWALLOW = auto()
    """A scanner's: it may not reach a widget. `WedgeDecoder.take` has the code, if it is one."""


class WedgeDecoder:
    """Follows one keyboard. Has no clock of its own: whoever feeds it calls `lull` after a gap."""

    def __init__(
        self, gap_s: float = GAP_S, formats: Sequence[re.Pattern[str]] = (CARD,), least: int = LEAST
    ) -> None:
        self._gap = gap_s
        self._formats = formats
        self._least = least
        self._held: list[Stroke] = []
        self._count = 0
        self._last = 0.0
        self._swallowed = float("-inf")
        self._code: str | None = None

    @property
    def holding(self) -> bool:
        """Whether keys are held back that wait for a judgement."""
        return self._count > 0

    def stroke(self, stroke: Stroke) -> tuple[Fate, Fate]:
        """The next key: the fate of those held back before it, and its own.

        Times that run backwards count as a gap.
        """
        close = self.holding and 0 <= stroke.at - self._last <= self._gap
        before = Fate.HOLD if close else self.lull()
        if stroke.ends:
            return self._ended(before, stroke.at)
        self._hold(stroke)
        return before, Fate.HOLD

    def lull(self) -> Fate:
        """No key came for a gap: what becomes of those held back."""
        return self._judge(whole=True)

    def other_key(self) -> Fate:
        """A key came that no scanner sends (an arrow, Ctrl+V): what becomes of those held back.

        A burst cut so is no code: an input method rewrites it with Backspace.
        """
        return self._judge(whole=False)

    def take(self) -> str | None:
        """The code of the last burst swallowed, once; None when it was of no known form."""
        code, self._code = self._code, None
        return code

    def _ended(self, before: Fate, at: float) -> tuple[Fate, Fate]:
        if self.holding:
            before = self.lull()
            return before, before
        # The end of a burst may come late; it mustn't press the button that has the focus.
        late = before is Fate.SWALLOW or 0 <= at - self._swallowed <= _LATE * self._gap
        return before, Fate.SWALLOW if late else Fate.PASS

    def _hold(self, stroke: Stroke) -> None:
        self._last = stroke.at
        self._count += 1
        if self._count <= MAX_KEYS:
            self._held.append(stroke)

    def _judge(self, *, whole: bool) -> Fate:
        if not self.holding:
            return Fate.HOLD
        fate = Fate.SWALLOW if self._count >= self._least else Fate.PASS
        if fate is Fate.SWALLOW:
            self._swallowed = self._last
            self._code = self._known() if whole else None
        self._held.clear()
        self._count = 0
        return fate

    def _known(self) -> str | None:
        if self._count > MAX_KEYS:
            return None
        typed = "".join(one.text for one in self._held)
        # Layouts that write letters on the digit row (Vietnamese, French) spoil every number.
        by_key = "".join(one.digit or one.text for one in self._held)
        for text in (typed, by_key):
            if any(form.fullmatch(text) for form in self._formats):
                return text
        return None
