"""When a dossier's processing ended, as the scoring of QĐ 766/QĐ-TTg counts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.dossiers.dossier import DossierState

_S = DossierState
ENDED = (_S.PROCESSED, _S.HANDED_OVER, _S.STOPPED, _S.REFUSED, _S.WITHDRAWN)
"""States that end processing."""


@dataclass(frozen=True, order=True)
class Told:
    """A state that is known of a dossier, and when it got it (aware)."""

    at: datetime
    state: DossierState


def ended_at(past: Sequence[Told], received: datetime | None) -> datetime | None:
    """When processing ended; None while it is open.

    The last time of state 9; else of 10; else of 8, 3 or 7 after reception. While the citizen is waited
    for, the time of the request for supplements counts.
    """
    ordered = sorted(past)
    for state in (_S.PROCESSED, _S.HANDED_OVER):
        times = [one.at for one in ordered if one.state is state]
        if times:
            return times[-1]
    ends = [
        one.at for one in ordered if one.state in ENDED and (received is None or one.at >= received)
    ]
    if ends:
        return ends[-1]
    if ordered and ordered[-1].state is _S.WAITING_FOR_SUPPLEMENT:
        return ordered[-1].at
    return None


def requests(past: Sequence[Told]) -> int:
    """How often supplements were asked for; the same request told twice in a row is one."""
    found, before = 0, None
    for one in sorted(past):
        if one.state is _S.WAITING_FOR_SUPPLEMENT and before is not one.state:
            found += 1
        before = one.state
    return found
