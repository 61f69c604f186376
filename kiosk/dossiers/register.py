"""The register of dossiers: a press is one small durable write, and nothing is promised before it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from kiosk.catalogue.calendar import Calendar
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import at_office
from kiosk.dossiers import answers, card_checks, intake, rows, serials
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.card_checks import KeptCheck
from kiosk.dossiers.code import format_code
from kiosk.dossiers.composing import composed
from kiosk.dossiers.dossier import Dossier, HandedIn, Submission
from kiosk.dossiers.entry import Encode, Entry
from kiosk.dossiers.intake import Content, Draft, Paper, Prepared, Received
from kiosk.dossiers.serials import Range
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.logbook import tell_bug
from kiosk.outbox.outbox import Outbox
from kiosk.queueing import numbers
from kiosk.queueing.ticket import Ticket
from kiosk.store.database import Database
from kiosk.store.link import Transaction

_log = logging.getLogger(__name__)

_OF_THE_STORE = frozenset({"DISK_FULL", "STORE_BUSY", "STORE_DAMAGED"})
"""Faults that say nothing about the dossier."""


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
        self._catalogue = catalogue
        self._place = place
        self._new_id = new_id
        self._entry = Entry(outbox, calendar, encode, new_id, gateway=place.gateway)
        self._files = threading.Lock()  # between writing files and the rows that own them
        self._behind: Fault | None = None  # why the store couldn't take a dossier that is received
        self._told: set[str] = set()  # keys of what is stuck, so that the log says it once

    def begin(self) -> None:
        """At the start of the program, which is alone with the store: settles what an earlier run left."""
        try:
            with self._database.transaction() as tx:
                intake.forget_all(tx)
        except Fault as fault:  # a full disk: the next start tries again
            _log.warning("pages that were open are not forgotten: %s", fault.code)
        self.enter_waiting()
        self.sweep()

    def prepare(self, submission: Submission) -> Prepared:
        """While the review page is read: checks, composes, stores the files, writes the row and gives it numbers.

        Nothing is received yet, and it can be forgotten. Whatever would fail later fails here: the
        dossier and its messages are made once for trial. Raises `Fault`: PROCEDURE_UNKNOWN, ANSWERS_INVALID,
        SERIALS_USED_UP, DISK_FULL, STORE_BUSY, STORE_DAMAGED.
        """
        with self._files:
            return self._prepare(submission)

    def forget(self, prepared: Prepared) -> None:
        """It isn't handed in: the row and the files that were stored for it alone go."""
        with self._files:
            with self._database.transaction(flush=False) as tx:
                intake.forget(tx, prepared)
            self._settle(_hashes(prepared))

    def receive(self, prepared: Prepared) -> Received | None:
        """The press: when this returns, the dossier is durable and its numbers are its own.

        One small write; `hand_in` enters it into the register next. None: the same key was received
        before. Raises `Fault`: SERIALS_USED_UP, ATTACHMENT_LOST, DISK_FULL, STORE_DAMAGED, STORE_BUSY; then
        nothing was received.
        """
        with self._database.transaction() as tx:
            day = at_office(tx.at).date()
            if day == prepared.day:
                received = intake.receive(tx, prepared)
                if received is not None:
                    return received
            return self._receive_anew(tx, prepared, day)

    def hand_in(self, what: Submission | Prepared) -> HandedIn:
        """Receives a dossier: when this returns, it is durable and its sending is planned.

        The same key again (double press, crash after the commit) gives the same answer and writes
        nothing. Raises `Fault` as `prepare` and `receive` do; then nothing was received. What is received but
        can't be entered into the register just now is entered later (`enter_waiting`), and before another one
        is received.
        """
        with self._files:
            before = self._standing(_key(what))
            if before is not None:
                if isinstance(what, Prepared):
                    self._settle(_hashes(what))
                return before
            if self._behind:
                self._catch_up()
            if isinstance(what, Prepared):
                handed_in = self._take_in(what)
                self._settle(_hashes(what))
                return handed_in
            prepared = self._prepare(what)
            try:
                return self._take_in(prepared)
            except BaseException:
                self._forget_refused(prepared)
                raise
            finally:
                self._settle(_hashes(prepared))

    def enter_waiting(self) -> None:
        """Enters what was received when the power went or the disk was full.

        What can't be entered is told to the log and stays; it holds up nobody.
        """
        if intake.is_empty(self._database.read()):
            return
        with self._files:
            try:
                self._catch_up()
            except Fault as fault:
                _log.error("dossiers can't be entered: %s", fault.code)

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
            rows.mark_shown(tx, dossier_id, tx.at_ms)
            intake.mark_shown(tx, dossier_id)

    def ticket_printed(self, ticket: Ticket, how: str) -> None:
        """Notes how far the ticket's paper came (`numbers.mark_printed`), in the journal too."""
        with self._database.transaction() as tx:
            numbers.mark_printed(tx, ticket, how)
            where = (ticket.office, ticket.day.isoformat(), ticket.label, how)
            by = self._place.station
            journal.append(tx, journal.Kind.TICKET_PRINTED, ticket.label, by, *where)

    def sweep(self) -> int:
        """Removes files of hand-ins that failed and so belong to no dossier; gives their number.

        Only those that a hand-in noted and never settled, and that nothing in the intake owns. Other files that
        the store doesn't know stay: it may be a new one, or a copy put back that is older than they are.
        """
        with self._files:
            return self._attachments.sweep() + self._settle(self._attachments.pending())

    def _settle(self, hashes: Iterable[str]) -> int:
        """Removes the content among it that was put for nobody else and has no dossier; gives its number.

        What can't be removed now is looked at again by the sweep.
        """
        removed = 0
        for sha256 in hashes:
            try:
                removed += self._settled(sha256)
            except (Fault, OSError) as error:
                _log.warning("file %s not settled: %s", sha256[:12], type(error).__name__)
            except Exception as bug:  # noqa: BLE001  after a press nothing may look like a refusal
                tell_bug(bug)
        return removed

    def _settled(self, sha256: str) -> bool:
        files, reader = self._attachments, self._database.read()
        if not files.is_pending(sha256) or intake.owns(reader, sha256):
            return False
        owned = reader.number("SELECT count(*) FROM attachment WHERE sha256 = ?", (sha256,))
        if not owned:
            files.remove(sha256)
        files.settle(sha256)
        return not owned

    def _prepare(self, submission: Submission) -> Prepared:
        submission = composed(submission)
        procedure = self._procedure(submission.procedure, submission.version)
        answers.check(procedure, submission)
        papers: list[Paper] = []
        try:
            for scan in submission.scans:
                file = self._attachments.put(scan.pdf, pending=True)
                papers.append(Paper(scan.component, scan.pages, file))
            draft = self._draft(procedure, submission, tuple(papers))
            with self._database.transaction(flush=False) as tx:
                day = at_office(tx.at).date()
                return intake.prepare(tx, draft, day, self._serials(day))
        except BaseException:
            self._settle(paper.file.sha256 for paper in papers)
            raise

    def _receive_anew(self, tx: Transaction, prepared: Prepared, day: date) -> Received | None:
        """It is another day than when it was prepared, its row has gone, or its key was received before."""
        if intake.is_known(tx, prepared.draft.content.key):
            return None
        for sha256 in _hashes(prepared):  # with the row its files may have gone
            self._attachments.need(sha256)
        intake.forget(tx, prepared)
        again = intake.prepare(tx, prepared.draft, day, self._serials(day))
        received = intake.receive(tx, again)
        if received is None:
            intake.forget(tx, again)
        return received

    def _forget_refused(self, prepared: Prepared) -> None:
        with suppress(Fault), self._database.transaction(flush=False) as tx:
            intake.forget(tx, prepared)  # else at the next start

    def _draft(
        self, procedure: Procedure, submission: Submission, papers: tuple[Paper, ...]
    ) -> Draft:
        content = Content(
            id=self._new_id(),
            key=submission.key,
            agency=self._place.agency,
            station=self._place.station,
            procedure=procedure.code,
            version=procedure.version,
            person=submission.person,
            answers=submission.answers,
            papers=papers,
            check=submission.check,
            made_by=submission.made_by,
            keys=(),
        )
        at = self._database.now()
        code = format_code(content.agency, at_office(at).date(), self._place.serial_last)
        messages = self._entry.tried(procedure, content, code, at)
        content = replace(content, keys=tuple(self._new_id() for _ in range(messages - 1)))
        sealed = intake.seal(self._database.read().vault, content)
        return Draft(content, procedure, sealed)

    def _procedure(self, code: str, version: str) -> Procedure:
        procedure = self._catalogue.version(code, version)
        if procedure is None:
            raise Fault("PROCEDURE_UNKNOWN", f"{code} {version}")
        return procedure

    def _serials(self, day: date) -> Range:
        first, last, born = self._place.serial_first, self._place.serial_last, self._place.born
        begin = serials.opening(first, last, born, day) if born else first
        return Range(first, last, begin)

    def _take_in(self, prepared: Prepared) -> HandedIn:
        received, draft = self.receive(prepared), prepared.draft
        if received is not None:
            return self._enter(draft.procedure, received, draft.content)
        before = self._standing(draft.content.key)
        if before is None:
            raise RuntimeError("neither in the intake nor in the register")
        return before

    def _standing(self, key: str) -> HandedIn | None:
        """What was received with this key before: out of the register, or out of the intake and into the register."""
        reader = self._database.read()
        received = intake.known(reader, key)
        content = received and intake.load(reader, received)
        if received and content:
            procedure = self._procedure(content.procedure, content.version)
            return self._enter(procedure, received, content)
        return rows.load(reader, "key", key)

    def _catch_up(self) -> None:
        """Enters all that waits. A store that can't take one dossier whole takes no further ones before it can.

        Raises its `Fault`; a dossier that is itself unfit is told to the log and stays.
        """
        for received in intake.waiting(self._database.read()):
            self._behind = None
            try:
                self._standing(received.key)
            except Exception as error:  # noqa: BLE001  it stays where it is, the others go on
                self._is_stuck(received, error)
            if self._behind is not None:
                raise self._behind
        self._behind = None

    def _enter(self, procedure: Procedure, received: Received, content: Content) -> HandedIn:
        """Into the register, in one transaction that is made again out of the intake if it comes to nothing.

        It is received whatever becomes of that, so nothing is raised for it.
        """
        handed_in = self._entry.handed_in(procedure, received, content)
        try:
            with self._database.transaction(at=received.at, flush=False) as tx:
                fresh, shown_at = intake.drop(tx, received)
                if fresh:  # else another thread was faster
                    self._entry.write(tx, procedure, received, handed_in, content)
                    if shown_at is not None:
                        rows.mark_shown(tx, received.id, shown_at)
            self._told.discard(received.key)
            card_checks.warn(received.code, content.check)
        except Exception as error:  # noqa: BLE001
            self._is_stuck(received, error)
        return handed_in

    def _is_stuck(self, received: Received, error: Exception) -> None:
        if isinstance(error, Fault) and error.code in _OF_THE_STORE:
            self._behind = error
        if received.key in self._told:
            return
        self._told.add(received.key)
        why = error.code if isinstance(error, Fault) else "PROGRAM_ERROR"
        _log.error("dossier %s is received but not entered: %s", received.code, why)
        if not isinstance(error, Fault):
            tell_bug(error)


def _key(what: Submission | Prepared) -> str:
    return what.draft.content.key if isinstance(what, Prepared) else what.key


def _hashes(prepared: Prepared) -> list[str]:
    return [paper.file.sha256 for paper in prepared.draft.content.papers]
