"""Every đồng is noted once: paid, paid twice, too late, too little, at the counter, and given back."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from kiosk.faults import Fault
from kiosk.journal.journal import Kind
from kiosk.payments import rows
from kiosk.payments.claim import AttemptState, Channel, ClaimState, Confirmed, Standing
from kiosk.payments.takings import NOTHING_OWED, PAID_TWICE, Receipt
from tests.fakes.fee_office import CODE, FeeOffice

AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
BOOK = Receipt("01BLP2-001", "28AA-17T", "0000001")


def begun(office: FeeOffice) -> tuple[str, str]:
    claim = office.claim()
    return claim.id, office.claims.begin(claim.id, "kiosk-01")[0].reference


def state(office: FeeOffice) -> ClaimState:
    return rows.claims_of(office.reader, CODE)[-1].state


def test_the_platforms_money_pays_the_claim_once(office: FeeOffice) -> None:
    _, reference = begun(office)
    paid = office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT))
    assert office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT)) == paid
    assert (paid.standing, paid.day.isoformat(), state(office)) == ("counted", "2026-11-23", "paid")
    attempt = rows.attempt(office.reader, reference)
    assert attempt is not None
    assert attempt.state is AttemptState.PAID
    assert office.told() == [Kind.FEE_CLAIMED, Kind.PAYMENT_STARTED, Kind.FEE_PAID]


def test_paid_twice_keeps_both_and_proposes_a_refund(office: FeeOffice) -> None:
    claim_id, reference = begun(office)
    first = office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT))
    second = office.takings.confirmed(Confirmed(reference, "GD2", 10_000, AT))
    assert [one.standing for one in rows.payments_of(office.reader, claim_id)] == [
        "counted",
        "extra",
    ]
    (due,) = rows.refunds_to_do(office.reader)
    assert (due.payment_id, due.amount, due.reason) == (second.id, 10_000, PAID_TWICE)
    office.takings.refunded(second.id, "UNC-77", "clerk-2")
    assert state(office) is ClaimState.PAID
    assert rows.counted(office.reader, claim_id) == first
    assert rows.refunds_to_do(office.reader) == []
    assert office.told()[-3:] == [Kind.PAYMENT_EXTRA, Kind.REFUND_PROPOSED, Kind.REFUND_DONE]
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.takings.refunded(second.id, "UNC-78", "clerk-2")


def test_money_for_an_attempt_that_had_failed_still_pays(office: FeeOffice) -> None:
    _, reference = begun(office)
    office.takings.ended(reference, "expired")
    assert office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT)).standing == "counted"
    assert state(office) is ClaimState.PAID


def test_money_for_a_void_claim_goes_back(office: FeeOffice) -> None:
    claim_id, reference = begun(office)
    office.takings.ended(reference, "expired")
    office.claims.void(claim_id, "Người dân đổi ý", "clerk-1")
    late = office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT))
    assert late.standing is Standing.EXTRA
    (due,) = rows.refunds_to_do(office.reader)
    assert due.reason == NOTHING_OWED
    assert state(office) is ClaimState.VOID


@pytest.mark.parametrize("amount", [9_999, 10_001, 1])
def test_another_sum_is_held_until_a_person_decides(office: FeeOffice, amount: int) -> None:
    claim_id, reference = begun(office)
    held = office.takings.confirmed(Confirmed(reference, "GD1", amount, AT))
    assert held.standing is Standing.HELD
    assert state(office) is ClaimState.PENDING
    for act in (
        lambda: office.claims.begin(claim_id, "kiosk-01"),
        lambda: office.takings.cash(claim_id, BOOK, "clerk-1"),
    ):
        with pytest.raises(Fault, match="PAYMENT_MISMATCH"):
            act()
    assert office.takings.count_held(held.id, "Ngân hàng trừ phí", "chief").standing == "counted"
    assert state(office) is ClaimState.PAID
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.takings.count_held(held.id, "Lần nữa", "chief")
    assert office.told()[-2:] == [Kind.PAYMENT_HELD, Kind.PAYMENT_DECIDED]


def test_held_money_can_go_back_and_the_claim_be_paid_anew(office: FeeOffice) -> None:
    claim_id, reference = begun(office)
    held = office.takings.confirmed(Confirmed(reference, "GD1", 1, AT))
    office.takings.propose_refund(held.id, "Sai số tiền", "chief")
    _, fresh = office.claims.begin(claim_id, "kiosk-01")
    assert fresh
    office.takings.refunded(held.id, "UNC-1", "chief")
    assert state(office) is ClaimState.PENDING


def test_a_transaction_never_changes_its_story(office: FeeOffice) -> None:
    _, reference = begun(office)
    office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT))
    for other in (Confirmed(reference, "GD1", 9_000, AT), Confirmed("dvcX", "GD1", 10_000, AT)):
        with pytest.raises(Fault, match="PAYMENT_MISMATCH"):
            office.takings.confirmed(other)
    with pytest.raises(Fault, match="PAYMENT_MISMATCH"):
        office.takings.confirmed(Confirmed("dvcX", "GD9", 10_000, AT))
    with pytest.raises(ValueError, match="whole"):
        office.takings.confirmed(Confirmed(reference, "GD9", 1e4, AT))  # type: ignore[arg-type]


def test_cash_at_the_counter_with_its_receipt(office: FeeOffice) -> None:
    claim = office.claim()
    taken = office.takings.cash(claim.id, BOOK, "clerk-1")
    assert (taken.channel, taken.number) == (Channel.CASH, "01BLP2-001/28AA-17T/0000001")
    assert (taken.amount, taken.noted_by, taken.taken_at) == (10_000, "clerk-1", office.clock())
    assert office.takings.cash(claim.id, BOOK, "clerk-1") == taken, "pressed twice"
    assert state(office) is ClaimState.PAID
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.takings.cash(claim.id, Receipt("01BLP2-001", "28AA-17T", "0000002"), "clerk-1")


def test_a_receipt_is_used_once(office: FeeOffice) -> None:
    office.takings.cash(office.claim().id, BOOK, "clerk-1")
    other = "H29.18-261123-0002"
    office.hand_in(other)
    with pytest.raises(Fault, match="PAYMENT_RECEIPT"):
        office.takings.cash(office.claim(other).id, BOOK, "clerk-1")
    with pytest.raises(ValueError, match="words"):
        office.takings.cash(office.claim(other).id, Receipt("", "28AA-17T", "2"), "clerk-1")


def test_cash_while_a_payment_runs_needs_a_reason_and_the_late_money_goes_back(
    office: FeeOffice,
) -> None:
    claim_id, reference = begun(office)
    with pytest.raises(Fault, match="PAYMENT_OPEN"):
        office.takings.cash(claim_id, BOOK, "clerk-1")
    office.takings.cash(claim_id, BOOK, "clerk-1", "Mất mạng, người dân chờ lâu")
    assert state(office) is ClaimState.PAID
    late = office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT))
    assert late.standing is Standing.EXTRA
    assert [one.reason for one in rows.refunds_to_do(office.reader)] == [PAID_TWICE]


def test_a_transfer_is_told_by_the_statements_line(office: FeeOffice) -> None:
    found = office.takings.transfer(office.claim().id, "FT26327-001", "clerk-1")
    assert (found.channel, found.number, state(office)) == ("transfer", "FT26327-001", "paid")


def test_the_money_that_paid_goes_back_with_a_reason(office: FeeOffice) -> None:
    _, reference = begun(office)
    paid = office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT))
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.takings.refunded(paid.id, "UNC-1", "chief")
    with pytest.raises(ValueError, match="words"):
        office.takings.propose_refund(paid.id, "", "chief")
    proposed = office.takings.propose_refund(paid.id, "Hồ sơ bị từ chối", "chief")
    assert office.takings.propose_refund(paid.id, "Lý do khác", "chief") == proposed
    done = office.takings.refunded(paid.id, "UNC-1", "cashier")
    claim = rows.claims_of(office.reader, CODE)[0]
    assert (claim.state, claim.reason) == (ClaimState.REFUNDED, "Hồ sơ bị từ chối")
    assert (done.done_by, done.evidence) == ("cashier", "UNC-1")
    assert rows.payments_of(office.reader, claim.id) == [paid], "nothing is deleted"


@pytest.mark.parametrize(
    "sql", ["DELETE FROM payment", "UPDATE payment SET amount = 1", "DELETE FROM refund"]
)
def test_the_file_itself_keeps_what_came(office: FeeOffice, sql: str) -> None:
    _, reference = begun(office)
    for number in ("GD1", "GD2"):
        office.takings.confirmed(Confirmed(reference, number, 10_000, AT))
    with pytest.raises(sqlite3.IntegrityError), office.database.transaction() as tx:
        tx.execute(sql)


def test_the_journal_has_no_words_of_people(office: FeeOffice) -> None:
    _, reference = begun(office)
    paid = office.takings.confirmed(Confirmed(reference, "GD1", 10_000, AT))
    office.takings.propose_refund(paid.id, "Ông Mẫu xin rút", "chief")
    entries = office.reader.rows("SELECT entry FROM journal")
    assert all("Mẫu".encode() not in bytes(row["entry"]) for row in entries)


def test_unknown_payments_are_no_faults_of_the_world(office: FeeOffice) -> None:
    with pytest.raises(ValueError, match="payment"):
        office.takings.propose_refund(77, "x", "chief")
