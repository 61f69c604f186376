"""The register of dossiers: handing in is one transaction, and nothing is promised before it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from kiosk.catalogue.calendar import Calendar
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.due import due
from kiosk.catalogue.fees import copies, fee_of
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import at_office, from_ms
from kiosk.dossiers import answers, card_checks, rows, serials
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.card_checks import KeptCheck
from kiosk.dossiers.code import format_code
from kiosk.dossiers.dossier import (
    Attachment,
    Component,
    Dossier,
    DossierState,
    HandedIn,
    Submission,
)
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox.message import Message
from kiosk.outbox.outbox import Outbox
from kiosk.papers.clean import clean
from kiosk.payments.claims import Fee, claim_at_hand_in
from kiosk.payments.owed import fees_of
from kiosk.people.person import Person
from kiosk.queueing import numbers
from kiosk.queueing.ticket import Ticket
from kiosk.store.database import Database
from kiosk.store.link import Transaction
from kiosk.vietnamese import nfc

_LONGEST = 10_000
"""Longer texts of a form end in "…"; its own limits are far below."""

_PERSON = tuple(field.name for field in fields(Person))

PORTAL = "portal"
"""The outbox destination of everything a dossier sends."""

Encode = Callable[[Dossier, Sequence[Fee]], Sequence[Message]]
"""Makes the messages of a dossier and its fees; a pure function, the first message's kind is ``submit``."""


@dataclass(frozen=True)
class Place:
    """Where dossiers are received, and which serials of the day this station may give.

    ``born``: when the store was made (`serials.opening`); None begins every day with ``serial_first``.
    ``gateway``: whether there is a gateway that can confirm a card's signer later.
    """

    agency: str
    station: str
    serial_first: int
    serial_last: int
    born: datetime | None = None
    gateway: bool = False


class Register:
    """Receives dossiers and finds them again."""

    def __init__(
        self,
        database: Database,
        attachments: Attachments,
        outbox: Outbox,
        catalogue: Catalogue,
        calendar: Calendar,
        place: Place,
        *,
        new_id: Callable[[], str],
        encode: Encode,
    ) -> None:
        self._database = database
        self._attachments = attachments
        self._outbox = outbox
        self._catalogue = catalogue
        self._calendar = calendar
        self._place = place
        self._new_id = new_id
        self._encode = encode
        self._files = threading.Lock()  # between writing files and the rows that own them

    def hand_in(self, submission: Submission) -> HandedIn:
        """Receives a dossier: when this returns, it is durable and its sending is planned.

        The same key again (double press, crash after the commit) gives the same answer and writes
        nothing. Raises `Fault`: PROCEDURE_UNKNOWN, ANSWERS_INVALID, SERIALS_USED_UP, DISK_FULL,
        STORE_DAMAGED, STORE_BUSY; then nothing was received.
        """
        with self._files:
            before = rows.load(self._database.read(), "key", submission.key)
            return before or self._hand_in(_composed(submission))

    def find(self, code: str) -> Dossier | None:
        """The dossier with this code in its normal form."""
        found = rows.load(self._database.read(), "code", code)
        return None if found is None else found.dossier

    def recent(self, limit: int) -> list[Dossier]:
        """The newest dossiers first."""
        return [one.dossier for one in rows.recent(self._database.read(), limit)]

    def not_shown(self, limit: int = 100) -> list[HandedIn]:
        """Dossiers that were received but whose number was never shown: the power went in between."""
        return rows.recent(self._database.read(), limit, not_shown=True)

    def check_of(self, dossier_id: str) -> KeptCheck | None:
        """How its person was identified; None for a dossier of before checks were kept."""
        return card_checks.load(self._database.read(), dossier_id)

    def alarms(self, limit: int = 100) -> list[KeptCheck]:
        """Dossiers whose card has a red lamp, what was found last first (`card_checks.red`)."""
        return card_checks.alarms(self._database.read(), limit)

    def mark_shown(self, dossier_id: str) -> None:
        """The citizen has seen the number of this dossier."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE dossier SET shown_at = ? WHERE id = ? AND shown_at IS NULL",
                (tx.at_ms, dossier_id),
            )

    def ticket_printed(self, ticket: Ticket, how: str) -> None:
        """Notes how far the ticket's paper came (`numbers.mark_printed`), in the journal too."""
        with self._database.transaction() as tx:
            numbers.mark_printed(tx, ticket, how)
            where = (ticket.office, ticket.day.isoformat(), ticket.label, how)
            by = self._place.station
            journal.append(tx, journal.Kind.TICKET_PRINTED, ticket.label, by, *where)

    def sweep(self) -> int:
        """Removes files of hand-ins that failed and so belong to no dossier; gives their number.

        Only those that a hand-in noted and never settled. Other files that the store doesn't know stay: it
        may be a new one, or a copy put back that is older than they are.
        """
        with self._files:
            swept = self._attachments.sweep()
            for sha256 in self._attachments.pending():
                sql = "SELECT count(*) FROM attachment WHERE sha256 = ?"
                if not self._database.read().number(sql, (sha256,)):
                    self._attachments.remove(sha256)
                    swept += 1
                self._attachments.settle(sha256)
        return swept

    def _hand_in(self, submission: Submission) -> HandedIn:
        procedure = self._catalogue.version(submission.procedure, submission.version)
        if procedure is None:
            raise Fault("PROCEDURE_UNKNOWN", f"{submission.procedure} {submission.version}")
        answers.check(procedure, submission)
        put = self._attachments.put
        files = {one.component: put(one.pdf, pending=True) for one in submission.scans}
        try:
            with self._database.transaction() as tx:
                handed_in = self._receive(tx, procedure, submission, files)
        except sqlite3.IntegrityError:  # another process was faster with the same key, or a bug
            before = rows.load(self._database.read(), "key", submission.key)
            if before is None:
                raise
            return before
        for file in files.values():
            self._attachments.settle(file.sha256)
        card_checks.warn(handed_in.dossier.code, submission.check)
        return handed_in

    def _receive(
        self,
        tx: Transaction,
        procedure: Procedure,
        submission: Submission,
        files: dict[str, Attachment],
    ) -> HandedIn:
        at = from_ms(tx.at_ms)
        day = at_office(at).date()
        place = self._place
        first, last = place.serial_first, place.serial_last
        begin = serials.opening(first, last, place.born, day) if place.born else first
        serial = serials.take(tx, place.agency, day, first, last, begin)
        code = format_code(place.agency, day, serial)
        ticket = numbers.take(tx, place.agency, day, procedure.series)
        dossier = self._dossier(procedure, submission, files, code, at)
        handed_in = HandedIn(dossier, ticket)
        rows.insert(tx, handed_in)
        self._tell_journal(tx, dossier, ticket)
        fees = fees_of(dossier, procedure)
        claim_at_hand_in(tx, dossier.id, dossier.code, fees, place.station)
        card_checks.insert(tx, dossier.id, submission.check, place.station, gateway=place.gateway)
        for number, message in enumerate(self._encode(dossier, fees)):
            key = submission.key if number == 0 else self._new_id()
            self._outbox.add(
                tx,
                key=key,
                dossier_id=dossier.id,
                rev=1,
                dest=PORTAL,
                message=message,
                made_by=submission.made_by,
            )
        return handed_in

    def _dossier(
        self,
        procedure: Procedure,
        submission: Submission,
        files: dict[str, Attachment],
        code: str,
        at: datetime,
    ) -> Dossier:
        pages = {scan.component: scan.pages for scan in submission.scans}
        return Dossier(
            id=self._new_id(),
            code=code,
            key=submission.key,
            agency=self._place.agency,
            station=self._place.station,
            procedure=procedure.code,
            version=procedure.version,
            procedure_name=procedure.name["vi"],
            sector=procedure.sector,
            sector_name=procedure.sector_name["vi"],
            person=submission.person,
            answers=submission.answers,
            summary=answers.summary(procedure, submission.answers),
            components=_components(procedure, submission, pages, files),
            fee=fee_of(procedure, submission.answers, sum(pages.values())),
            state=DossierState.RECEIVED,
            received_at=at,
            due_at=due(procedure.term, at, self._calendar),
            term=procedure.term.words["vi"],
        )

    def _tell_journal(self, tx: Transaction, dossier: Dossier, ticket: Ticket) -> None:
        kinds, by = journal.Kind, self._place.station
        told = (dossier.code, dossier.procedure, dossier.version)
        journal.append(tx, kinds.SUBMISSION_RECEIVED, dossier.id, by, *told)
        if dossier.fee:
            journal.append(tx, kinds.FEE_ASKED, dossier.id, by, dossier.fee)
        where = (ticket.office, ticket.day.isoformat(), ticket.label)
        journal.append(tx, kinds.TICKET_TAKEN, dossier.id, by, *where)


def _components(
    procedure: Procedure,
    submission: Submission,
    pages: dict[str, int],
    files: dict[str, Attachment],
) -> tuple[Component, ...]:
    """The slip's rows: each paper was shown as one original; copies are those asked for."""
    asked = copies(procedure.fees[0], submission.answers) if procedure.fees else 1
    return tuple(
        Component(
            code=rule.code,
            name=rule.name["vi"],
            originals=1,
            certified=0,
            photocopies=0,
            pages=pages.get(rule.code, 0),
            copies=asked,
            attachment=files.get(rule.code),
        )
        for rule in procedure.components
        if not rule.scanned or rule.code in files
    )


def _composed(submission: Submission) -> Submission:
    """The submission with every text as papers may carry it: one line, NFC, nothing invisible.

    What is sent and what is printed are then the same words, and a portal meets no control characters.
    """
    person = submission.person
    given = {nfc(name): _nfc(value) for name, value in submission.answers.items()}
    whole = Person(**{name: _nfc(getattr(person, name)) for name in _PERSON})
    return replace(submission, person=whole, answers=given)


def _nfc(value: Any) -> Any:  # noqa: ANN401 - passes on what is no text
    return clean(value, _LONGEST) if isinstance(value, str) else value
