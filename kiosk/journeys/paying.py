"""The words of paying a fee at the kiosk: what the state knows of it, what happens, what is to be done.

The dossier has been handed in by then; whatever becomes of paying, it stays so.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.dossiers.dossier import HandedIn
from kiosk.payments.standing import FeeStanding, FeeWord, PayWay


@dataclass(frozen=True)
class Watching:
    """How the platform's word is waited for, in seconds: the first question, the longest pause, all of it."""

    first_s: float = 3
    most_s: float = 10
    total_s: float = 300


@dataclass(frozen=True, repr=False)
class Pay:
    """``ways``: what this station offers besides saying nothing; ``way``: None while it is to be chosen.

    ``fee``: how it stood when it was seen last; ``seconds_left``: how long it is still followed live.
    ``failed``: the try before came to nothing, without money. ``fault``: code, why the platform can't be
    used, or what a person has to look at.
    """

    ways: tuple[PayWay, ...] = ()
    way: PayWay | None = None
    opening: bool = False
    fee: FeeStanding | None = None
    seconds_left: int = 0
    failed: bool = False
    fault: str = ""

    @property
    def word(self) -> FeeWord | None:
        return self.fee.word if self.fee else None

    @property
    def followed(self) -> bool:
        """Whether the machine itself finds out what becomes of it, right now."""
        return self.opening or (self.seconds_left > 0 and self.word in OPEN)

    @property
    def paid(self) -> tuple[str, ...]:
        """Numbers of what was paid, when all is paid."""
        return self.fee.numbers if self.fee and self.fee.word is FeeWord.PAID else ()

    def __repr__(self) -> str:
        return f"Pay({self.way}, {self.word})"


OPEN = (FeeWord.WAITING, FeeWord.TROUBLE)
"""What may still change while somebody waits."""


# --- events -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PayWayChosen:
    way: PayWay


@dataclass(frozen=True, repr=False)
class FeeSeen:
    """How the fee stands now."""

    fee: FeeStanding
    seconds_left: int = 0


@dataclass(frozen=True)
class PaymentFailed:
    """No page was opened, or the platform contradicts itself; ``code`` says which."""

    code: str


@dataclass(frozen=True)
class FeeAskedAgain:
    """The person wants to know whether the money has come by now."""


@dataclass(frozen=True)
class PayLeft:
    """The person goes on, whatever has been paid."""


@dataclass(frozen=True)
class PayReopened:
    """From the last page back to paying."""


@dataclass(frozen=True)
class ReceiptAsked:
    """The numbers of what was paid, on paper."""


# --- effects ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class LookAtFee:
    """By the station's own notes."""

    dossier_id: str


@dataclass(frozen=True)
class OpenPayment:
    """Have the platform open its page, then follow what becomes of it."""

    dossier_id: str


@dataclass(frozen=True)
class FollowFee:
    """Ask the platform now and then, for a while."""

    dossier_id: str


@dataclass(frozen=True, repr=False)
class PrintReceipt:
    handed_in: HandedIn
    fee: FeeStanding
