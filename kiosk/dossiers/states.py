"""How a dossier's state follows from what came about it, in whatever order and however often it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.dossiers.dossier import DossierState

_S = DossierState

START = _S.RECEIVED
"""Every dossier of ours begins with its reception at the station."""

_ENTRY = (_S.REGISTERED, _S.RECEIVED)
_ENDS = (_S.REFUSED, _S.WITHDRAWN, _S.STOPPED, _S.HANDED_OVER)
_GIVEN_BACK = (_S.REFUSED, _S.WITHDRAWN, _S.STOPPED, _S.PROCESSED)
"""After these the papers or the result may be handed over."""
ENDED = (*_GIVEN_BACK, _S.HANDED_OVER)
"""After these a station changes nothing of a dossier any more."""


@dataclass(frozen=True, order=True)
class StateEvent:
    """A state that a dossier got, as its source tells it.

    ``seq`` is the source's own order within ``origin``; ``at`` is when it happened (aware, UTC).
    ``procedure`` and ``key``: the procedure's code and the idempotency key as the source has them, empty when it
    doesn't say. Events are ordered by when they happened, then by the source's order.
    """

    at: datetime
    seq: int
    origin: str
    code: str
    state: DossierState
    procedure: str = ""
    key: str = ""


class Step(StrEnum):
    """What an event did to the state."""

    TAKEN = "taken"
    REPEATED = "repeated"
    LATE = "late"
    """Told after the dossier had gone beyond it; the state stays."""
    ODD = "odd"
    """Against the order of the states, such as an end that is taken back: the portal wins, a person is told."""


@dataclass(frozen=True)
class Past:
    """An event and what it did; ``before`` is the state that it met."""

    event: StateEvent
    step: Step
    before: DossierState


def judge(before: DossierState, after: DossierState) -> Step:
    """What an event with the state ``after`` does to a dossier in the state ``before``.

    A dossier is received once: nothing goes back to that. Steps in between may remain untold.
    """
    if after is before:
        return Step.REPEATED
    if after in _ENTRY:
        return Step.TAKEN if before is _S.REGISTERED else Step.LATE
    if after is _S.HANDED_OVER:
        return Step.TAKEN if before in _GIVEN_BACK or before not in _ENDS else Step.ODD
    if before in _ENDS or before is _S.PROCESSED:
        return Step.ODD
    if after is _S.REFUSED and before in (_S.PROCESSING, _S.WAITING_FOR_PAYMENT):
        return Step.ODD
    return Step.TAKEN


def follow(events: Iterable[StateEvent]) -> tuple[DossierState, list[Past]]:
    """The state after all events, and each event with what it did, in the order in which they happened.

    It depends on the set of events only, not on the order or the number of their arrivals.
    """
    state, past = START, []
    for event in sorted(set(events)):
        step = judge(state, event.state)
        past.append(Past(event, step, state))
        if step in (Step.TAKEN, Step.ODD):
            state = event.state
    return state, past
