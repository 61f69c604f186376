"""The moves a row of the outbox can make; each leaves a row in ``attempt_log``."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.outbox.message import IllegalTransition, State
from kiosk.store.link import Transaction


@dataclass(frozen=True)
class Standing:
    """Where a row stands before it moves."""

    state: State
    attempts: int
    dossier_id: str
    kind: str
    key: str


def standing(tx: Transaction, seq: int) -> Standing:
    """Where the row stands. Raises `IllegalTransition` when there is no such row."""
    sql = "SELECT state, attempts, dossier_id, kind, key FROM outbox WHERE seq = ?"
    row = tx.row(sql, (seq,))
    if row is None:
        raise IllegalTransition(f"outbox row {seq} does not exist")
    return Standing(
        State(row["state"]), int(row["attempts"]), row["dossier_id"], row["kind"], row["key"]
    )


def expect(tx: Transaction, seq: int, to: State, *lawful: State) -> None:
    """Raises `IllegalTransition` unless the row stands in one of the lawful states."""
    state = standing(tx, seq).state
    if state not in lawful:
        raise IllegalTransition(f"outbox row {seq}: {state} to {to}")


def move(
    tx: Transaction,
    seq: int,
    to: State,
    status: int | None = None,
    error: str | None = None,
    detail: str | None = None,
    duration_ms: int | None = None,
) -> None:
    """Puts the row into a state other than `SENDING`, ends its lease and logs the answer."""
    tx.execute(
        """UPDATE outbox SET state = ?, lease_until = NULL, lease_by = NULL,
             last_status = ?, last_error = ? WHERE seq = ?""",
        (to, status, error, seq),
    )
    log(tx, seq, to, status, error, detail, duration_ms)


def put_back(tx: Transaction, seq: int) -> None:
    """A leased row that was not tried: ready as it was before, with what its last real try said."""
    tx.execute(
        """UPDATE outbox SET state = 'ready', lease_until = NULL, lease_by = NULL,
             attempts = attempts - 1 WHERE seq = ?""",
        (seq,),
    )
    log(tx, seq, State.READY, error="PUT_BACK")


def log(
    tx: Transaction,
    seq: int,
    state: State,
    status: int | None = None,
    error: str | None = None,
    detail: str | None = None,
    duration_ms: int | None = None,
) -> None:
    """Adds a row to the attempt log: the state the outbox row has now, and why."""
    tx.execute(
        """INSERT INTO attempt_log(outbox_seq, at_wall, state, http_status, error_class,
             duration_ms, detail) VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (seq, tx.at_ms, state, status, error, duration_ms, detail),
    )
