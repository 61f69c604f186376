"""An officer at the portal's side moves a dossier to a lawful next state."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kiosk.clock import now, to_ms
from sync.sandbox import history, states
from sync.sandbox.database import Database, Rows
from sync.sandbox.problem import Problem
from sync.sandbox.states import MOVES, NEEDS_REASON, State


class Move(BaseModel):
    """``words``: the reason, or a note that the citizen reads. ``seen``: the state the officer saw."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(min_length=1, max_length=50)]
    state: State
    words: Annotated[str, Field(max_length=500)] = ""
    seen: State | None = None


def move(database: Database, wanted: Move) -> int:
    """Writes the new state durably; gives its ``seq`` in the history.

    Raises `Problem`: 404 no such dossier, 409 not lawful from the present state or it changed meanwhile,
    422 without a reason where the citizen must be told one.
    """
    words = " ".join(wanted.words.encode("utf-8", "replace").decode("utf-8").split())
    if wanted.state in NEEDS_REASON and not words:
        raise Problem(422, "reason-missing", "words")

    def write(rows: Rows) -> int:
        found = rows.dossier(wanted.code)
        if found is None:
            raise Problem(404, "not-found")
        present = states.of(found["state"])
        if present is None or wanted.state not in MOVES[present]:
            raise Problem(409, "not-lawful", f"from {found['state']} to {wanted.state:d}")
        if wanted.seen is not None and wanted.seen is not present:
            raise Problem(409, "changed-meanwhile", f"now {found['state']}")
        latest = max((event.at for event in history.of_code(rows, wanted.code)), default=0)
        # A station's clock may run ahead of ours; what an officer does comes after what was.
        at = max(to_ms(now()), latest)
        seq = history.append(rows, wanted.code, wanted.state, at, words, "officer")
        rows.set_state(wanted.code, str(int(wanted.state)))
        return seq

    return database.write(write).result()
