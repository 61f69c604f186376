"""A dossier and what the citizen hands in to make one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from kiosk.people.card_check import TYPED, CardCheck
from kiosk.people.person import Person
from kiosk.queueing.ticket import Ticket

Answer = str | int
"""One answer of a form; its field's JSON Schema says which of the two."""


class DossierState(IntEnum):
    """The portal's ten states (``TrangThaiHoSo``)."""

    REGISTERED = 1
    RECEIVED = 2
    REFUSED = 3
    PROCESSING = 4
    WAITING_FOR_SUPPLEMENT = 5
    WAITING_FOR_PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    PROCESSED = 9
    HANDED_OVER = 10


@dataclass(frozen=True, repr=False)
class Scan:
    """A scanned component: a PDF/A file and how many pages it has."""

    component: str  # component code of the procedure
    pdf: bytes
    pages: int

    def __repr__(self) -> str:
        return f"Scan({self.component}, {self.pages} pages, {len(self.pdf)} bytes)"


@dataclass(frozen=True, repr=False)
class Submission:
    """What a citizen hands in. ``key`` is the idempotency key, born when the review page opened."""

    key: str
    procedure: str  # procedure code
    version: str  # procedure version
    person: Person
    answers: Mapping[str, Answer]
    scans: tuple[Scan, ...]
    check: CardCheck = TYPED
    made_by: str = ""
    """Pseudonym of the account that hands it in; empty: nobody is logged in."""

    def __repr__(self) -> str:
        return f"Submission({self.key}, {self.procedure}, {len(self.scans)} scans)"


@dataclass(frozen=True)
class Attachment:
    """A file of the content-addressed store."""

    sha256: str  # lower-case hex
    size: int
    media_type: str


@dataclass(frozen=True)
class Component:
    """One row of the slip's component table."""

    code: str
    name: str
    originals: int
    certified: int
    photocopies: int
    pages: int
    copies: int
    attachment: Attachment | None


@dataclass(frozen=True, repr=False)
class Dossier:
    """A dossier as it was received; ``fee`` in whole đồng; times are aware, UTC."""

    id: str
    code: str
    key: str
    agency: str
    station: str
    procedure: str
    version: str
    procedure_name: str
    sector: str
    sector_name: str
    person: Person
    answers: Mapping[str, Answer]
    summary: str  # content in short (TrichYeuHoSo)
    components: tuple[Component, ...]
    fee: int
    state: DossierState
    received_at: datetime
    due_at: datetime
    term: str  # the term in words, Vietnamese, as the procedure version says it

    def __repr__(self) -> str:
        return f"Dossier({self.code}, {self.procedure}, {self.state.name})"


@dataclass(frozen=True)
class HandedIn:
    """What the commit of a hand-in gave."""

    dossier: Dossier
    ticket: Ticket
