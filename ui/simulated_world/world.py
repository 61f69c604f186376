"""What the demo desk can do to the simulated world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Printer(StrEnum):
    TICKET = "ticket"
    PAPER = "paper"


class ScannerFault(StrEnum):
    """What can be scripted for the next scan."""

    NONE = "none"
    JAM = "jam"
    COVER_OPEN = "cover_open"


class CardKind(StrEnum):
    """Which of the synthetic cards lies in the person's hand."""

    GOOD = "good"
    NO_PACE = "no_pace"
    """Opens with birth and expiry dates only."""
    STRANGE_ISSUER = "strange_issuer"
    ALTERED = "altered"
    CLONE = "clone"
    BROKEN_PHOTO = "broken_photo"
    NO_CHIP = "no_chip"


class BankAct(StrEnum):
    """What the person does on the phone, at the page that plays the bank."""

    PAY = "pay"
    LATE = "late"
    """Pays, and the platform goes on saying "waiting" for a while."""
    SHORT = "short"
    TWICE = "twice"
    FAIL = "fail"


@dataclass(frozen=True)
class Output:
    """A sheet or ticket that came out of a printer; ``picture`` is a PNG."""

    printer: Printer
    number: int  # 1, 2, 3 … since the start
    at: datetime
    picture: bytes


class World(Protocol):
    """The simulated devices and the network of a demo; no call blocks."""

    def card_print(self) -> tuple[str, str, str]:
        """What is printed on the synthetic card: number, birth date, last day of validity."""
        ...

    def card_kind(self) -> CardKind: ...

    def set_card_kind(self, kind: CardKind) -> None:
        """Takes another card; one that lies on the reader is exchanged."""
        ...

    def scans_codes(self) -> bool:
        """Whether the machine has a reader for codes."""
        ...

    def scan_card_code(self) -> None:
        """Holds the code printed on the card to the scanner."""
        ...

    def card_present(self) -> bool: ...

    def set_card_present(self, present: bool) -> None: ...

    def pages_loaded(self) -> int: ...

    def load_pages(self, count: int) -> None:
        """Puts ``count`` sheets into the feeder, in place of what lies there."""
        ...

    def scanner_fault(self) -> ScannerFault: ...

    def set_scanner_fault(self, fault: ScannerFault) -> None: ...

    def paper_present(self, printer: Printer) -> bool: ...

    def set_paper_present(self, printer: Printer, present: bool) -> None: ...

    def network_up(self) -> bool: ...

    def set_network_up(self, up: bool) -> None: ...

    def pages_to_pay(self) -> int:
        """Pages of the payment platform that are open."""
        ...

    def at_the_bank(self, act: BankAct) -> None:
        """Does this on the newest of them; nothing when none is open."""
        ...

    def outputs(self) -> Sequence[Output]:
        """What came out of the printers, oldest first."""
        ...

    def outbox_waiting(self) -> int:
        """Dossiers that are saved here and not yet accepted by the portal."""
        ...
