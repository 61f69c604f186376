"""Faults of the reference portal: switched while it runs, or asked for by one request.

``POST /sandbox/faults`` sets how probable each is for all requests; the header ``X-Fault`` asks for one or
more now: ``drop``, ``503``, ``latency;ms=500``, ``duplicate``, ``truncate``, ``html``, ``slowloris;ms=200``,
``skew;s=86400``.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sync.sandbox.plain import NUMBER

Probability = Annotated[float, Field(ge=0, le=1), NUMBER]
LONGEST_MS = 600_000
LARGEST_SKEW_S = 10 * 366 * 86_400


class FaultSettings(BaseModel):
    """Probabilities per request; ``latency_ms`` and ``skew_s`` are added to every one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unavailable: Probability = 0.0
    """503 with ``Retry-After: 1``, nothing stored."""
    drop_after_commit: Probability = 0.0
    """Stored durably, then the connection is cut without an answer."""
    latency_ms: Annotated[int, Field(ge=0, le=LONGEST_MS), NUMBER] = 0
    html_200: Probability = 0.0
    """A login page of the network instead of an answer, nothing stored."""
    duplicate: Probability = 0.0
    """The same answer twice on the connection, the second unasked."""
    truncate: Probability = 0.0
    """Half of the body, then the connection ends."""
    slowloris: Probability = 0.0
    """The body comes byte by byte, one each ``trickle_ms``."""
    trickle_ms: Annotated[int, Field(ge=0, le=LONGEST_MS), NUMBER] = 200
    skew_s: Annotated[int, Field(ge=-LARGEST_SKEW_S, le=LARGEST_SKEW_S), NUMBER] = 0
    """How far the header ``Date`` is ahead of the true time."""


class UnknownFault(ValueError):
    """The header names no fault, or a measure out of bounds."""


@dataclass(frozen=True)
class Plan:
    """What happens to one request. Times in seconds."""

    latency_s: float = 0
    unavailable: bool = False
    html: bool = False
    drop: bool = False
    drop_first: bool = False
    """Drops only what was not stored before, so that the same request succeeds when it is repeated."""
    duplicate: bool = False
    truncate: bool = False
    trickle_s: float | None = None
    skew_s: int = 0

    @property
    def touches_answer(self) -> bool:
        return (
            self.drop
            or self.drop_first
            or self.duplicate
            or self.truncate
            or (self.trickle_s is not None)
        )


class Faults:
    """The present settings and the dice. Safe to use from several threads."""

    def __init__(self, dice: random.Random | None = None) -> None:
        self._dice = dice or random.Random()  # noqa: S311  dice, not secrets
        self._lock = threading.Lock()
        self.settings = FaultSettings()

    def change(self, wanted: FaultSettings) -> FaultSettings:
        """Sets what was named in ``wanted`` and leaves the rest."""
        with self._lock:
            named = wanted.model_dump(exclude_unset=True)
            self.settings = self.settings.model_copy(update=named)
            return self.settings

    def plan(self, header: str = "") -> Plan:
        """Throws the dice, then adds what the header ``X-Fault`` asks for. Raises `UnknownFault`."""
        now = self.settings
        plan = Plan(
            latency_s=now.latency_ms / 1000,
            unavailable=self._strikes(now.unavailable),
            html=self._strikes(now.html_200),
            drop=self._strikes(now.drop_after_commit),
            duplicate=self._strikes(now.duplicate),
            truncate=self._strikes(now.truncate),
            trickle_s=now.trickle_ms / 1000 if self._strikes(now.slowloris) else None,
            skew_s=now.skew_s,
        )
        for part in filter(None, (one.strip() for one in header.split(","))):
            plan = _asked(plan, part)
        return plan

    def _strikes(self, probability: float) -> bool:
        return probability > 0 and self._dice.random() < probability


_SWITCHES = {
    "drop": "drop_first",
    "503": "unavailable",
    "html": "html",
    "duplicate": "duplicate",
    "truncate": "truncate",
}
NAMES = (*_SWITCHES, "latency", "slowloris", "skew")


def _asked(plan: Plan, part: str) -> Plan:
    name, _, measure = part.partition(";")
    if name in _SWITCHES and not measure:
        return replace(plan, **{_SWITCHES[name]: True})
    if name == "latency":
        return replace(plan, latency_s=_measure(measure, "ms", 1000, 0, LONGEST_MS) / 1000)
    if name == "slowloris":
        return replace(plan, trickle_s=_measure(measure, "ms", 200, 0, LONGEST_MS) / 1000)
    if name == "skew":
        return replace(plan, skew_s=_measure(measure, "s", 86_400, -LARGEST_SKEW_S, LARGEST_SKEW_S))
    raise UnknownFault(f"known faults: {', '.join(NAMES)}")


def _measure(text: str, unit: str, default: int, least: int, most: int) -> int:
    if not text:
        return default
    name, _, digits = text.strip().partition("=")
    if name != unit or len(digits) > 12 or not digits.removeprefix("-").isascii():
        raise UnknownFault(f"write {unit}=NUMBER")
    try:
        number = int(digits)
    except ValueError:
        raise UnknownFault(f"write {unit}=NUMBER") from None
    if not least <= number <= most:
        raise UnknownFault(f"{unit} from {least} to {most}")
    return number
