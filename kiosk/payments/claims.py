"""Makes claims, voids them, and starts payments; each move and its journal entry in one transaction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.clock import at_office
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.journal.journal import Kind
from kiosk.payments import rows
from kiosk.payments.claim import (
    Attempt,
    Channel,
    Claim,
    ClaimState,
    Collect,
    Unfit,
    amount_of,
    words_of,
)
from kiosk.store.database import Database
from kiosk.store.link import Transaction

_STAMP = "%Y%m%d%H%M%S"
_KINDS = ("phi", "le_phi")


@dataclass(frozen=True)
class Fee:
    """One fee of a dossier. ``amount``: whole đồng; ``kind``: phi or le_phi, kept apart by law.

    ``paid``: the way that it was paid; None: it isn't (any more), or that isn't known.
    """

    code: str
    name: str
    kind: str
    amount: int
    paid: Channel | None = None


@dataclass(frozen=True)
class Exemption:
    """Why somebody pays nothing, and the paper that proves it."""

    why: str
    proof: str


class Claims:
    """The office's claims. Raises `Fault` as the store does, and what each call says.

    `Unfit` is for arguments that no caller should pass: an unknown claim, a missing reason.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self,
        dossier_id: str,
        fee: Fee,
        by: str,
        collect: Collect = Collect.BEFORE,
        exemption: Exemption | None = None,
    ) -> Claim:
        """The claim for this fee of the dossier; the one that is there already, unless it was voided.

        Raises `Fault` PAYMENT_STATE when one is there with another sum: that is voided first.
        """
        if fee.kind not in _KINDS or not fee.code:
            raise Unfit("a fee has a code and is phi or le_phi")
        amount = 0 if exemption else amount_of(fee.amount)
        kind = Collect.EXEMPT if exemption else collect
        if kind is Collect.EXEMPT and not exemption:
            raise Unfit("an exemption has a reason and a proof")
        with self._database.transaction() as tx:
            found = tx.row(
                "SELECT id FROM fee_claim WHERE dossier_id = ? AND fee_code = ? AND state <> 'void'",
                (dossier_id, fee.code),
            )
            if found:
                return _same(known(tx, found["id"]), amount)
            claim_id = _free_id(tx, dossier_id)
            _add(tx, claim_id, dossier_id, fee, kind, exemption, by)
            return known(tx, claim_id)

    def exempt(self, dossier_id: str, fee: Fee, exemption: Exemption, by: str) -> Claim:
        """Nothing is to be paid: a claim that asks for the sum is voided for that reason and made anew.

        Raises `Fault` PAYMENT_OPEN while it is being paid, PAYMENT_STATE when it was paid.
        """
        with self._database.transaction() as tx:
            row = tx.row(
                "SELECT id FROM fee_claim WHERE dossier_id = ? AND fee_code = ? AND state <> 'void'",
                (dossier_id, fee.code),
            )
            asked = known(tx, row["id"]) if row else None
            if asked is not None and asked.collect is Collect.EXEMPT:
                return asked
            if asked is not None:
                _void(tx, asked, words_of(exemption.why), by)
            claim_id = _free_id(tx, dossier_id)
            _add(tx, claim_id, dossier_id, fee, Collect.EXEMPT, exemption, by)
            return known(tx, claim_id)

    def begin(self, claim_id: str, by: str) -> tuple[Attempt, bool]:
        """The claim's open attempt, and whether it was made just now. At any time there is one at most.

        Only who gets ``True`` may send it; everybody else shows or asks after what runs. Raises `Fault`
        as `need_owed`.
        """
        with self._database.transaction() as tx:
            claim = known(tx, claim_id)
            running = rows.open_attempt(tx, claim_id)
            if running:
                return running, False
            need_owed(tx, claim)
            reference = _free_reference(tx, claim.dossier_code)
            tx.execute(
                """INSERT INTO payment_attempt(reference, claim_id, amount, started_at, started_by,
                   next_at) VALUES (?, ?, ?, ?, ?, ?)""",
                (reference, claim.id, claim.amount, tx.at_ms, by, tx.at_ms),
            )
            move(tx, claim, ClaimState.PENDING)
            detail = (claim.id, reference, claim.amount)
            journal.append(tx, Kind.PAYMENT_STARTED, claim.dossier_id, by, *detail)
            made = rows.attempt(tx, reference)
            assert made is not None  # noqa: S101  inserted right before
            return made, True

    def void(self, claim_id: str, reason: str, by: str) -> Claim:
        """Ends a claim that was not paid. Raises `Fault` PAYMENT_STATE, or PAYMENT_OPEN while it is being paid."""
        why = words_of(reason)
        with self._database.transaction() as tx:
            _void(tx, known(tx, claim_id), why, by)
            return known(tx, claim_id)


def claim_at_hand_in(
    tx: Transaction, dossier_id: str, dossier_code: str, fees: Sequence[Fee], by: str
) -> None:
    """The claims of a dossier that this very transaction receives, and tells the portal of: it has none yet."""
    for later, fee in enumerate(fees):
        claim_id = f"{dossier_code}-{stamp(tx.at + timedelta(seconds=later))}"
        _add(tx, claim_id, dossier_id, fee, Collect.BEFORE, None, by, ClaimState.UNPAID.value)


def mark_told(tx: Transaction, dossier_id: str) -> None:
    """A message that this very transaction plans tells how the dossier's claims stand now."""
    sql = "UPDATE fee_claim SET told = state WHERE dossier_id = ? AND told <> state"
    tx.execute(sql, (dossier_id,))


_MOVES = {
    (ClaimState.UNPAID, ClaimState.PENDING),
    (ClaimState.UNPAID, ClaimState.PAID),
    (ClaimState.UNPAID, ClaimState.VOID),
    (ClaimState.PENDING, ClaimState.PAID),
    (ClaimState.PENDING, ClaimState.VOID),
    (ClaimState.PAID, ClaimState.REFUNDED),
}


def move(tx: Transaction, claim: Claim, state: ClaimState, reason: str = "") -> None:
    """Writes a claim's new state; the same one again is nothing. Raises `Fault` PAYMENT_STATE."""
    if claim.state is state and state is ClaimState.PENDING:
        return
    if (claim.state, state) not in _MOVES:
        raise Fault("PAYMENT_STATE", f"{claim.id}: {claim.state.value} to {state.value}")
    tx.execute(
        "UPDATE fee_claim SET state = ?, reason = ?, changed_at = ? WHERE id = ?",
        (state.value, reason, tx.at_ms, claim.id),
    )


def need_owed(tx: Transaction, claim: Claim) -> None:
    """Raises `Fault` PAYMENT_STATE when nothing is owed, PAYMENT_MISMATCH while another sum that came is held."""
    if not claim.owed:
        raise Fault("PAYMENT_STATE", f"{claim.id} is {claim.state.value}")
    if any(one.claim_id == claim.id for one in rows.held(tx)):
        raise Fault("PAYMENT_MISMATCH", f"{claim.id}: money is held")


def hash_of(words: str) -> bytes:
    """What the journal keeps of words that a person wrote."""
    return hashlib.sha256(words.encode("utf-8")).digest()


def stamp(moment: datetime) -> str:
    """``yyyyMMddHHmmss`` of the office's clock, twenty-four hours a day."""
    return at_office(moment).strftime(_STAMP)


def known(tx: Transaction, claim_id: str) -> Claim:
    """Raises `Unfit` for an unknown claim."""
    found = rows.claim(tx, claim_id)
    if found is None:
        raise Unfit("no such claim")
    return found


def _add(
    tx: Transaction,
    claim_id: str,
    dossier_id: str,
    fee: Fee,
    collect: Collect,
    exemption: Exemption | None,
    by: str,
    told: str = "",
) -> None:
    why, proof = (words_of(exemption.why), words_of(exemption.proof)) if exemption else ("", "")
    amount = 0 if exemption else amount_of(fee.amount)
    tx.execute(
        """INSERT INTO fee_claim(id, dossier_id, fee_code, fee_name, kind, amount, collect,
           exempt_why, exempt_proof, made_at, changed_at, told) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)""",
        (
            *(claim_id, dossier_id, fee.code, fee.name, fee.kind, amount, collect.value),
            *(why, proof, tx.at_ms, tx.at_ms, told),
        ),
    )
    journal.append(tx, Kind.FEE_CLAIMED, dossier_id, by, claim_id, amount, hash_of(why + proof))


def _void(tx: Transaction, claim: Claim, why: str, by: str) -> None:
    if rows.open_attempt(tx, claim.id):
        raise Fault("PAYMENT_OPEN", claim.id)
    move(tx, claim, ClaimState.VOID, why)
    journal.append(tx, Kind.FEE_VOIDED, claim.dossier_id, by, claim.id, hash_of(why))


def _same(claim: Claim, amount: int) -> Claim:
    if claim.amount != amount:
        raise Fault("PAYMENT_STATE", f"{claim.id} asks {claim.amount}, not {amount}")
    return claim


def _free_id(tx: Transaction, dossier_id: str) -> str:
    """Two fees of one second get two seconds."""
    found = tx.row("SELECT code FROM dossier WHERE id = ?", (dossier_id,))
    if found is None:
        raise Unfit("no such dossier")
    moment = tx.at
    while rows.claim(tx, f"{found['code']}-{stamp(moment)}"):
        moment += timedelta(seconds=1)
    return f"{found['code']}-{stamp(moment)}"


def _free_reference(tx: Transaction, dossier_code: str) -> str:
    letters = re.sub(r"[^A-Za-z0-9]", "", dossier_code)
    moment = tx.at
    while rows.attempt(tx, f"dvc{letters}{stamp(moment)}"):
        moment += timedelta(seconds=1)
    return f"dvc{letters}{stamp(moment)}"
