"""Starts payments at the platform and finds out what became of them: never two for one claim."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from random import Random

from kiosk.clock import Clock, to_ms
from kiosk.dossiers import rows as dossier_rows
from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.payments import rows
from kiosk.payments.claim import Attempt, AttemptState, Channel, Confirmed, Unfit
from kiosk.payments.claims import Claims
from kiosk.payments.takings import Takings
from kiosk.store.database import Database
from sync.backoff import Pace, full_jitter
from sync.payments.answers import Status, Word
from sync.payments.client import Never, PlatformClient, Unclear
from sync.payments.messages import Order

SETTLE = timedelta(seconds=120)
"""An attempt whose sending was cut off is judged after this time, when no request can be on its way."""
PACE = Pace(10, 900)
NEVER_ARRIVED = "never-arrived"
ADDRESS_LOST = "address-lost"
_GIVE_UP = 3

log = logging.getLogger(__name__)


class Cashier:
    """For one thread at a time. ``bills``: where electronic receipts are kept, by the hash of their content."""

    def __init__(
        self,
        database: Database,
        station: str,
        client: PlatformClient,
        bills: Attachments,
        clock: Clock,
        random: Random,
    ) -> None:
        self._database = database
        self._claims = Claims(database)
        self._takings = Takings(database, station)
        self._client = client
        self._bills = bills
        self._clock = clock
        self._random = random

    def start(self, claim_id: str, by: str) -> Attempt:
        """The claim's payment page: the one that is open, else a new one.

        Raises `Fault`: PAYMENT_UNCLEAR when nobody knows yet whether the platform has it (it is asked, not
        told again), PAYMENT_REFUSED when it said no, PAYMENT_DOWN when it was not reached, PAYMENT_STATE
        when nothing is owed (any more), PAYMENT_MISMATCH while money is held.
        """
        attempt, fresh = self._claims.begin(claim_id, by)
        if not fresh:
            attempt = self.ask(attempt.reference)
            if not attempt.is_open:
                attempt, fresh = self._claims.begin(claim_id, by)
        if fresh:
            self._send(attempt)
            attempt = self._attempt(attempt.reference)
        if attempt.state is not AttemptState.WAITING:
            raise Fault("PAYMENT_UNCLEAR", attempt.reference)
        return attempt

    def ask(self, reference: str) -> Attempt:
        """Asks the platform about one attempt, whatever its state here, and notes all that it says.

        Raises `Fault` PAYMENT_MISMATCH when the platform contradicts itself. `Unfit`: unknown reference.
        """
        self._hear(reference)
        return self._attempt(reference)

    def _hear(self, reference: str) -> bool:
        """Asks and notes; whether anything certain was heard."""
        attempt = self._attempt(reference)
        found = self._client.query(reference)
        log.info("asked the payment platform: %s", _name(found))
        if isinstance(found, Unclear):
            self._takings.ask_again(reference, found.why, self._later(attempt))
            return False
        self._note(found.money)
        if found.word is Word.FAILED:
            self._takings.ended(reference, "failed")
        elif found.word is not Word.PAID:
            self._still_open(attempt, found.word)
        return True

    def round(self) -> list[Attempt]:
        """Asks after every attempt that is due, as `review` does.

        When the line is dead the others rest as long as those that were asked, also over a restart.
        """
        due = rows.open_attempts(self._database.read(), to_ms(self._clock()))
        unclear = self.review(due)
        seen = [self._attempt(one.reference) for one in due]
        if len(unclear) > _GIVE_UP:
            tried = max((one for one in seen if one.reference in unclear), key=_put_off)
            self._takings.rest(tried.next_at, tried.why)
        return seen

    def review(self, attempts: list[Attempt]) -> list[str]:
        """Asks after these whether they are open or not: finds what came late and what came twice.

        Gives the references of which nothing certain was heard. A contradiction in one doesn't hold up
        others; a line that is dead three times running is left alone.
        """
        unclear: list[str] = []
        in_a_row = 0
        for one in attempts:
            if in_a_row < _GIVE_UP and self._heard(one.reference):
                in_a_row = 0
            else:
                unclear.append(one.reference)
                in_a_row += 1
        return unclear

    def bill(self, payment_id: int) -> str:
        """Fetches and keeps the electronic receipt; gives its SHA-256.

        Raises `Fault` PAYMENT_BILL when the platform has none (yet). `Unfit`: no payment of the platform.
        """
        payment = rows.payment(self._database.read(), payment_id)
        if payment is None or payment.channel is not Channel.PLATFORM or not payment.reference:
            raise Unfit("no payment of the platform")
        if payment.bill_sha256:
            return payment.bill_sha256
        found = self._client.bill(payment.reference)
        if isinstance(found, Unclear):
            raise Fault("PAYMENT_BILL", found.why)
        kept = self._bills.put(found)
        self._takings.billed(payment_id, kept.sha256)
        return kept.sha256

    def _send(self, attempt: Attempt) -> None:
        """The one INIT of an attempt. Raises `Fault` when it brought no page."""
        reader = self._database.read()
        claim = rows.claim(reader, attempt.claim_id)
        handed_in = dossier_rows.load(reader, "id", claim.dossier_id) if claim else None
        assert claim is not None  # noqa: S101  the store's foreign keys hold them
        assert handed_in is not None  # noqa: S101  the same
        found = self._client.init(Order(attempt, claim, handed_in.dossier))
        log.info("opened a payment: %s", type(found).__name__)
        if isinstance(found, Never):
            self._takings.ended(attempt.reference, found.why)
            raise Fault("PAYMENT_REFUSED" if found.said else "PAYMENT_DOWN", found.why)
        if isinstance(found, Unclear):
            self._takings.ask_again(attempt.reference, found.why, self._later(attempt))
            return
        # an attempt that was judged meanwhile keeps its end: then nobody is shown this page
        self._takings.waiting(attempt.reference, found.url, self._later(attempt))

    def _still_open(self, attempt: Attempt, word: Word) -> None:
        """Nobody was shown a page whose address never came: nobody can pay there, so it may end."""
        lost = attempt.state is AttemptState.STARTED and word in (Word.UNKNOWN, Word.WAITING)
        if lost and self._clock() - attempt.started_at >= SETTLE:
            why = NEVER_ARRIVED if word is Word.UNKNOWN else ADDRESS_LOST
            self._takings.ended(attempt.reference, why)
        else:
            self._takings.ask_again(attempt.reference, word.value, self._later(attempt))

    def _note(self, money: tuple[Confirmed, ...]) -> None:
        """All of it, then raises `Fault` PAYMENT_MISMATCH when a part contradicts what was noted before."""
        wrong: Fault | None = None
        for one in money:
            try:
                self._takings.confirmed(one)
            except Fault as fault:
                if fault.code != "PAYMENT_MISMATCH":
                    raise
                wrong = fault
        if wrong:
            raise wrong

    def _heard(self, reference: str) -> bool:
        try:
            return self._hear(reference)
        except Fault as fault:
            if fault.code != "PAYMENT_MISMATCH":
                raise
            log.error("the payment platform contradicts itself about %s", reference)
            self._takings.ask_again(reference, fault.code, self._later(self._attempt(reference)))
            return False

    def _later(self, attempt: Attempt) -> datetime:
        """Never much longer than the attempt is old: however often a page that waits for it has asked."""
        age_s = max(int((self._clock() - attempt.started_at).total_seconds()), 0)
        asked = min(attempt.asked, (age_s // int(PACE.base_s)).bit_length())
        wait = PACE.base_s + full_jitter(asked, self._random, PACE)
        return self._clock() + timedelta(seconds=wait)

    def _attempt(self, reference: str) -> Attempt:
        found = rows.attempt(self._database.read(), reference)
        if found is None:
            raise Unfit("no such attempt")
        return found


def _put_off(attempt: Attempt) -> datetime:
    return attempt.next_at


def _name(found: Status | Unclear) -> str:
    return found.word.value if isinstance(found, Status) else "unclear"
