"""What the register writes of a dossier that was received: its rows, its messages, and what the journal tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from kiosk.catalogue.calendar import Calendar
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers import card_checks, rows, serials
from kiosk.dossiers.composing import dossier_of
from kiosk.dossiers.dossier import Dossier, HandedIn
from kiosk.dossiers.intake import Content, Received
from kiosk.journal import journal
from kiosk.outbox.message import Message
from kiosk.outbox.outbox import Outbox
from kiosk.payments.claims import Fee, claim_at_hand_in
from kiosk.payments.owed import fees_of
from kiosk.queueing import numbers
from kiosk.store.link import Transaction

PORTAL = "portal"
"""The outbox destination of everything a dossier sends."""

Encode = Callable[[Dossier, Sequence[Fee]], Sequence[Message]]
"""Makes the messages of a dossier and its fees; a pure function, the first message's kind is ``submit``."""


class Entry:
    """Makes a dossier out of an intake's content and enters it."""

    def __init__(
        self,
        outbox: Outbox,
        calendar: Calendar,
        encode: Encode,
        new_id: Callable[[], str],
        *,
        gateway: bool,
    ) -> None:
        """``gateway``: whether there is one that can confirm a card's signer later."""
        self._outbox = outbox
        self._calendar = calendar
        self._encode = encode
        self._new_id = new_id
        self._gateway = gateway

    def tried(self, procedure: Procedure, content: Content, code: str, at: datetime) -> int:
        """Makes everything once under a code and a moment, and gives the number of messages.

        Whatever would fail later fails here. Raises what the encoder raises.
        """
        trial = dossier_of(procedure, content, code, at, self._calendar)
        return len(self._encode(trial, fees_of(trial, procedure)))

    def handed_in(self, procedure: Procedure, received: Received, content: Content) -> HandedIn:
        """The dossier and its ticket, as they are told."""
        dossier = dossier_of(procedure, content, received.code, received.at, self._calendar)
        return HandedIn(dossier, received.ticket)

    def write(
        self,
        tx: Transaction,
        procedure: Procedure,
        received: Received,
        handed_in: HandedIn,
        content: Content,
    ) -> None:
        """All rows, in the caller's transaction, which is dated to the press."""
        dossier = handed_in.dossier
        serials.enter(tx, received.agency, received.day, received.serial)
        numbers.enter(tx, handed_in.ticket)
        rows.insert(tx, handed_in)
        _tell_journal(tx, handed_in)
        fees = fees_of(dossier, procedure)
        claim_at_hand_in(tx, dossier.id, dossier.code, fees, content.station)
        card_checks.insert(tx, dossier.id, content.check, content.station, gateway=self._gateway)
        keys = (content.key, *content.keys)  # an upgrade since the press may send more
        for number, message in enumerate(self._encode(dossier, fees)):
            self._outbox.add(
                tx,
                key=keys[number] if number < len(keys) else self._new_id(),
                dossier_id=dossier.id,
                rev=1,
                dest=PORTAL,
                message=message,
                made_by=content.made_by,
            )


def _tell_journal(tx: Transaction, handed_in: HandedIn) -> None:
    dossier, ticket, kinds = handed_in.dossier, handed_in.ticket, journal.Kind
    told = (dossier.code, dossier.procedure, dossier.version)
    journal.append(tx, kinds.SUBMISSION_RECEIVED, dossier.id, dossier.station, *told)
    if dossier.fee:
        journal.append(tx, kinds.FEE_ASKED, dossier.id, dossier.station, dossier.fee)
    where = (ticket.office, ticket.day.isoformat(), ticket.label)
    journal.append(tx, kinds.TICKET_TAKEN, dossier.id, dossier.station, *where)
