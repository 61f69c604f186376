"""How the fee of a dossier stands, for the citizen, the slip and the ticket: one word and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.payments import rows
from kiosk.payments.claim import AttemptState, Claim, ClaimState
from kiosk.store.link import Reader


class FeeWord(StrEnum):
    """What can be said of a dossier's fee as a whole."""

    NOTHING = "nothing"
    """Nothing is asked for, or the person is exempt."""
    OWED = "owed"
    WAITING = "waiting"
    """The platform's page is open: who has its address can pay there."""
    PAID = "paid"
    BACK = "back"
    """The money went back."""
    TROUBLE = "trouble"
    """A person has to look: ``fault`` says at what."""


class PayWay(StrEnum):
    """How a citizen may pay."""

    PLATFORM = "platform"
    """At the payment platform's page, whose address the kiosk shows as a QR code."""
    TRANSFER = "transfer"
    """By a bank transfer (VietQR). The kiosk never learns of it: a clerk finds it on the statement."""
    COUNTER = "counter"


@dataclass(frozen=True, repr=False)
class FeeStanding:
    """``owed``: what is still to be paid; ``asked``: the sum of this part of it; ``paid``: what was paid, when
    all is; whole đồng.

    ``page``: the address to pay at while WAITING; whoever has it may pay. ``transfer``: text of a VietQR
    while OWED, where the office has an account. ``numbers``: transactions or receipts of what was paid.
    """

    word: FeeWord
    owed: int = 0
    asked: int = 0
    claim: str = ""
    page: str = ""
    transfer: str = ""
    numbers: tuple[str, ...] = ()
    paid: int = 0
    paid_at: datetime | None = None
    fault: str = ""

    def __repr__(self) -> str:
        return f"FeeStanding({self.word}, {self.owed})"


class FeeDesk(Protocol):
    """Where the journey asks about money. `open` and `ask` talk to the platform and may take long."""

    @property
    def ways(self) -> tuple[PayWay, ...]:
        """What this station offers; empty where nothing but the counter takes money."""
        ...

    def look(self, dossier_id: str) -> FeeStanding:
        """By the station's own notes; asks nobody. Raises what the store raises."""
        ...

    def open(self, dossier_id: str) -> FeeStanding:
        """Opens the platform's page for what is owed, once; the same page while it is open.

        Raises `Fault`: PAYMENT_UNCLEAR, PAYMENT_REFUSED, PAYMENT_DOWN, PAYMENT_STATE, PAYMENT_MISMATCH.
        """
        ...

    def ask(self, dossier_id: str) -> FeeStanding:
        """As `look`, after the platform was asked what became of the open attempt."""
        ...


def standing(reader: Reader, dossier_id: str) -> FeeStanding:
    """By the claims of the dossier that are not void. A claim after the other is paid."""
    claims = [
        one
        for one in rows.claims_by_dossier(reader, dossier_id)
        if one.state is not ClaimState.VOID
    ]
    owed = sum(one.owed for one in claims)
    held = {one.claim_id for one in rows.held(reader)}
    for claim in claims:
        if claim.id in held:
            return FeeStanding(
                FeeWord.TROUBLE, owed, claim.owed, claim.id, fault="PAYMENT_MISMATCH"
            )
    for claim in claims:
        if claim.owed:
            return _owed(reader, claim, owed)
    return _settled(reader, claims)


def _owed(reader: Reader, claim: Claim, owed: int) -> FeeStanding:
    running = rows.open_attempt(reader, claim.id)
    if running is None:
        return FeeStanding(FeeWord.OWED, owed, claim.owed, claim.id)
    if running.state is AttemptState.WAITING:
        return FeeStanding(FeeWord.WAITING, owed, claim.owed, claim.id, page=running.url)
    return FeeStanding(FeeWord.TROUBLE, owed, claim.owed, claim.id, fault="PAYMENT_UNCLEAR")


def _settled(reader: Reader, claims: Sequence[Claim]) -> FeeStanding:
    paid = [one for one in claims if one.state is ClaimState.PAID]
    if paid:
        found = [one for one in (rows.counted(reader, claim.id) for claim in paid) if one]
        return FeeStanding(
            FeeWord.PAID,
            numbers=tuple(one.number for one in found),
            paid=sum(one.amount for one in found),
            paid_at=max((one.taken_at for one in found), default=None),
        )
    back = any(one.state is ClaimState.REFUNDED for one in claims)
    return FeeStanding(FeeWord.BACK if back else FeeWord.NOTHING)
