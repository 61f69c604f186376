"""Whatever happens in whatever order: no row is lost, none moves unlawfully, none waits for ever."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from kiosk.outbox.message import State
from kiosk.outbox.outbox import Outbox
from tests.unit.dossiers.office import a_submission, open_office

PORTAL = "portal"
MEMORY = Path("/dev/shm")  # durability is not what is tested here
LAWFUL = {
    (None, "ready"),
    ("ready", "sending"),
    ("ready", "ready"),
    ("sending", "sent"),
    ("sent", "sending"),
    ("sent", "sent"),
    ("sent", "needs_attention"),
    ("ready", "needs_attention"),
    ("needs_attention", "needs_attention"),
    ("needs_attention", "acknowledged"),
    ("ready", "acknowledged"),
    ("sending", "acknowledged"),
    ("sending", "ready"),
    ("sending", "needs_attention"),
    ("sending", "quarantined"),
    ("needs_attention", "ready"),
    ("needs_attention", "quarantined"),
    ("quarantined", "ready"),
}


class OutboxMachine(RuleBasedStateMachine):
    claimed = Bundle("claimed")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.office = open_office(self.folder)
        self.dossiers = 0
        self.receipts: dict[int, bytes] = {}

    def teardown(self) -> None:
        self.office.close()
        shutil.rmtree(self.folder)

    def state(self, seq: int) -> State:
        return next(row.state for row in self.office.outbox.rows(open_only=False) if row.seq == seq)

    @rule()
    def hand_in(self):
        self.dossiers += 1
        self.office.register.hand_in(a_submission(f"key-{self.dossiers}"))

    @rule(target=claimed, lease=st.sampled_from([1, 120]))
    def claim(self, lease):
        items = self.office.outbox.claim(PORTAL, lease_s=lease)
        return items[0].seq if items else None

    @rule(
        seq=consumes(claimed),
        how=st.sampled_from(["yes", "retry", "free", "taken", "attention", "poison"]),
    )
    def answer(self, seq, how):
        if seq is None:
            return
        outbox, state = self.office.outbox, self.state(seq)
        if how == "yes" and state in (State.SENDING, State.READY):
            outbox.acknowledge(seq, f"{seq}".encode(), status=201, duration_ms=1)
            self.receipts[seq] = f"{seq}".encode()
        elif state is State.SENDING:
            if how == "attention":
                outbox.needs_attention(seq)
            elif how == "poison":
                outbox.quarantine(seq)
            elif how == "taken":
                outbox.sent(seq, 60, status=202)
            else:
                outbox.retry(seq, 60, counts=how != "free")

    @rule(seconds=st.sampled_from([1, 60, 3600, -5, -(10**7)]))
    def time_passes(self, seconds):
        self.office.clock.pass_(seconds)

    @rule()
    def recover(self):
        self.office.outbox.recover()

    @rule()
    def restart(self):
        self.office.outbox = Outbox(self.office.database, "kiosk-01", self.office.clock)
        self.office.outbox.recover()
        assert self.office.outbox.counts()["sending"] == 0

    @rule()
    def make_due(self):
        self.office.outbox.make_due(PORTAL)

    @rule(which=st.integers(0, 20))
    def hold(self, which):
        lawful = (State.READY, State.SENT)
        rows = [row for row in self.office.outbox.rows() if row.state in lawful]
        if rows:
            self.office.outbox.hold(rows[which % len(rows)].seq, "looked at")

    @rule()
    def release_all(self):
        for row in self.office.outbox.rows():
            if row.state in (State.NEEDS_ATTENTION, State.QUARANTINED):
                self.office.outbox.release(row.seq, "looked at")

    @invariant()
    def nothing_is_lost(self):
        counts = self.office.outbox.counts()
        assert sum(counts.values()) == 2 * self.dossiers
        assert counts["acknowledged"] == len(self.receipts)
        assert self.office.outbox.unsent(PORTAL) == 2 * self.dossiers - len(self.receipts)

    @invariant()
    def every_step_was_lawful(self):
        before: dict[int, str] = {}
        rows = self.office.database.read().rows("SELECT * FROM attempt_log ORDER BY id")
        for row in rows:
            step = (before.get(row["outbox_seq"]), row["state"])
            assert step in LAWFUL
            before[row["outbox_seq"]] = row["state"]
        for row in self.office.outbox.rows(open_only=False):
            assert before[row.seq] == row.state

    @invariant()
    def a_dossiers_rows_go_in_order(self):
        sql = """SELECT count(*) FROM outbox AS late JOIN outbox AS early USING (dossier_id)
                 WHERE late.seq > early.seq AND early.state <> 'acknowledged' AND late.attempts > 0"""
        assert self.office.database.read().number(sql) == 0

    @invariant()
    def what_is_due_can_be_known(self):
        due = self.office.outbox.next_at(PORTAL)
        counts = self.office.outbox.counts()
        ready = counts["ready"] + counts["sent"]
        assert due is None or (ready and due >= self.office.clock.at)


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
