"""States of dossiers as they came from the portal: kept for ever, and the register follows them.

The portal wins on a dossier's state, the station on what was handed in. Where the two don't say the same,
both versions stay readable (`conflicts`) and the journal tells who won.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.clock import from_ms, to_ms
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.states import Past, StateEvent, Step, follow
from kiosk.journal import journal
from kiosk.store.database import Database
from kiosk.store.link import Reader, Row, Transaction

PORTAL = "portal"
STATION = "station"

OF_CODE = "SELECT * FROM dossier_event WHERE code = ? ORDER BY at, seq"
"""The look-up that must stay quick among millions of states."""


_COUNT = "SELECT count(*) FROM (SELECT 1 FROM dossier_event WHERE code = ? LIMIT ?)"
MOST_EVENTS = 10_000
"""No dossier has a hundred states. Beyond this its state stays: a portal gone mad doesn't hold up hand-ins."""

log = logging.getLogger(__name__)


class ConflictKind(StrEnum):
    """What portal and station differ on."""

    STATE = "state"
    """The portal's state goes against the order of the states: the portal wins."""
    PROCEDURE = "procedure"
    """The portal names another procedure than was handed in: the station wins."""
    REWRITTEN = "rewritten"
    """The portal told another thing under a number that it had used: what came first stays."""
    OTHER = "other"
    """The portal tells of another dossier under this code (`CODE_TAKEN`): it isn't followed."""


@dataclass(frozen=True)
class Conflict:
    """``ours`` and ``theirs`` are states (as numbers), procedure codes or idempotency keys."""

    id: int
    dossier_code: str
    kind: ConflictKind
    ours: str
    theirs: str
    winner: str  # PORTAL | STATION
    noted_at: datetime
    seen_at: datetime | None
    seen_by: str


@dataclass(frozen=True)
class Came:
    """What a batch of events did: ``new`` events, ``unknown`` ones of dossiers that aren't ours, states moved."""

    new: int
    unknown: int
    moved: int


@dataclass(frozen=True)
class _Owner:
    id: str
    code: str
    procedure: str
    key: str
    state: DossierState


@dataclass(frozen=True)
class _Differ:
    """A conflict that was just found."""

    kind: ConflictKind
    event: StateEvent
    ours: str
    theirs: str

    @property
    def winner(self) -> str:
        return PORTAL if self.kind is ConflictKind.STATE else STATION


def conflicts(reader: Reader, limit: int, *, unseen_only: bool = True) -> list[Conflict]:
    """Where portal and station differ, the newest first."""
    where = "WHERE seen_at IS NULL" if unseen_only else ""
    sql = f"SELECT * FROM dossier_conflict {where} ORDER BY noted_at DESC, id DESC LIMIT ?"  # noqa: S608
    return [_conflict(row) for row in reader.rows(sql, (limit,))]


def past(reader: Reader, code: str) -> list[Past]:
    """Everything that came about a dossier, in the order in which it happened.

    Of a code that isn't ours, too; of another dossier under a code of ours, nothing.
    """
    owner, events = _owner(reader, code), _events(reader, code)
    return follow(one for one in events if owner is None or _is_of(owner, one))[1]


class History:
    """Takes in what came and tells what is known of a dossier."""

    def __init__(self, database: Database, station: str) -> None:
        self._database = database
        self._station = station

    def take(self, tx: Transaction, events: Iterable[StateEvent]) -> Came:
        """Keeps the events and lets the register follow, in the caller's transaction.

        The same event again (by origin and seq) changes nothing.
        """
        fresh = [event for event in events if self._keep(tx, event)]
        codes = dict.fromkeys(event.code for event in fresh)
        known = {code: owner for code in codes if (owner := _owner(tx, code)) is not None}
        moved = sum(_follow(tx, owner, self._station) for owner in known.values())
        unknown = sum(event.code not in known for event in fresh)
        return Came(len(fresh), unknown, moved)

    def of(self, code: str) -> list[Past]:
        """See `past`."""
        return past(self._database.read(), code)

    def conflicts(self, limit: int = 100, *, unseen_only: bool = True) -> list[Conflict]:
        """See the function of that name."""
        return conflicts(self._database.read(), limit, unseen_only=unseen_only)

    def see(self, conflict_id: int, by: str) -> bool:
        """A person (``by``, a staff pseudonym) has seen a conflict. Whether this was news."""
        with self._database.transaction() as tx:
            news = tx.execute(
                """UPDATE dossier_conflict SET seen_at = ?, seen_by = ?
                   WHERE id = ? AND seen_at IS NULL""",
                (tx.at_ms, by, conflict_id),
            )
            if news:
                row = tx.row("SELECT * FROM dossier_conflict WHERE id = ?", (conflict_id,))
                owner = _owner(tx, row["code"]) if row else None
                subject = owner.id if owner else str(row["code"] if row else "")
                journal.append(tx, journal.Kind.CONFLICT_SEEN, subject, by, conflict_id)
            return bool(news)

    def _keep(self, tx: Transaction, event: StateEvent) -> bool:
        """Writes an event down; whether it was new."""
        values = (event.origin, event.seq, event.code, int(event.state), to_ms(event.at))
        new = tx.execute(
            """INSERT INTO dossier_event(origin, seq, code, state, at, procedure, key, came_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            (*values, event.procedure, event.key, tx.at_ms),
        )
        if not new:
            self._compare(tx, event)
        return bool(new)

    def _compare(self, tx: Transaction, event: StateEvent) -> None:
        """The same number must tell the same thing for ever."""
        row = tx.row(
            "SELECT * FROM dossier_event WHERE origin = ? AND seq = ?", (event.origin, event.seq)
        )
        kept = None if row is None else _event(row)
        if kept is None or kept == event:
            return
        owner = _owner(tx, kept.code) or _owner(tx, event.code)
        differ = _Differ(ConflictKind.REWRITTEN, event, _told(kept), _told(event))
        _note(tx, owner.id if owner else kept.code, kept.code, differ, self._station)


def catch_up(tx: Transaction, code: str, station: str) -> bool:
    """A dossier came into the store by other ways than being received: what was told of it before takes effect.

    In the caller's transaction; whether its state moved.
    """
    owner = _owner(tx, code)
    known = owner is not None and tx.number(_COUNT, (code, 1)) > 0
    return owner is not None and known and _follow(tx, owner, station)


def _follow(tx: Transaction, owner: _Owner, station: str) -> bool:
    """Lets the register follow all events of a dossier; whether its state moved."""
    if tx.number(_COUNT, (owner.code, MOST_EVENTS + 1)) > MOST_EVENTS:
        log.error("dossier %s has too many states and isn't followed any more", owner.code)
        return False
    events = _events(tx, owner.code)
    state, past = follow(event for event in events if _is_of(owner, event))
    for differ in [*_others(owner, events), *_differences(owner, past)]:
        _note(tx, owner.id, owner.code, differ, station)
    if state is owner.state:
        return False
    tx.execute("UPDATE dossier SET state = ? WHERE id = ?", (int(state), owner.id))
    last = next((one.event for one in reversed(past) if one.event.state is state), None)
    told = (last.seq, to_ms(last.at)) if last else (None, None)
    kind = journal.Kind.STATE_FOLLOWED
    journal.append(tx, kind, owner.id, PORTAL, int(owner.state), int(state), *told)
    return True


def _note(tx: Transaction, subject: str, code: str, differ: _Differ, station: str) -> None:
    """Writes a conflict and the journal's word on who won, once."""
    event = differ.event
    values = (code, differ.kind.value, event.origin, event.seq, differ.ours, differ.theirs)
    new = tx.execute(
        """INSERT INTO dossier_conflict(code, kind, origin, seq, ours, theirs, winner, noted_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        (*values, differ.winner, tx.at_ms),
    )
    if new:
        told = (differ.kind.value, event.seq, differ.ours, differ.theirs, differ.winner)
        journal.append(tx, journal.Kind.CONFLICT_DECIDED, subject, station, *told)


def _is_of(owner: _Owner, event: StateEvent) -> bool:
    return event.key in ("", owner.key)


def _others(owner: _Owner, events: Iterable[StateEvent]) -> Iterable[_Differ]:
    """Once for each of the other dossiers that the portal has under this code."""
    first: dict[str, StateEvent] = {}
    for event in events:
        if not _is_of(owner, event):
            first.setdefault(event.key, event)
    for key, event in first.items():
        yield _Differ(ConflictKind.OTHER, event, owner.key, key)


def _differences(owner: _Owner, past: Sequence[Past]) -> Iterable[_Differ]:
    for one in past:
        event = one.event
        if one.step is Step.ODD:
            states = str(int(one.before)), str(int(event.state))
            yield _Differ(ConflictKind.STATE, event, *states)
        if event.procedure and event.procedure != owner.procedure:
            yield _Differ(ConflictKind.PROCEDURE, event, owner.procedure, event.procedure)


def _told(event: StateEvent) -> str:
    told = (event.code, int(event.state), to_ms(event.at), event.procedure, event.key)
    return " ".join(str(one) for one in told if one)


def _owner(reader: Reader, code: str) -> _Owner | None:
    row = reader.row("SELECT id, code, procedure, key, state FROM dossier WHERE code = ?", (code,))
    if row is None:
        return None
    state = DossierState(row["state"])
    return _Owner(row["id"], row["code"], row["procedure"], row["key"], state)


def _events(reader: Reader, code: str) -> list[StateEvent]:
    return [_event(row) for row in reader.rows(OF_CODE, (code,))]


def _event(row: Row) -> StateEvent:
    return StateEvent(
        from_ms(row["at"]),
        row["seq"],
        row["origin"],
        row["code"],
        DossierState(row["state"]),
        row["procedure"],
        row["key"],
    )


def _conflict(row: Row) -> Conflict:
    return Conflict(
        row["id"],
        row["code"],
        ConflictKind(row["kind"]),
        row["ours"],
        row["theirs"],
        row["winner"],
        from_ms(row["noted_at"]),
        None if row["seen_at"] is None else from_ms(row["seen_at"]),
        row["seen_by"],
    )
