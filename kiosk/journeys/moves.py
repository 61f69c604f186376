"""What all moves of a journey share."""

from __future__ import annotations

from kiosk.faults import texts
from kiosk.journeys.submit import Effect, ShownFault, State

Moved = tuple[State, tuple[Effect, ...]]
"""The next state, and what is to be done in the world."""


def stay(state: State) -> Moved:
    """Nothing is to be done."""
    return state, ()


def shown_fault(code: str) -> ShownFault:
    text = texts().get(code)
    return ShownFault(code, retry=text.retry if text else True)
