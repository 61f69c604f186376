"""What the technician's window needs from outside; the front door builds it. No personal data: codes only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.dossiers.card_checks import Confirmation
from kiosk.outbox.message import State
from kiosk.standing import Standing
from ui.technician.sent import SentList, SentWhole


class RowChangedError(Exception):
    """The message has moved on since it was shown: what was asked for makes no sense any more."""


@dataclass(frozen=True)
class Message:
    """A message that waits. ``reason``: code of the last trouble; ``said``: fields the portal named.

    ``behind``: the earlier row of the same dossier that goes first. ``next_at``: None when it isn't planned.
    """

    row: int
    dossier: str
    kind: str
    state: State
    reason: str
    said: str
    since: datetime
    tries: int
    next_at: datetime | None
    behind: int | None


@dataclass(frozen=True)
class Sending:
    """The outbox at one moment. ``running``: whether a program carries it, None where nobody knows.

    ``rest_until``: until when the portal is left alone, and ``rest_reason`` why. ``more``: rows left out.
    """

    online: bool | None = None
    last_contact: datetime | None = None
    running: bool | None = None
    waiting: int = 0
    need_person: int = 0
    quarantined: int = 0
    next_at: datetime | None = None
    rest_until: datetime | None = None
    rest_reason: str = ""
    messages: tuple[Message, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Signer:
    """A dossier whose card's signer nobody has judged yet, or (``refused``) which is forged."""

    dossier: str
    state: Confirmation
    reason: str
    since: datetime
    tries: int
    next_at: datetime | None


@dataclass(frozen=True)
class Cards:
    """What became of cards that could not be judged at once."""

    waiting: int = 0
    gave_up: int = 0
    confirmed: int = 0
    refused: int = 0
    signers: tuple[Signer, ...] = ()


@dataclass(frozen=True)
class Overview:
    """Everything the pages show, looked up at one moment. ``fault``: why the store can't be read, or empty."""

    sending: Sending = Sending()
    cards: Cards = Cards()
    station: Standing = field(default_factory=Standing)
    fault: str = ""


@dataclass(frozen=True)
class Exported:
    """What was written; ``lost``: dossiers whose scan is missing, ``noted``: whether the journal has it."""

    dossiers: int
    file: str
    lost: tuple[str, ...] = ()
    noted: bool = True


@dataclass(frozen=True)
class TechnicianServices:
    """Calls that may block: they are run on the worker, never on the window's thread.

    Acts take the reason that a person wrote and raise `Fault` or `RowChangedError`.
    """

    look: Callable[[], Overview]
    send_again: Callable[[int, str], None]
    hold: Callable[[int, str], None]
    export: Callable[[str, str], Exported]
    """File and reason."""
    propose_file: Callable[[], str]
    """Where a bundle of now could go."""
    find_sent: Callable[[str], SentList] = lambda _part: SentList()
    """What was sent, of dossiers whose code has this in it."""
    open_sent: Callable[[int], SentWhole] = lambda row: SentWhole(row, "")
    """Everything about one row."""
