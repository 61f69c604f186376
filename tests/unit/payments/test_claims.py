"""One claim a dossier and fee, one open attempt a claim, and no move without its reason."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.faults import Fault
from kiosk.journal.journal import Kind
from kiosk.payments import rows
from kiosk.payments.claim import ClaimState, Collect, amount_of
from kiosk.payments.claims import Claims, Exemption, Fee
from kiosk.payments.takings import Receipt
from kiosk.store.database import Database
from tests.fakes.fee_office import CODE, FEE, FeeOffice


def test_a_claim_is_made_once_for_a_fee_of_a_dossier(office: FeeOffice) -> None:
    first = office.claim()
    assert (first.id, first.amount, first.state) == (f"{CODE}-20261123140000", 10_000, "unpaid")
    office.clock.move(60)
    assert office.claim() == first
    assert rows.claims_of(office.reader, CODE) == [first]
    assert office.told() == [Kind.FEE_CLAIMED]


def test_two_fees_of_one_second_are_two_claims(office: FeeOffice) -> None:
    first, second = office.claim(), office.claim(fee=Fee("LP-1", "Lệ phí", "le_phi", 5000))
    assert first.id != second.id
    assert (
        office.claims.begin(first.id, "k")[0].reference
        != office.claims.begin(second.id, "k")[0].reference
    )


def test_another_sum_needs_the_first_claim_voided(office: FeeOffice) -> None:
    first = office.claim()
    dearer = Fee(FEE.code, FEE.name, FEE.kind, 12_000)
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.claim(fee=dearer)
    office.claims.void(first.id, "Đếm nhầm số trang", "clerk-1")
    second = office.claim(fee=dearer)
    assert second.amount == 12_000
    void, unpaid = rows.claims_of(office.reader, CODE)
    assert (void.state, void.reason, unpaid.state) == ("void", "Đếm nhầm số trang", "unpaid")
    assert office.told() == [Kind.FEE_CLAIMED, Kind.FEE_VOIDED, Kind.FEE_CLAIMED]


def test_a_void_needs_a_reason_and_a_claim_that_was_not_paid(office: FeeOffice) -> None:
    claim = office.claim()
    with pytest.raises(ValueError, match="words"):
        office.claims.void(claim.id, " \n", "clerk-1")
    office.takings.cash(claim.id, Receipt("01BLP2-001", "28AA-17T", "0000001"), "clerk-1")
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.claims.void(claim.id, "Nhầm", "clerk-1")


def test_who_is_exempt_owes_nothing_and_starts_no_payment(office: FeeOffice) -> None:
    proof = Exemption("Hộ nghèo", "Giấy chứng nhận hộ nghèo")
    claim = office.claims.make(f"id-{CODE}", FEE, "clerk-1", exemption=proof)
    assert (claim.collect, claim.amount, claim.owed) == (Collect.EXEMPT, 0, 0)
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.claims.begin(claim.id, "kiosk-01")
    with pytest.raises(ValueError, match="reason"):
        office.claims.make(f"id-{CODE}", FEE, "clerk-1", Collect.EXEMPT)


def test_a_payment_is_started_once(office: FeeOffice) -> None:
    claim = office.claim()
    first, fresh = office.claims.begin(claim.id, "kiosk-01")
    assert fresh
    assert first.reference == "dvcH2918261123000120261123140000"
    office.clock.move(5)
    assert office.claims.begin(claim.id, "kiosk-01") == (first, False)
    assert rows.claims_of(office.reader, CODE)[0].state is ClaimState.PENDING
    assert office.told() == [Kind.FEE_CLAIMED, Kind.PAYMENT_STARTED]


def test_many_at_once_start_one_payment(office: FeeOffice) -> None:
    """Several programs on one file: each has a connection of its own."""
    claim = office.claim()

    def begin(_: int) -> tuple[str, bool]:
        with Database(office.file, office.clock) as database:
            attempt, fresh = Claims(database).begin(claim.id, "kiosk-01")
            return attempt.reference, fresh

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(begin, range(16)))
    assert len({reference for reference, _ in found}) == 1
    assert sum(fresh for _, fresh in found) == 1


def test_the_file_itself_refuses_a_second_open_attempt(office: FeeOffice) -> None:
    claim = office.claim()
    office.claims.begin(claim.id, "kiosk-01")
    with pytest.raises(sqlite3.IntegrityError), office.database.transaction() as tx:
        tx.execute(
            "INSERT INTO payment_attempt(reference, claim_id, amount, started_at, started_by, next_at)"
            " VALUES ('other', ?, 10000, 1, 'x', 1)",
            (claim.id,),
        )


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM fee_claim",
        "UPDATE fee_claim SET amount = 1",
        "UPDATE fee_claim SET state = 'refunded', reason = 'x'",
        "UPDATE fee_claim SET state = 'void'",
        "DELETE FROM payment_attempt",
    ],
)
def test_the_file_itself_holds_the_rules(office: FeeOffice, sql: str) -> None:
    office.claims.begin(office.claim().id, "kiosk-01")
    with pytest.raises(sqlite3.IntegrityError), office.database.transaction() as tx:
        tx.execute(sql)


def test_after_an_attempt_that_failed_a_new_one_has_a_new_reference(office: FeeOffice) -> None:
    claim = office.claim()
    first, _ = office.claims.begin(claim.id, "kiosk-01")
    with pytest.raises(Fault, match="PAYMENT_OPEN"):
        office.claims.void(claim.id, "Đổi ý", "clerk-1")
    office.takings.ended(first.reference, "failed")
    office.takings.ended(first.reference, "failed again")
    second, fresh = office.claims.begin(claim.id, "kiosk-01")
    assert fresh
    assert second.reference != first.reference
    assert office.told().count(Kind.PAYMENT_ENDED) == 1
    assert [one.why for one in rows.attempts_of(office.reader, claim.id)] == ["failed", ""]


@pytest.mark.parametrize("amount", [0, -1, 10_000.0, True, "10000", None, 10**12])
def test_no_amount_but_whole_dong(office: FeeOffice, amount: object) -> None:
    with pytest.raises(ValueError, match="whole"):
        amount_of(amount)
    with pytest.raises(ValueError, match="whole"):
        office.claim(fee=Fee("X", "X", "phi", amount))  # type: ignore[arg-type]


def test_no_number_with_a_fraction_stands_in_the_code() -> None:
    """Money is never a float: neither a literal, nor a name, nor a division that makes one."""
    import ast

    import kiosk.payments
    import sync.payments

    for package in (kiosk.payments, sync.payments):
        for file in Path(package.__path__[0]).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), file
                assert not (isinstance(node, ast.Name) and node.id in ("float", "Decimal")), file
                assert not isinstance(node, ast.Div), file


def test_unknown_dossiers_and_claims_are_no_faults_of_the_world(office: FeeOffice) -> None:
    with pytest.raises(ValueError, match="dossier"):
        office.claims.make("id-none", FEE, "clerk-1")
    with pytest.raises(ValueError, match="claim"):
        office.claims.begin("none", "kiosk-01")
    with pytest.raises(ValueError, match="phi"):
        office.claim(fee=Fee("X", "X", "other", 1000))


def test_an_exemption_takes_the_place_of_a_claim_that_asks(office: FeeOffice) -> None:
    asked = office.claim()
    why = Exemption("Người có công", "Giấy chứng nhận")
    exempt = office.claims.exempt(asked.dossier_id, FEE, why, "clerk-1")
    assert (exempt.owed, exempt.collect) == (0, Collect.EXEMPT)
    found = rows.claim(office.reader, asked.id)
    assert found is not None
    assert (found.state, found.reason) == (ClaimState.VOID, "Người có công")
    assert office.claims.exempt(asked.dossier_id, FEE, why, "clerk-1") == exempt


def test_nobody_is_exempt_from_what_is_being_paid_or_was_paid(office: FeeOffice) -> None:
    asked = office.claim()
    why = Exemption("Người có công", "Giấy chứng nhận")
    attempt, _ = office.claims.begin(asked.id, "kiosk-01")
    with pytest.raises(Fault, match="PAYMENT_OPEN"):
        office.claims.exempt(asked.dossier_id, FEE, why, "clerk-1")
    office.takings.ended(attempt.reference, "failed")
    office.takings.cash(asked.id, Receipt("01BLP2-001", "28AA-17T", "1"), "clerk-1")
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        office.claims.exempt(asked.dossier_id, FEE, why, "clerk-1")
