"""What the pages show of a dossier: read from the database, masked, without HTML."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kiosk.people.masking import mask_name
from sync.sandbox import history
from sync.sandbox.rows import Rows
from sync.sandbox.states import NEEDS_REASON, State, of

_WAY_ON = (State.READY, State.HANDED_OVER)
_OPEN = frozenset(
    {State.FILED, State.RECEIVED, State.PROCESSING, State.SUPPLEMENT, State.TO_PAY, State.READY}
)


@dataclass(frozen=True)
class Step:
    """``at``: milliseconds since 1970 UTC, None for what is still ahead."""

    state: State
    at: int | None
    words: str = ""


@dataclass(frozen=True)
class Shown:
    """A dossier as anybody with its code may see it: the name masked, no number, no address."""

    code: str
    state: State
    procedure: str
    owner: str
    received: str
    due: str
    office: str
    steps: tuple[Step, ...]


def shown(rows: Rows, code: str) -> Shown | None:
    """None when the portal doesn't know the code."""
    found, body = rows.dossier(code), rows.body(code)
    state = of(found["state"]) if found else None
    if state is None or body is None:
        return None
    message = _message(body)
    return Shown(
        code=code,
        state=state,
        procedure=message.get("TenTTHC", ""),
        owner=mask_name(message.get("ChuHoSo", "")),
        received=message.get("NgayTiepNhan", ""),
        due=message.get("NgayHenTra", ""),
        office=message.get("DonViXuLy", ""),
        steps=(*_past(history.of_code(rows, code)), *_ahead(state)),
    )


def reason(dossier: Shown) -> str:
    """Why it waits or ended, from the newest step that says so."""
    if dossier.state not in NEEDS_REASON:
        return ""
    said = [step.words for step in dossier.steps if step.at is not None and step.words]
    return said[-1] if said else ""


def _past(events: list[history.Event]) -> list[Step]:
    """A state told twice in a row is one step; words only where the citizen must know why."""
    steps: list[Step] = []
    for event in events:
        state = State(event.state)
        open_words = state in NEEDS_REASON or event.by == "officer"
        words = event.words if open_words else ""
        if steps and steps[-1].state is state:
            steps[-1] = Step(state, steps[-1].at, words or steps[-1].words)
        else:
            steps.append(Step(state, event.at, words))
    return steps


def _ahead(state: State) -> list[Step]:
    if state not in _OPEN:
        return []
    return [Step(one, None) for one in _WAY_ON if one > state]


def _message(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}
