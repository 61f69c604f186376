"""An outbox in memory with the courier's part of the real one's manners."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.clock import Clock
from kiosk.outbox.message import Item, Row, State
from kiosk.outbox.rests import Rest


@dataclass
class Kept:
    item: Item
    created_at: datetime
    next_at: datetime
    state: State = State.READY
    receipt: bytes | None = None
    status: int | None = None
    error: str | None = None
    detail: str | None = None


_TO_SEND = (State.READY, State.SENT)
_STOPPED = (State.NEEDS_ATTENTION, State.QUARANTINED)


def _urgency(kept: Kept) -> int:
    return {"payment": 0, "cancel": 0, "progress": 2, "status": 2}.get(kept.item.kind, 1)


class MemoryOutbox:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.kept: dict[int, Kept] = {}
        self.recovered = 0
        self.clock_offset: float | None = None
        self.rests: dict[str, Rest] = {}

    def put(self, *items: Item) -> None:
        now = self._clock()
        for item in items:
            self.kept[item.seq] = Kept(replace(item, attempts=0), now, now)

    def note_clock_offset(self, seconds: float | None) -> None:
        self.clock_offset = seconds

    def claim(
        self, dest: str, limit: int = 1, lease_s: float = 120, *, urgent: bool = False
    ) -> list[Item]:
        now = self._clock()
        due = sorted(
            (_urgency(k), k.next_at, seq)
            for seq, k in self.kept.items()
            if self._due(k, dest, now) and (not urgent or not _urgency(k))
        )
        found = []
        for _, _, seq in due[:limit]:
            kept = self.kept[seq]
            kept.state = State.SENDING
            kept.item = replace(kept.item, attempts=kept.item.attempts + 1)
            found.append(kept.item)
        return found

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def put_back(self, seqs: Sequence[int]) -> None:
        for seq in seqs:
            kept = self.kept[seq]
            kept.state = State.READY
            kept.item = replace(kept.item, attempts=kept.item.attempts - 1)

    def acknowledge(self, seq: int, receipt: bytes, *, status: int, duration_ms: int) -> None:
        self._move(seq, State.ACKNOWLEDGED, status, None, None)
        self.kept[seq].receipt = receipt

    def retry(
        self,
        seq: int,
        wait_s: float,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
        counts: bool = True,
        own: bool = False,
    ) -> None:
        self._move(seq, State.READY, status, error, detail)
        kept = self.kept[seq]
        kept.next_at = self._clock() + timedelta(seconds=wait_s)
        if not counts:
            kept.item = replace(kept.item, attempts=kept.item.attempts - 1)
        kept.item = replace(kept.item, failures=kept.item.failures + int(own))

    def sent(
        self,
        seq: int,
        wait_s: float,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None:
        self._move(seq, State.SENT, status, error, detail)
        self.kept[seq].next_at = self._clock() + timedelta(seconds=wait_s)

    def needs_attention(
        self,
        seq: int,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None:
        self._move(seq, State.NEEDS_ATTENTION, status, error, detail)

    def quarantine(
        self,
        seq: int,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None:
        self._move(seq, State.QUARANTINED, status, error, detail)

    def recover(self, *, idle: bool = False) -> int:
        self.recovered += 1
        return 0

    def make_due(self, dest: str) -> int:
        waiting = [k for k in self.kept.values() if k.state in _TO_SEND]
        for kept in waiting:
            kept.next_at = self._clock()
        return len(waiting)

    def next_at(self, dest: str, *, urgent: bool = False) -> datetime | None:
        return min(
            (
                k.next_at
                for k in self.kept.values()
                if self._free(k, dest) and (not urgent or not _urgency(k))
            ),
            default=None,
        )

    def rest_s(self, dest: str) -> tuple[float, Rest | None]:
        rest = self.rests.get(dest)
        return (rest.left_s(self._clock(), "other boot", 0), rest) if rest else (0.0, None)

    def keep_rest(self, dest: str, stops: int, length_s: float, fault: str) -> None:
        self.rests.pop(dest, None)
        if stops:
            self.rests[dest] = Rest(stops, fault, length_s, self._clock(), "boot", 0)

    def counts(self) -> dict[str, int]:
        states = [kept.state for kept in self.kept.values()]
        return {state.value: states.count(state) for state in State}

    def unsent(self, dest: str) -> int:
        return sum(kept.state is not State.ACKNOWLEDGED for kept in self.kept.values())

    def will_go(self, dest: str) -> tuple[int, datetime | None]:
        stuck = {k.item.dossier_code for k in self.kept.values() if k.state in _STOPPED}
        since = [
            k.created_at
            for k in self.kept.values()
            if k.state in (*_TO_SEND, State.SENDING) and k.item.dossier_code not in stuck
        ]
        return len(since), min(since, default=None)

    def rows(
        self, *, dest: str | None = None, open_only: bool = True, limit: int = 500
    ) -> Sequence[Row]:
        return [
            Row(
                seq,
                kept.item.dossier_code,
                kept.item.dest,
                kept.item.kind,
                kept.state,
                kept.created_at,
                kept.item.attempts,
                kept.next_at,
                kept.status,
                kept.error,
                kept.detail,
                "kiosk-01",
            )
            for seq, kept in sorted(self.kept.items())
            if not (open_only and kept.state is State.ACKNOWLEDGED)
        ][:limit]

    def _due(self, kept: Kept, dest: str, now: datetime) -> bool:
        return self._free(kept, dest) and kept.next_at <= now

    def _free(self, kept: Kept, dest: str) -> bool:
        """Ready, and not behind an earlier row of its own dossier."""
        return (kept.state in _TO_SEND and kept.item.dest == dest) and not any(
            other.item.dossier_id == kept.item.dossier_id
            and other.item.seq < kept.item.seq
            and other.state is not State.ACKNOWLEDGED
            for other in self.kept.values()
        )

    def _move(
        self, seq: int, to: State, status: int | None, error: str | None, detail: str | None
    ) -> None:
        kept = self.kept[seq]
        assert kept.state is State.SENDING, kept.state
        kept.state, kept.status, kept.error, kept.detail = to, status, error, detail
