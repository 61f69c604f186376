"""The words of the journey "hand in a dossier": its state, its events, its effects.

The moves between them are `submit_moves.advance`. Nothing here knows a widget, a device or the
store; `conductor.py` does the effects and sends back what came of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from devices.idcard.api import Key, ReadProgress, SoFar
from devices.idcard.qr import CardQr
from devices.scanner.api import ScannedPage
from devices.scanner.api import Source as PaperSource
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import Answer, HandedIn
from kiosk.journeys.paying import (
    FeeAskedAgain,
    FeeSeen,
    FollowFee,
    LookAtFee,
    OpenPayment,
    Pay,
    PayLeft,
    PaymentFailed,
    PayReopened,
    PayWayChosen,
    PrintReceipt,
    ReceiptAsked,
)
from kiosk.people.card_check import TYPED, CardCheck, Source
from kiosk.people.person import Person

_CHIP = CardCheck(Source.CHIP)


class Step(StrEnum):
    CARD_KEY = "card_key"  # what opens the chip: six digits or the card's QR code
    CARD = "card"  # put the card on the reader; it is read
    BY_HAND = "by_hand"  # no chip: the person types, or the QR code fills in
    PERSON = "person"  # what the chip, the QR code or the person says
    QUESTION = "question"  # one question a page
    SCAN = "scan"
    CHECK = "check"
    HAND_IN = "hand_in"  # commit, slip, ticket
    PAY = "pay"  # the fee, where it can be paid from here; the dossier is in, whatever comes of it
    DONE = "done"
    ENDED = "ended"  # everything is wiped


class Printed(StrEnum):
    """How far a paper came. ``FAILED`` has a fault code beside it."""

    WAITING = "waiting"
    RUNNING = "running"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"


class End(StrEnum):
    """Why a journey ended."""

    FINISHED = "finished"
    CANCELLED = "cancelled"
    IDLE = "idle"
    CARD_PULLED = "card_pulled"


@dataclass(frozen=True)
class Paper:
    state: Printed = Printed.WAITING
    fault: str = ""  # code, when FAILED


@dataclass(frozen=True)
class ShownFault:
    """A fault on the page: its code, and whether trying again can help."""

    code: str
    retry: bool = True


@dataclass(frozen=True, repr=False)
class State:
    """Where a citizen stands and everything said so far; dropped as a whole at the end."""

    procedure: Procedure
    step: Step = Step.CARD_KEY
    scans_codes: bool = False  # there is a reader for QR codes
    whole_key: bool = False  # this chip takes no six digits: number, birth and expiry are asked
    key: Key | None = None
    refused: frozenset[Key] = frozenset()  # what the card lying there said no to
    qr: CardQr | None = None
    code_refused: bool = False  # the code scanned last is none of a card, or of another card
    card_present: bool = False
    laid_again: bool = False  # the card was pulled and put back while it was read
    reader_lost: str = ""  # fault code while there is no reader
    reading: ReadProgress | None = None  # live, while the card is read
    preview: Person | None = None  # who it is, while the portrait still comes
    checked: bool = False  # what is read now is the portrait: text and signature are done
    chip: SoFar | None = None  # what was read from the chip, to compare with a code
    person: Person | None = None
    portrait: bytes | None = None
    check: CardCheck = TYPED
    answers: Mapping[str, Answer] = field(default_factory=dict)
    question: int = 0
    editing: bool = False  # a single thing is corrected; then back to CHECK
    scanning: float | None = None  # share of the page that is being scanned
    pages: tuple[ScannedPage, ...] = ()
    submission_key: str = ""  # idempotency key, born when the review page opens
    handed_in: HandedIn | None = None
    slip: Paper = Paper()
    ticket: Paper = Paper()
    ticket_picture: bytes | None = None
    pay: Pay = field(default_factory=Pay)
    receipt: Paper = Paper()
    fault: ShownFault | None = None
    end: End | None = None

    def __repr__(self) -> str:
        return f"State({self.procedure.code}, {self.step}, {len(self.pages)} pages)"


# --- events: what happened, named in the past ------------------------------------------------


@dataclass(frozen=True, repr=False)
class CardKeyTyped:
    key: Key


@dataclass(frozen=True)
class WholeKeyAsked:
    """The person wants to open the chip with number, birth and expiry."""


@dataclass(frozen=True, repr=False)
class CodeScanned:
    """A code was scanned; None: it isn't the one of an ID card."""

    qr: CardQr | None


@dataclass(frozen=True)
class ByHandAsked:
    """No chip, no card here, or no reader: the person types."""


@dataclass(frozen=True, repr=False)
class PersonTyped:
    person: Person


@dataclass(frozen=True)
class PersonConfirmed: ...


@dataclass(frozen=True, repr=False)
class Answered:
    name: str
    value: Answer | None  # None: left empty


@dataclass(frozen=True)
class ScanAsked:
    source: PaperSource = PaperSource.FEEDER


@dataclass(frozen=True)
class ScanStopped:
    """The person pressed stop; pages that came already stay."""


@dataclass(frozen=True)
class PageRemoved:
    index: int


@dataclass(frozen=True)
class PagesConfirmed: ...


@dataclass(frozen=True)
class EditAsked:
    """From the review page to one answer (``name``) or to the pages (``"pages"``)."""

    name: str


@dataclass(frozen=True)
class HandInPressed: ...


@dataclass(frozen=True)
class BackPressed: ...


@dataclass(frozen=True)
class RetryPressed: ...


@dataclass(frozen=True)
class JourneyEnded:
    """Finished, cancelled, idle or card pulled: everything is wiped."""

    why: End


@dataclass(frozen=True)
class CardPlaced: ...


@dataclass(frozen=True)
class CardLifted: ...


@dataclass(frozen=True)
class ReaderLost:
    """The reader or its service is gone; ``code`` says which."""

    code: str


@dataclass(frozen=True)
class ReaderFound: ...


@dataclass(frozen=True)
class CardProgressed:
    """``preview``: the person, as soon as the text data are there."""

    progress: ReadProgress
    preview: Person | None = field(default=None, repr=False)


@dataclass(frozen=True, repr=False)
class CardRead:
    """``chip``: the data as read; ``apdus`` and ``seconds`` say how long the chip took."""

    person: Person
    portrait: bytes | None
    check: CardCheck = _CHIP
    chip: SoFar | None = None
    apdus: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class CardFailed:
    code: str


@dataclass(frozen=True)
class PageProgressed:
    share: float


@dataclass(frozen=True, repr=False)
class PageScanned:
    page: ScannedPage


@dataclass(frozen=True)
class ScanEnded: ...


@dataclass(frozen=True)
class ScanFailed:
    code: str


@dataclass(frozen=True, repr=False)
class DossierHandedIn:
    """The commit has happened; nothing before this was promised."""

    handed_in: HandedIn


@dataclass(frozen=True)
class HandInFailed:
    code: str


@dataclass(frozen=True)
class PrintAgainAsked:
    """Reprint the same slip or the same ticket number."""

    slip: bool = False
    ticket: bool = False


@dataclass(frozen=True)
class SlipPrinted:
    paper: Paper


@dataclass(frozen=True)
class TicketPrinted:
    """``picture``: the ticket as a PNG, for the screen; the number stands there in any case."""

    paper: Paper
    picture: bytes | None = None


@dataclass(frozen=True)
class ReceiptPrinted:
    paper: Paper


@dataclass(frozen=True)
class ProgramFailed:
    """A bug of ours: logged elsewhere; the page says so and offers to try again."""


Event = (
    CardKeyTyped
    | WholeKeyAsked
    | CodeScanned
    | ByHandAsked
    | PersonTyped
    | PersonConfirmed
    | Answered
    | ScanAsked
    | ScanStopped
    | PageRemoved
    | PagesConfirmed
    | EditAsked
    | HandInPressed
    | BackPressed
    | RetryPressed
    | JourneyEnded
    | CardPlaced
    | CardLifted
    | ReaderLost
    | ReaderFound
    | CardProgressed
    | CardRead
    | CardFailed
    | PageProgressed
    | PageScanned
    | ScanEnded
    | ScanFailed
    | DossierHandedIn
    | HandInFailed
    | PrintAgainAsked
    | SlipPrinted
    | TicketPrinted
    | PayWayChosen
    | FeeSeen
    | PaymentFailed
    | FeeAskedAgain
    | PayLeft
    | PayReopened
    | ReceiptAsked
    | ReceiptPrinted
    | ProgramFailed
)


# --- effects: what is to be done in the world -------------------------------------------------


@dataclass(frozen=True, repr=False)
class ReadCard:
    key: Key


@dataclass(frozen=True)
class ScanPages:
    source: PaperSource


@dataclass(frozen=True)
class StopWork:
    """Cancel the card reading or the scanning that runs."""


@dataclass(frozen=True, repr=False)
class Prepare:
    """The review page is open: while it is read, do what the press need not wait for."""

    state: State


@dataclass(frozen=True, repr=False)
class HandIn:
    """Commit this state's dossier."""

    state: State


@dataclass(frozen=True, repr=False)
class PrintPapers:
    """Print the slip and the ticket of this dossier; ``again`` marks a reprint."""

    handed_in: HandedIn
    slip: bool = True
    ticket: bool = True
    again: bool = False


Effect = (
    ReadCard
    | ScanPages
    | StopWork
    | Prepare
    | HandIn
    | PrintPapers
    | LookAtFee
    | OpenPayment
    | FollowFee
    | PrintReceipt
)
