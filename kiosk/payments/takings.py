"""Money that comes and goes back: every đồng is noted, also the second time, also too much or too little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.clock import at_office, to_ms
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.journal.journal import Kind
from kiosk.payments import rows
from kiosk.payments.claim import (
    AttemptState,
    Channel,
    Claim,
    ClaimState,
    Confirmed,
    Payment,
    Refund,
    Standing,
    Unfit,
    amount_of,
    words_of,
)
from kiosk.payments.claims import hash_of, known, move, need_owed
from kiosk.store.database import Database
from kiosk.store.link import Transaction

PAID_TWICE = "paid-twice"
NOTHING_OWED = "nothing-owed"
GIVEN_UP = "given-up"

_TOLD = {
    Standing.COUNTED: Kind.FEE_PAID,
    Standing.EXTRA: Kind.PAYMENT_EXTRA,
    Standing.HELD: Kind.PAYMENT_HELD,
}


@dataclass(frozen=True)
class Receipt:
    """A receipt of the office's book: ``Mẫu số``, ``Ký hiệu``, ``Số``."""

    form: str
    series: str
    number: str

    @property
    def text(self) -> str:
        """As the store keeps it. Raises `Unfit` when a part is missing."""
        return "/".join(words_of(part, 40).replace("/", "-") for part in self._parts)

    @property
    def _parts(self) -> tuple[str, str, str]:
        return self.form, self.series, self.number


@dataclass(frozen=True)
class _Came:
    channel: Channel
    number: str
    amount: int
    at: datetime
    by: str


class Takings:
    """The only place where money is written down. ``station`` acts where no person does.

    `Unfit` is for arguments that no caller should pass; faults of the world are told at each call.
    """

    def __init__(self, database: Database, station: str) -> None:
        self._database = database
        self._station = station

    # --- attempts at the platform -------------------------------------------------------------------

    def waiting(self, reference: str, url: str, next_at: datetime) -> None:
        """The platform gave the page's address: shown to nobody before it is written here."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE payment_attempt SET state = 'waiting', url = ?, next_at = ?"
                " WHERE reference = ? AND state = 'started'",
                (url, to_ms(next_at), reference),
            )

    def ask_again(self, reference: str, why: str, next_at: datetime) -> None:
        """Nothing certain was heard; it stays open."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE payment_attempt SET asked = asked + 1, why = ?, next_at = ?"
                " WHERE reference = ? AND state IN ('started','waiting')",
                (why, to_ms(next_at), reference),
            )

    def ended(self, reference: str, why: str, by: str = "") -> None:
        """It certainly brought no money, and a new one may be started. Nothing when it ended before."""
        with self._database.transaction() as tx:
            found = rows.attempt(tx, reference)
            if found is None or not found.is_open:
                return
            self._end(tx, reference, AttemptState.FAILED, why)
            claim = known(tx, found.claim_id)
            detail = (claim.id, reference, why)
            who = by or self._station
            journal.append(tx, Kind.PAYMENT_ENDED, claim.dossier_id, who, *detail)

    def give_up(self, reference: str, reason: str, by: str) -> None:
        """A person ends an attempt that nothing certain is heard of, and says why. A new one may be started.

        Money that comes all the same is noted. Raises `Fault` PAYMENT_STATE when it isn't open.
        """
        words = words_of(reason)
        with self._database.transaction() as tx:
            found = rows.attempt(tx, reference)
            if found is None:
                raise Unfit("no such attempt")
            if not found.is_open:
                raise Fault("PAYMENT_STATE", f"{reference} is {found.state.value}")
            self._end(tx, reference, AttemptState.FAILED, f"{GIVEN_UP}: {words}")
            claim = known(tx, found.claim_id)
            detail = (claim.id, reference, GIVEN_UP, hash_of(words))
            journal.append(tx, Kind.PAYMENT_ENDED, claim.dossier_id, by, *detail)

    def rest(self, until: datetime, why: str) -> None:
        """The platform as a whole doesn't answer: no open attempt is asked after before this time."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE payment_attempt SET next_at = ?, why = ?"
                " WHERE state IN ('started','waiting') AND next_at < ?",
                (to_ms(until), why, to_ms(until)),
            )

    # --- money that comes ---------------------------------------------------------------------------

    def confirmed(self, money: Confirmed) -> Payment:
        """Notes what the platform has; the same transaction again changes nothing.

        Pays the claim, or is kept as too much with a refund proposed, or is held when the sum differs.
        Raises `Fault` PAYMENT_MISMATCH when the reference is none of ours, or when the transaction was
        noted with another sum or reference.
        """
        with self._database.transaction() as tx:
            amount = amount_of(money.amount)
            before = rows.payment_by(tx, Channel.PLATFORM, money.number)
            if before:
                if (before.reference, before.amount) != (money.reference, amount):
                    raise Fault("PAYMENT_MISMATCH", f"transaction of {money.reference} changed")
                return before
            attempt = rows.attempt(tx, money.reference)
            if attempt is None:
                raise Fault("PAYMENT_MISMATCH", "unknown reference")
            claim = known(tx, attempt.claim_id)
            standing = _standing(claim, amount == attempt.amount)
            self._end(tx, attempt.reference, AttemptState.PAID, "")
            came = _Came(Channel.PLATFORM, money.number, amount, money.at, self._station)
            return self._note(tx, claim, came, standing, attempt.reference)

    def cash(self, claim_id: str, receipt: Receipt, by: str, despite: str = "") -> Payment:
        """A clerk took the whole sum at the counter, against a receipt of the office's book.

        Raises `Fault` as `need_owed`; PAYMENT_RECEIPT when the receipt was used;
        PAYMENT_OPEN while the claim is being paid at the platform: unless ``despite`` says why; what then
        comes a second time is noted and refunded.
        """
        return self._at_counter(claim_id, Channel.CASH, receipt.text, by, despite)

    def transfer(self, claim_id: str, number: str, by: str, despite: str = "") -> Payment:
        """A clerk found the sum on the bank's statement, under this number. Raises as `cash`."""
        return self._at_counter(claim_id, Channel.TRANSFER, words_of(number, 80), by, despite)

    def _at_counter(
        self, claim_id: str, channel: Channel, number: str, by: str, despite: str
    ) -> Payment:
        with self._database.transaction() as tx:
            claim = known(tx, claim_id)
            before = rows.payment_by(tx, channel, number)
            if before:
                if before.claim_id == claim_id and before.noted_by == by:
                    return before  # pressed twice
                raise Fault("PAYMENT_RECEIPT", before.claim_id)
            need_owed(tx, claim)
            running = rows.open_attempt(tx, claim_id)
            if running and not despite.strip():
                raise Fault("PAYMENT_OPEN", claim.id)
            if running:
                why = hash_of(words_of(despite))
                journal.append(
                    tx, Kind.PAYMENT_DECIDED, claim.dossier_id, by, claim.id, number, why
                )
            came = _Came(channel, number, claim.amount, tx.at, by)
            return self._note(tx, claim, came, Standing.COUNTED)

    def count_held(self, payment_id: int, reason: str, by: str) -> Payment:
        """A person counts held money as paying its claim. Raises `Fault` PAYMENT_STATE."""
        why = words_of(reason)
        with self._database.transaction() as tx:
            held = _payment(tx, payment_id)
            claim = known(tx, held.claim_id)
            if held.standing is not Standing.HELD or rows.refund(tx, held.id) or not claim.owed:
                raise Fault("PAYMENT_STATE", f"payment {held.id} of {claim.id}")
            tx.execute("UPDATE payment SET standing = 'counted' WHERE id = ?", (held.id,))
            move(tx, claim, ClaimState.PAID)
            detail = (claim.id, held.number, hash_of(why))
            journal.append(tx, Kind.PAYMENT_DECIDED, claim.dossier_id, by, *detail)
            return _payment(tx, payment_id)

    def billed(self, payment_id: int, sha256: str) -> None:
        """The electronic receipt of a payment is kept under this hash."""
        with self._database.transaction() as tx:
            tx.execute("UPDATE payment SET bill_sha256 = ? WHERE id = ?", (sha256, payment_id))

    # --- money that goes back -----------------------------------------------------------------------

    def propose_refund(self, payment_id: int, reason: str, by: str) -> Refund:
        """Says that money is to go back, and why; what was proposed before stays as it is."""
        why = words_of(reason)
        with self._database.transaction() as tx:
            payment = _payment(tx, payment_id)
            return self._propose(tx, known(tx, payment.claim_id), payment, why, by)

    def refunded(self, payment_id: int, evidence: str, by: str) -> Refund:
        """Money went back, under this number. The claim is refunded when it was the money that paid it.

        Raises `Fault` PAYMENT_STATE without a proposal, and when it went back before.
        """
        number = words_of(evidence, 80)
        with self._database.transaction() as tx:
            payment = _payment(tx, payment_id)
            proposed = rows.refund(tx, payment_id)
            if proposed is None or proposed.done_at is not None:
                raise Fault("PAYMENT_STATE", f"payment {payment_id}: no refund is to be done")
            tx.execute(
                "UPDATE refund SET done_at = ?, done_by = ?, evidence = ? WHERE payment_id = ?",
                (tx.at_ms, by, number, payment_id),
            )
            claim = known(tx, payment.claim_id)
            if payment.standing is Standing.COUNTED:
                move(tx, claim, ClaimState.REFUNDED, proposed.reason)
            detail = (claim.id, payment.amount, payment.number, number)
            journal.append(tx, Kind.REFUND_DONE, claim.dossier_id, by, *detail)
            done = rows.refund(tx, payment_id)
            assert done is not None  # noqa: S101  updated right before
            return done

    # --- inside a transaction -----------------------------------------------------------------------

    def _note(
        self,
        tx: Transaction,
        claim: Claim,
        came: _Came,
        standing: Standing,
        reference: str | None = None,
    ) -> Payment:
        payment_id = tx.insert(
            """INSERT INTO payment(claim_id, reference, channel, number, amount, taken_at, day, noted_at,
               noted_by, standing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(claim.id, reference, came.channel.value, came.number, came.amount),
                *(to_ms(came.at), _open_day(tx, came.at), tx.at_ms, came.by, standing.value),
            ),
        )
        payment = _payment(tx, payment_id)
        detail = (claim.id, came.channel.value, came.amount, came.number)
        journal.append(tx, _TOLD[standing], claim.dossier_id, came.by, *detail)
        if standing is Standing.COUNTED:
            move(tx, claim, ClaimState.PAID)
        elif standing is Standing.EXTRA:
            why = PAID_TWICE if claim.state is ClaimState.PAID else NOTHING_OWED
            self._propose(tx, claim, payment, why, self._station)
        return payment

    def _propose(
        self, tx: Transaction, claim: Claim, payment: Payment, why: str, by: str
    ) -> Refund:
        before = rows.refund(tx, payment.id)
        if before:
            return before
        tx.execute(
            "INSERT INTO refund(payment_id, reason, proposed_at, proposed_by) VALUES (?, ?, ?, ?)",
            (payment.id, why, tx.at_ms, by),
        )
        detail = (claim.id, payment.amount, payment.number, hash_of(why))
        journal.append(tx, Kind.REFUND_PROPOSED, claim.dossier_id, by, *detail)
        made = rows.refund(tx, payment.id)
        assert made is not None  # noqa: S101  inserted right before
        return made

    def _end(self, tx: Transaction, reference: str, state: AttemptState, why: str) -> None:
        tx.execute(
            "UPDATE payment_attempt SET state = ?, why = ? WHERE reference = ?",
            (state.value, why, reference),
        )


def _standing(claim: Claim, fits: bool) -> Standing:
    if not claim.owed:
        return Standing.EXTRA
    return Standing.COUNTED if fits else Standing.HELD


def _payment(tx: Transaction, payment_id: int) -> Payment:
    found = rows.payment(tx, payment_id)
    if found is None:
        raise Unfit("no such payment")
    return found


def _open_day(tx: Transaction, taken_at: datetime) -> str:
    """The office's day of the money; the present one when that day is closed."""
    day = at_office(taken_at).date().isoformat()
    closed = tx.row("SELECT 1 FROM payment_day_closed WHERE day = ?", (day,))
    return at_office(tx.at).date().isoformat() if closed else day
