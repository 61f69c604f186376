"""Whatever people, platform and line do in whatever order: no đồng is lost, none is counted twice."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.faults import Fault
from kiosk.payments import rows
from kiosk.payments.claim import ClaimState, Confirmed, Standing
from kiosk.payments.takings import Receipt
from tests.fakes.fee_office import CODE, FeeOffice

LAWFUL = {"PAYMENT_STATE", "PAYMENT_OPEN", "PAYMENT_MISMATCH", "PAYMENT_RECEIPT"}


class Money(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.office = FeeOffice(self.folder)
        self.claim_id = self.office.claim().id
        self.came: dict[str, int] = {}
        self.state = ClaimState.UNPAID

    def teardown(self) -> None:
        self.office.close()
        shutil.rmtree(self.folder)

    @property
    def references(self) -> list[str]:
        return [one.reference for one in rows.attempts_of(self.office.reader, self.claim_id)]

    @property
    def payments(self) -> list[int]:
        return [one.id for one in rows.payments_of(self.office.reader, self.claim_id)]

    @rule()
    def begin(self) -> None:
        self.office.clock.move(1)
        with suppress_lawful():
            self.office.claims.begin(self.claim_id, "kiosk-01")

    @precondition(lambda self: self.references)
    @rule(data=st.data(), number=st.integers(1, 4), amount=st.sampled_from([10_000, 9000]))
    def platform_says_paid(self, data: st.DataObject, number: int, amount: int) -> None:
        reference = data.draw(st.sampled_from(self.references))
        with suppress_lawful():
            self.office.takings.confirmed(
                Confirmed(reference, f"GD{number}", amount, self.office.clock())
            )
            self.came.setdefault(f"GD{number}", amount)

    @precondition(lambda self: self.references)
    @rule(data=st.data())
    def platform_says_failed(self, data: st.DataObject) -> None:
        self.office.takings.ended(data.draw(st.sampled_from(self.references)), "failed")

    @rule(number=st.integers(1, 2), despite=st.sampled_from(["", "Mất mạng"]))
    def cash(self, number: int, despite: str) -> None:
        with suppress_lawful():
            book = Receipt("F", "S", str(number))
            self.office.takings.cash(self.claim_id, book, "clerk-1", despite)
            self.came.setdefault(book.text, 10_000)

    @rule()
    def void(self) -> None:
        with suppress_lawful():
            self.office.claims.void(self.claim_id, "Nhầm", "clerk-1")

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), act=st.sampled_from(["propose", "refund", "count"]))
    def person_decides(self, data: st.DataObject, act: str) -> None:
        payment_id = data.draw(st.sampled_from(self.payments))
        takings = self.office.takings
        with suppress_lawful():
            if act == "propose":
                takings.propose_refund(payment_id, "Sai", "chief")
            elif act == "refund":
                takings.refunded(payment_id, "UNC", "chief")
            else:
                takings.count_held(payment_id, "Đủ", "chief")

    @invariant()
    def every_dong_is_noted_once(self) -> None:
        noted = rows.payments_of(self.office.reader, self.claim_id)
        assert {one.number: one.amount for one in noted} == self.came
        assert len(noted) == len(self.came)

    @invariant()
    def one_pays_and_one_runs(self) -> None:
        noted = rows.payments_of(self.office.reader, self.claim_id)
        counted = [one for one in noted if one.standing is Standing.COUNTED]
        running = [
            one for one in rows.attempts_of(self.office.reader, self.claim_id) if one.is_open
        ]
        assert len(counted) <= 1
        assert len(running) <= 1
        state = rows.claims_of(self.office.reader, CODE)[0].state
        assert (state in (ClaimState.PAID, ClaimState.REFUNDED)) == bool(counted)
        if state is ClaimState.REFUNDED:
            refund = rows.refund(self.office.reader, counted[0].id)
            assert refund is not None
            assert refund.done_at is not None

    @invariant()
    def what_is_too_much_is_to_go_back(self) -> None:
        for one in rows.payments_of(self.office.reader, self.claim_id):
            if one.standing is Standing.EXTRA:
                assert rows.refund(self.office.reader, one.id) is not None

    @invariant()
    def claims_move_lawfully(self) -> None:
        state = rows.claims_of(self.office.reader, CODE)[0].state
        if self.state in (ClaimState.VOID, ClaimState.REFUNDED):
            assert state is self.state
        if self.state is ClaimState.PAID:
            assert state in (ClaimState.PAID, ClaimState.REFUNDED)
        self.state = state


class suppress_lawful(suppress):  # noqa: N801  used like contextlib's
    """Lets pass the faults that say: not in this state."""

    def __init__(self) -> None:
        super().__init__(Fault)

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if isinstance(error, Fault):
            assert error.code in LAWFUL
            return True
        return False


Money.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestMoney = Money.TestCase
