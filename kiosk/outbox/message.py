"""What the outbox takes in and hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a row of the outbox stands; see ``docs/store.md`` for who may change it."""

    READY = "ready"  # to be sent when its time has come
    SENDING = "sending"  # leased by one run of the program; it may or may not have arrived
    SENT = "sent"  # the server took it, the final receipt is not here yet
    ACKNOWLEDGED = "acknowledged"  # the receipt is stored; the end
    NEEDS_ATTENTION = "needs_attention"  # a person must decide
    QUARANTINED = "quarantined"  # damaged, or refused in a way that sending again can't heal


@dataclass(frozen=True, repr=False)
class Message:
    """What is to be sent: the exact bytes, frozen from here on. ``kind``: submit, progress …"""

    kind: str
    body: bytes

    def __repr__(self) -> str:
        return f"Message({self.kind}, {len(self.body)} bytes)"


@dataclass(frozen=True, repr=False)
class Item:
    """A row that was claimed for sending; ``attempts`` counts this one too."""

    seq: int
    key: str
    dossier_id: str
    dossier_code: str
    rev: int
    dest: str
    kind: str
    body: bytes
    attempts: int
    replaces: tuple[str, ...] = ()
    """Keys of earlier revisions that the destination may hold, the youngest first."""
    failures: int = 0
    """How often it failed for reasons of its own, while the destination took other rows."""

    def __repr__(self) -> str:
        return f"Item({self.seq}, {self.dossier_code}, {self.kind}, attempt {self.attempts})"


@dataclass(frozen=True)
class Row:
    """A row as a clerk sees it: no body, no personal data."""

    seq: int
    dossier_code: str
    dest: str
    kind: str
    state: State
    created_at: datetime
    attempts: int
    next_at: datetime | None  # when it will be sent again; None when that is not planned
    last_status: int | None
    last_error: str | None
    last_detail: str | None
    made_by: str  # pseudonym of the account, or the station


class IllegalTransition(RuntimeError):
    """A bug: a row was to go where the state table does not let it."""
