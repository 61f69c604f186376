"""The outbox: what must reach the portal, written in the transaction of the act itself.

A row is claimed under a lease, sent with its key and exactly its bytes, and changed by what came of
it. It is never deleted; every change is also a row of ``attempt_log``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import get_ident

from kiosk.clock import Clock, from_ms, monotonic_ms, to_ms
from kiosk.journal import journal
from kiosk.outbox import due, rests, views
from kiosk.outbox.boot import boot_id
from kiosk.outbox.clock_note import ClockKeeper, is_wrong
from kiosk.outbox.decisions import HELD, RELEASED, Decision, decide
from kiosk.outbox.due import LONGEST_WAIT_S
from kiosk.outbox.message import IllegalTransition, Item, Message, Row, State
from kiosk.outbox.rests import Rest
from kiosk.outbox.transitions import expect, log, move, put_back, standing
from kiosk.store.database import Database
from kiosk.store.link import Transaction

__all__ = ["LONGEST_WAIT_S", "Outbox"]

_LONGEST_LEASE_MS = 3_600_000
_SUPERSEDED = due.SUPERSEDED.format(row="outbox")


class Outbox:
    """The outbox of one station, as seen by one run of the program."""

    def __init__(self, database: Database, station: str, clock: Clock) -> None:
        self._database = database
        self._station = station
        self._clock = clock
        self._run = f"{station}/{secrets.token_hex(8)}"
        self._boot = boot_id()
        self._first_recovery = True
        self._clock_offset_ms: int | None = None
        self._clock_keeper = ClockKeeper(database, clock)
        self._leased: set[int] = set()  # what this run has claimed and not settled
        self._group: tuple[int, Transaction] | None = None  # of which thread

    def add(
        self,
        tx: Transaction,
        *,
        key: str,
        dossier_id: str,
        rev: int,
        dest: str,
        message: Message,
        made_by: str = "",
    ) -> int:
        """Adds a row in the caller's transaction and gives its sequence number.

        `made_by`: pseudonym of the account that made it; empty: nobody is logged in, the station did.
        Whoever made it, it is sent under the station's account.

        `key` is the idempotency key of this one event. A second row of the same dossier, revision
        and kind breaks a constraint: one act is sent once.
        """
        seq = tx.insert(
            """INSERT INTO outbox(key, dossier_id, station, rev, dest, kind, body, body_sha256,
                 created_wall, created_mono, boot_id, clock_offset_ms, made_by)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                key,
                dossier_id,
                self._station,
                rev,
                dest,
                message.kind,
                tx.vault.seal(message.body, views.body_of(key)),
                hashlib.sha256(message.body).digest(),
                tx.at_ms,
                monotonic_ms(),
                self._boot,
                self._clock_offset_ms,
                made_by or self._station,
            ),
        )
        log(tx, seq, State.READY)
        return seq

    def revise(
        self,
        tx: Transaction,
        *,
        key: str,
        dossier_id: str,
        dest: str,
        message: Message,
        made_by: str = "",
    ) -> int:
        """Adds the dossier's next revision of this kind of message, and gives its number."""
        sql = "SELECT max(rev) FROM outbox WHERE dossier_id = ? AND dest = ? AND kind = ?"
        rev = tx.number(sql, (dossier_id, dest, message.kind)) + 1
        self.add(
            tx,
            key=key,
            dossier_id=dossier_id,
            rev=rev,
            dest=dest,
            message=message,
            made_by=made_by,
        )
        return rev

    def note_clock_offset(self, seconds: float | None) -> None:
        """How far the machine's clock is off; rows that are added keep it beside their time."""
        self._clock_offset_ms = None if seconds is None else round(seconds * 1000)
        if self._clock_offset_ms is not None:
            self._clock_keeper.note(self._clock_offset_ms)

    @property
    def clock_is_wrong(self) -> bool:
        """Whether the answers of this run say that the clock is off by more than five minutes."""
        return is_wrong((self._clock_offset_ms or 0) / 1000)

    def claim(
        self, dest: str, limit: int = 1, lease_s: float = 120, *, urgent: bool = False
    ) -> list[Item]:
        """Leases what is due for a destination, in order, at most `limit` rows.

        What is urgent goes first, then dossiers, then news of their progress; `urgent`: nothing else.
        A row whose bytes no longer match their hash is quarantined instead. The lease ends after
        `lease_s` seconds (at most one hour); then `recover` makes the row ready again.
        """
        with self._database.transaction() as tx:
            while True:
                taken = self._lease(tx, due.rows(tx, dest, limit, urgent=urgent), lease_s)
                whole = [item for item in taken if self._is_whole(tx, item)]
                if whole or not taken:
                    break
        self._leased.update(item.seq for item in whole)
        return whole

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread settles inside is one durable write at its end, or none of it."""
        leased = set(self._leased)
        try:
            with self._database.transaction() as tx:
                self._group = (get_ident(), tx)
                try:
                    yield
                finally:
                    self._group = None
        except BaseException:
            self._leased = leased  # none of it happened
            raise

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        group = self._group
        if group is not None and group[0] == get_ident():
            yield group[1]
            return
        with self._database.transaction() as tx:
            yield tx

    def put_back(self, seqs: Sequence[int]) -> None:
        """Claimed rows that were not tried after all: ready again as they were, no attempt counted."""
        if not seqs:
            return
        with self._writing() as tx:
            for seq in seqs:
                if self._lost(tx, seq):
                    continue
                expect(tx, seq, State.READY, State.SENDING)
                put_back(tx, seq)
                self._leased.discard(seq)

    def acknowledge(self, seq: int, receipt: bytes, *, status: int, duration_ms: int) -> None:
        """The destination has accepted the row: its receipt is stored for good.

        Also lawful for a row whose lease ended while the answer was under way, whatever became of it
        meanwhile: the receipt is the truth. One that another process has acknowledged stays as it is.
        """
        with self._writing() as tx:
            before = standing(tx, seq)
            if before.state is State.ACKNOWLEDGED and seq in self._leased:
                self._give_up(tx, seq)
                return
            late = before.attempts > 0 and before.state is not State.ACKNOWLEDGED
            if before.state not in (State.SENDING, State.SENT) and not late:
                raise IllegalTransition(f"outbox row {seq}: {before.state} to acknowledged")
            sealed = tx.vault.seal(receipt, views.receipt_of(before.key))
            tx.execute("UPDATE outbox SET receipt = ? WHERE seq = ?", (sealed, seq))
            move(tx, seq, State.ACKNOWLEDGED, status=status, duration_ms=duration_ms)
            journal.append(
                tx,
                journal.Kind.SYNC_ACKNOWLEDGED,
                before.dossier_id,
                self._station,
                before.kind,
                hashlib.sha256(receipt).digest(),
            )
        self._leased.discard(seq)

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
        """Sending failed or its outcome is unknown: same key, same bytes, not before `wait_s`.

        `counts=False` takes the attempt back (the network's login page answered, a wrong clock).
        `own`: it failed for reasons of its own (`Item.failures`).
        """
        wait_ms = round(min(max(wait_s, 0), LONGEST_WAIT_S) * 1000)
        with self._writing() as tx:
            if self._lost(tx, seq):
                return
            expect(tx, seq, State.READY, State.SENDING)
            tx.execute(
                """UPDATE outbox SET next_at = ?, attempts = attempts - ?,
                     own_failures = own_failures + ? WHERE seq = ?""",
                (tx.at_ms + wait_ms, 0 if counts else 1, int(own), seq),
            )
            move(tx, seq, State.READY, status, error, detail, duration_ms)
        self._leased.discard(seq)

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
        """The destination took the row without a final receipt: asked again after `wait_s`, same key."""
        wait_ms = round(min(max(wait_s, 0), LONGEST_WAIT_S) * 1000)
        with self._writing() as tx:
            if self._lost(tx, seq):
                return
            expect(tx, seq, State.SENT, State.SENDING)
            tx.execute("UPDATE outbox SET next_at = ? WHERE seq = ?", (tx.at_ms + wait_ms, seq))
            move(tx, seq, State.SENT, status, error, detail, duration_ms)
        self._leased.discard(seq)

    def needs_attention(
        self,
        seq: int,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None:
        """The destination refused the row; a person must decide. `detail`: field names only."""
        with self._writing() as tx:
            if self._lost(tx, seq):
                return
            expect(tx, seq, State.NEEDS_ATTENTION, State.SENDING, State.SENT)
            move(tx, seq, State.NEEDS_ATTENTION, status, error, detail, duration_ms)
        self._leased.discard(seq)

    def quarantine(
        self,
        seq: int,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None:
        """The row is set apart: its bytes, its key or its file can't be what they should be."""
        with self._writing() as tx:
            if self._lost(tx, seq):
                return
            expect(tx, seq, State.QUARANTINED, State.SENDING, State.SENT, State.NEEDS_ATTENTION)
            move(tx, seq, State.QUARANTINED, status, error, detail, duration_ms)
        self._leased.discard(seq)

    def release(self, seq: int, reason: str, by: str = "") -> None:
        """A person has a row sent again unchanged and at once, and says why; `by`: a pseudonym.

        Lawful for a row that a person must decide about, and for one that only waits for its time.
        """
        with self._database.transaction() as tx:
            stopped = (State.NEEDS_ATTENTION, State.QUARANTINED)
            expect(tx, seq, State.READY, State.READY, State.SENT, *stopped)
            if tx.number(f"SELECT count(*) FROM outbox WHERE seq = ? AND {_SUPERSEDED}", (seq,)):  # noqa: S608
                raise IllegalTransition(f"outbox row {seq} is superseded")
            tx.execute("UPDATE outbox SET next_at = 0, own_failures = 0 WHERE seq = ?", (seq,))
            decide(tx, seq, State.READY, RELEASED, Decision(reason, by or self._station))

    def hold(self, seq: int, reason: str, by: str = "") -> None:
        """A person keeps a row back until it is released, and says why.

        Lawful for what isn't under way just now. The dossier's later rows wait behind it.
        """
        with self._database.transaction() as tx:
            expect(tx, seq, State.NEEDS_ATTENTION, State.READY, State.SENT, State.NEEDS_ATTENTION)
            decide(tx, seq, State.NEEDS_ATTENTION, HELD, Decision(reason, by or self._station))

    def recover(self, *, idle: bool = False) -> int:
        """Makes rows ready whose lease is over, and gives their number.

        ``idle``: this run sends nothing just now, so what it still holds leased was left by a fault (a full disk
        while it settled) and is taken back as well.

        The first call of a run also takes back what earlier runs of this station left leased; that
        is safe because the state folder's lock lets only one program run.
        """
        with self._database.transaction() as tx:
            rows = tx.rows(
                """SELECT seq FROM outbox
                   WHERE state = 'sending' AND state <> 'acknowledged' AND (lease_until <= :now
                     OR lease_until > :now + :longest
                     OR (:idle AND lease_by = :me)
                     OR (:first AND lease_by LIKE :station ESCAPE '\\' AND lease_by <> :me))""",
                {
                    "now": tx.at_ms,
                    "longest": _LONGEST_LEASE_MS,
                    "idle": int(idle),
                    "first": int(self._first_recovery),
                    "station": self._station.replace("_", "\\_").replace("%", "\\%") + "/%",
                    "me": self._run,
                },
            )
            for row in rows:
                move(tx, int(row["seq"]), State.READY, error="LEASE_ENDED")
                self._leased.discard(int(row["seq"]))
        self._first_recovery = False
        return len(rows)

    def make_due(self, dest: str) -> int:
        """Makes every waiting row of a destination due now, and gives their number."""
        with self._database.transaction() as tx:
            rows = due.waiting(tx, dest)
            for seq, state in rows:
                tx.execute("UPDATE outbox SET next_at = ? WHERE seq = ?", (tx.at_ms, seq))
                log(tx, seq, state, error="MADE_DUE")
        return len(rows)

    def next_at(self, dest: str, *, urgent: bool = False) -> datetime | None:
        """When the next (urgent) row of a destination may be claimed; the present when one may be now."""
        at = due.next_at(self._database.read(), dest, urgent=urgent)
        if at is None:
            return None
        now = to_ms(self._clock())
        return from_ms(at if now < at <= now + LONGEST_WAIT_S * 1000 else now)

    def rest_s(self, dest: str) -> tuple[float, Rest | None]:
        """Seconds that a destination is still left alone, and why; kept across restarts."""
        rest = rests.load(self._database.read(), dest)
        if rest is None:
            return 0.0, None
        return rest.left_s(self._clock(), self._boot, monotonic_ms()), rest

    def keep_rest(self, dest: str, stops: int, length_s: float, fault: str) -> None:
        """The destination is left alone from now on; no ``stops``: no more."""
        with self._database.transaction() as tx:
            rest = Rest(
                stops, fault, min(length_s, LONGEST_WAIT_S), tx.at, self._boot, monotonic_ms()
            )
            rests.save(tx, dest, rest if stops else None)

    def counts(self) -> dict[str, int]:
        """How many rows stand in each state; every state is there."""
        return views.counts(self._database.read())

    def will_go(self, dest: str) -> tuple[int, datetime | None]:
        """How many rows go without anybody's help, and since when the oldest of them waits."""
        return views.will_go(self._database.read(), dest)

    def is_acknowledged(self, key: str) -> bool:
        """Whether the portal's receipt for this key is stored."""
        sql = "SELECT count(*) FROM outbox WHERE key = ? AND state = 'acknowledged'"
        return bool(self._database.read().number(sql, (key,)))

    def unsent(self, dest: str) -> int:
        """How many rows the destination has not acknowledged."""
        return views.unsent(self._database.read(), dest)

    def rows(
        self, *, dest: str | None = None, open_only: bool = True, limit: int = 500
    ) -> list[Row]:
        """Rows for the clerk's list, oldest first; `open_only` leaves acknowledged ones out."""
        return views.rows(self._database.read(), dest, open_only, limit)

    def _lease(self, tx: Transaction, seqs: list[int], lease_s: float) -> list[Item]:
        until = tx.at_ms + min(round(lease_s * 1000), _LONGEST_LEASE_MS)
        items = []
        for seq in seqs:
            tx.execute(
                """UPDATE outbox SET state = 'sending', lease_until = ?, lease_by = ?,
                     attempts = attempts + 1 WHERE seq = ?""",
                (until, self._run, seq),
            )
            log(tx, seq, State.SENDING)
            items.append(views.item(tx, seq))
        return items

    def _lost(self, tx: Transaction, seq: int) -> bool:
        """Whether our lease is another's by now (two processes, a clock that jumped): that one tells."""
        if seq not in self._leased:
            return False
        row = tx.row("SELECT lease_by FROM outbox WHERE seq = ?", (seq,))
        if row is not None and row["lease_by"] == self._run:
            return False
        self._give_up(tx, seq)
        return True

    def _give_up(self, tx: Transaction, seq: int) -> None:
        self._leased.discard(seq)
        log(tx, seq, standing(tx, seq).state, error="LEASE_LOST")

    def _is_whole(self, tx: Transaction, item: Item) -> bool:
        row = tx.row("SELECT body_sha256 FROM outbox WHERE seq = ?", (item.seq,))
        if row is not None and row["body_sha256"] == hashlib.sha256(item.body).digest():
            return True
        move(tx, item.seq, State.QUARANTINED, error="BODY_DAMAGED")
        return False
