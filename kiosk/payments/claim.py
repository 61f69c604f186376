"""A fee claim, the tries to pay it, the money that came and the money that goes back. Whole đồng, no fractions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.vietnamese import nfc


class Unfit(ValueError):
    """An argument that no careful caller passes: an unknown number, a sum with a fraction, no reason."""


class ClaimState(StrEnum):
    """How a claim stands. Moves: unpaid → pending → paid → refunded; unpaid or pending → void."""

    UNPAID = "unpaid"
    PENDING = "pending"
    PAID = "paid"
    REFUNDED = "refunded"
    VOID = "void"


class Collect(StrEnum):
    """When it is collected: before the work, after it, or never, from those who are exempt."""

    BEFORE = "before"
    AFTER = "after"
    EXEMPT = "exempt"


class AttemptState(StrEnum):
    """How a try at the platform stands."""

    STARTED = "started"
    """Written down; the platform may have it or not. It is asked, never sent a second time."""
    WAITING = "waiting"
    """The platform gave the address where the citizen pays."""
    PAID = "paid"
    FAILED = "failed"
    """Ended without money. Money that comes all the same is noted."""


class Channel(StrEnum):
    """How money came."""

    PLATFORM = "platform"
    CASH = "cash"
    TRANSFER = "transfer"
    """Found on the bank's statement by a clerk."""


class Standing(StrEnum):
    """What money that came means for its claim."""

    COUNTED = "counted"
    """It pays the claim."""
    EXTRA = "extra"
    """The claim was paid, given back or void already: it is to be refunded."""
    HELD = "held"
    """Another sum than was asked: a person decides."""


PORTAL_WORDS = {
    ClaimState.UNPAID: "Chưa thanh toán",
    ClaimState.PENDING: "Chờ thanh toán",
    ClaimState.PAID: "Đã thanh toán",
    ClaimState.REFUNDED: "Đã hoàn phí",
    ClaimState.VOID: "Hủy thanh toán",
}
"""The names of the states (``TrangThai``) in the systems of the one-stop shops."""

LARGEST_AMOUNT = 999_999_999_999


def amount_of(value: object) -> int:
    """A sum in whole đồng, above zero. Raises `Unfit` for everything else, floats and booleans too."""
    if type(value) is not int or not 0 < value <= LARGEST_AMOUNT:
        raise Unfit("an amount is a whole number of đồng above zero")
    return value


def words_of(text: str, longest: int = 300) -> str:
    """A reason or a number that a person typed, on one line. Raises `Unfit` when it is empty or too long."""
    words = nfc(" ".join(text.split()))
    if not words or len(words) > longest or not words.isprintable():
        raise Unfit("words are needed")
    return words


@dataclass(frozen=True)
class Claim:
    """``id`` is ``Ma`` of the portals: dossier code and the second it was made. ``kind``: phi, le_phi."""

    id: str
    dossier_id: str
    dossier_code: str
    fee_code: str
    fee_name: str
    kind: str
    amount: int
    collect: Collect
    state: ClaimState
    reason: str
    """Why it was voided or refunded."""
    made_at: datetime

    @property
    def owed(self) -> int:
        """What is still to be paid."""
        return self.amount if self.state in (ClaimState.UNPAID, ClaimState.PENDING) else 0


@dataclass(frozen=True)
class Attempt:
    """``reference`` is ``MaThamChieu``. ``asked``: how often the platform was asked what became of it."""

    reference: str
    claim_id: str
    amount: int
    state: AttemptState
    url: str
    why: str
    started_at: datetime
    asked: int
    next_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state in (AttemptState.STARTED, AttemptState.WAITING)


@dataclass(frozen=True)
class Confirmed:
    """Money that the platform says it has; ``number`` is its transaction (``MaGiaoDich``)."""

    reference: str
    number: str
    amount: int
    at: datetime


@dataclass(frozen=True)
class Payment:
    """``number``: the platform's transaction, the receipt of cash, the line of the bank's statement."""

    id: int
    claim_id: str
    reference: str | None
    channel: Channel
    number: str
    amount: int
    taken_at: datetime
    day: date
    noted_by: str
    standing: Standing
    bill_sha256: str


@dataclass(frozen=True)
class Refund:
    """``evidence``: the number under which the money went back; empty while it hasn't."""

    payment_id: int
    claim_id: str
    amount: int
    reason: str
    proposed_by: str
    done_at: datetime | None
    done_by: str
    evidence: str
