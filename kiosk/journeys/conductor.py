"""Plays a journey in the world: does its effects on the workers and brings back what came of them.

The state lives on one thread (the window's, or the script's loop): `send` is called there, and
results from workers arrive there through ``post``. Windows and `kiosk run` use the same conductor.
"""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from devices.cancel import Cancel, Cancelled
from devices.code_reader.api import Code, CodeReader
from devices.idcard import dg2, qr
from devices.idcard.api import (
    CardChange,
    CardData,
    CardEvent,
    Face,
    IdCardReader,
    Key,
    ReadProgress,
    SoFar,
)
from devices.paper_printer.api import JobState, PaperPrinter
from devices.scanner.api import Scanner, Source
from devices.ticket_printer.api import PrintOutcome, TicketPrinter
from devices.watch import Watch
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import Clock, at_office
from kiosk.dossiers.dossier import HandedIn, Scan, Submission
from kiosk.dossiers.intake import Prepared
from kiosk.faults import Fault
from kiosk.journeys import card_moves, paying
from kiosk.journeys import submit as say
from kiosk.journeys.submit import Event, Paper, Printed, State
from kiosk.journeys.submit_moves import advance, begin
from kiosk.logbook import tell_bug
from kiosk.papers.receipt import receipt_image
from kiosk.papers.scan_pdf import scan_pdf
from kiosk.papers.slip import acceptance_slip
from kiosk.papers.ticket import OwnWords, png, ticket_image
from kiosk.payments.standing import FeeDesk, FeeWord
from kiosk.people.card_check import CardCheck
from kiosk.people.card_check import Source as PersonSource
from kiosk.people.from_card import person_from_card
from kiosk.people.person import Person
from kiosk.queueing.ticket import Ticket
from kiosk.settings import Office
from kiosk.workers import Worker

log = logging.getLogger(__name__)

Post = Callable[[Callable[[], None]], None]
"""Runs a callable soon on the thread that owns the state."""


class HandInDesk(Protocol):
    """What the conductor needs of the register."""

    def prepare(self, submission: Submission) -> Prepared: ...

    def forget(self, prepared: Prepared) -> None: ...

    def hand_in(self, what: Submission | Prepared) -> HandedIn: ...

    def ticket_printed(self, ticket: Ticket, outcome: str) -> None: ...


@dataclass(frozen=True)
class Workers:
    """One worker a device, one for the store's writes."""

    reader: Worker
    scanner: Worker
    ticket_printer: Worker
    paper_printer: Worker
    payments: Worker
    store: Worker

    @classmethod
    def start(cls) -> Workers:
        names = ("reader", "scanner", "ticket_printer", "paper_printer", "payments", "store")
        return cls(*(Worker(name) for name in names))

    def stop(self) -> None:
        devices = (self.reader, self.scanner, self.ticket_printer, self.paper_printer)
        for worker in (*devices, self.payments):
            worker.stop()
        self.store.stop()  # last: what was pressed is committed


@dataclass(frozen=True)
class Bench:
    """The devices and the register that a journey works with."""

    reader: IdCardReader
    scanner: Scanner
    ticket_printer: TicketPrinter
    paper_printer: PaperPrinter
    register: HandInDesk
    workers: Workers
    office: Office
    clock: Clock
    new_key: Callable[[], str]
    demo: bool
    code_reader: CodeReader | None = None
    fees: FeeDesk | None = None
    """Where the journey asks about money; None: nothing is known here and the counter takes it."""
    watching: paying.Watching = field(default_factory=paying.Watching)


class Conductor:
    """One journey of one citizen, from its start to its end.

    ``on_change`` gets every new state; ``on_event`` sees every event before it moves the state. Both
    are called on the owner's thread.
    """

    def __init__(
        self,
        bench: Bench,
        procedure: Procedure,
        post: Post,
        on_change: Callable[[State], None],
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self._bench = bench
        self._procedure = procedure
        self._post = post
        self._on_change = on_change
        self._on_event = on_event
        self._running = Cancel()
        self._watch: Watch | None = None
        self._code_watch: Watch | None = None
        self._listening = False
        self._prepared: Prepared | None = None  # the store's worker alone uses it
        self._drawing = (
            threading.Lock()
        )  # one paper at a time: several keep the window from its turn
        scans, fees = bench.code_reader is not None, bench.fees
        self.state = begin(procedure, scans_codes=scans, pay_ways=fees.ways if fees else ())

    def start(self) -> None:
        """Begins to watch the readers; a card that lies there already is noticed."""
        self._bench.workers.reader.submit(self._begin_watching)
        self._listen()
        self._on_change(self.state)

    def send(self, event: Event) -> None:
        """Moves the journey by an event, on the owner's thread."""
        if self.state.step is say.Step.ENDED:
            return
        if self._on_event is not None:
            self._on_event(event)
        self.state, effects = advance(self.state, event, self._bench.new_key)
        for effect in effects:
            self._do(effect)
        if self.state.step is say.Step.ENDED:
            self._bench.workers.reader.submit(self._end_watching)
            self._submit(self._bench.workers.store, self._forget)
        self._listen()
        self._on_change(self.state)

    # --- effects ---

    def _do(self, effect: say.Effect) -> None:
        workers = self._bench.workers
        match effect:
            case say.ReadCard(key):
                cancel = self._fresh_cancel()
                self._submit(workers.reader, lambda: self._read_card(key, cancel))
            case say.ScanPages(source):
                cancel = self._fresh_cancel()
                self._submit(workers.scanner, lambda: self._scan(source, cancel))
            case say.StopWork():
                self._running.cancel()
            case say.Prepare(state):
                self._submit(workers.store, lambda: self._prepare(state))
            case say.HandIn(state):
                self._submit(workers.store, lambda: self._hand_in(state))
            case say.PrintPapers():
                if effect.slip:
                    self._submit(workers.paper_printer, lambda: self._print_slip(effect))
                if effect.ticket:
                    self._submit(workers.ticket_printer, lambda: self._print_ticket(effect))
            case _:
                self._do_about_money(effect)

    def _do_about_money(self, effect: say.Effect) -> None:
        workers, fees = self._bench.workers, self._bench.fees
        if isinstance(effect, paying.PrintReceipt):
            self._submit(workers.ticket_printer, lambda: self._print_receipt(effect))
            return
        self._running.cancel()  # what was asked before would keep the worker
        cancel = self._fresh_cancel()
        match effect:
            case paying.LookAtFee(dossier) if fees is not None:
                self._submit(workers.payments, lambda: self._look_at_fee(fees, dossier, cancel))
            case paying.OpenPayment(dossier) if fees is not None:
                self._submit(workers.payments, lambda: self._open_payment(fees, dossier, cancel))
            case paying.FollowFee(dossier) if fees is not None:
                self._submit(workers.payments, lambda: self._follow_fee(fees, dossier, cancel))

    def _submit(self, worker: Worker, job: Callable[[], None]) -> None:
        """A bug in the job resets the page; the worker logs it."""

        def guarded() -> None:
            try:
                job()
            except BaseException:
                self._tell(say.ProgramFailed())
                raise

        worker.submit(guarded)

    def _fresh_cancel(self) -> Cancel:
        self._running = Cancel()
        return self._running

    def _tell(self, event: Event, work: Cancel | None = None) -> None:
        """From a worker: the event reaches the state on the owner's thread.

        ``work`` names the reading or scanning it comes from: what a former one still says when a new
        one has begun is dropped, else its pages would be taken for the new one's.
        """

        def arrive() -> None:
            if work is None or work is self._running:
                self.send(event)

        self._post(arrive)

    def _read_card(self, key: Key, cancel: Cancel) -> None:
        try:
            card = self._bench.reader.read(
                key, lambda progress: self._tell(self._progressed(progress), cancel), cancel
            )
        except Cancelled:
            return
        except Fault as fault:
            log.warning("card not read: %s", fault.code)
            self._tell(say.CardFailed(fault.code), cancel)
            return
        log.info("card read: %d APDUs, %.3f s", card.apdus, card.seconds)
        read = say.CardRead(
            person=self._person(card),
            portrait=_portrait(card.face) if card.face else None,
            check=check_of(card),
            chip=SoFar(card.mrz, card.citizen, card.lamps),
            apdus=card.apdus,
            seconds=card.seconds,
        )
        self._tell(read, cancel)

    def _progressed(self, progress: ReadProgress) -> say.CardProgressed:
        so_far = progress.so_far
        return say.CardProgressed(progress, self._person(so_far) if so_far else None)

    def _person(self, read: CardData | SoFar) -> Person:
        return person_from_card(read, at_office(self._bench.clock()).date())

    def _scan(self, source: Source, cancel: Cancel) -> None:
        try:
            self._bench.scanner.scan(
                source,
                lambda page: self._tell(say.PageScanned(page), cancel),
                lambda share: self._tell(say.PageProgressed(share), cancel),
                cancel,
            )
        except Cancelled:
            self._tell(say.ScanEnded(), cancel)
        except Fault as fault:
            log.warning("not scanned: %s", fault.code)
            self._tell(say.ScanFailed(fault.code), cancel)
        else:
            self._tell(say.ScanEnded(), cancel)

    def _prepare(self, state: State) -> None:
        """What can't be prepared is tried again at the press, and told then."""
        self._forget()
        try:
            self._prepared = self._bench.register.prepare(submission_of(state))
        except Fault as fault:
            log.warning("not prepared: %s", fault.code)
        except Exception as bug:  # noqa: BLE001  the press meets it again
            tell_bug(bug)

    def _forget(self) -> None:
        """What was prepared and isn't handed in as it is."""
        prepared, self._prepared = self._prepared, None
        if prepared is None:
            return
        try:
            self._bench.register.forget(prepared)
        except Fault as fault:  # its files go at the next start
            log.warning("not forgotten: %s", fault.code)

    def _hand_in(self, state: State) -> None:
        try:
            handed_in = self._bench.register.hand_in(self._prepared or submission_of(state))
            self._prepared = None
        except Fault as fault:
            log.error("hand-in refused: %s", fault.code)
            self._forget()
            # Only here is it certain that nothing was recorded, and only here it is said.
            unsaved = fault.code == "DISK_FULL"
            self._tell(say.HandInFailed("HAND_IN_NOT_SAVED" if unsaved else fault.code))
            return
        self._tell(say.DossierHandedIn(handed_in))

    def _look_at_fee(self, fees: FeeDesk, dossier: str, cancel: Cancel) -> None:
        try:
            self._tell(paying.FeeSeen(fees.look(dossier)), cancel)
        except Fault as fault:
            self._payment_failed(fault, cancel)

    def _open_payment(self, fees: FeeDesk, dossier: str, cancel: Cancel) -> None:
        """The desk opens one page a claim, however often it is asked; a doubtful one is asked after."""
        try:
            fees.open(dossier)
        except Fault as fault:
            if fault.code != "PAYMENT_UNCLEAR":  # the notes say the same, and it is asked after
                self._payment_failed(fault, cancel)
                return
        self._follow_fee(fees, dossier, cancel)

    def _follow_fee(self, fees: FeeDesk, dossier: str, cancel: Cancel) -> None:
        """Asks at a calm pace until it is certain, the time is over or nobody looks any more."""
        pace, began = self._bench.watching, time.monotonic()
        pause, left = pace.first_s, pace.total_s
        try:
            fee = fees.look(dossier)
            while not cancel.asked:
                self._tell(paying.FeeSeen(fee, round(left)), cancel)
                if fee.word not in paying.OPEN or left <= 0 or cancel.wait(min(pause, left)):
                    return
                pause = min(pause * 1.25, pace.most_s)
                fee = fees.ask(dossier)
                left = max(pace.total_s - (time.monotonic() - began), 0)
        except Fault as fault:
            self._payment_failed(fault, cancel)

    def _payment_failed(self, fault: Fault, cancel: Cancel) -> None:
        log.warning("not paid: %s", fault.code)
        self._tell(paying.PaymentFailed(fault.code), cancel)

    def _print_receipt(self, effect: paying.PrintReceipt) -> None:
        bench, printer = self._bench, self._bench.ticket_printer
        image = receipt_image(
            effect.handed_in, effect.fee, bench.office, width_px=printer.width_px, demo=bench.demo
        )
        try:
            end = printer.print(image, Cancel())
        except Fault as fault:
            log.warning("receipt not printed: %s", fault.code)
            self._tell(say.ReceiptPrinted(Paper(Printed.FAILED, fault.code)))
            return
        sure = end is PrintOutcome.CONFIRMED
        self._tell(say.ReceiptPrinted(Paper(Printed.CONFIRMED if sure else Printed.UNCONFIRMED)))

    def _paid(self, handed_in: HandedIn) -> tuple[str, ...]:
        """Numbers of what was paid by now; a paper is never held up by this question."""
        fees = self._bench.fees
        try:
            fee = fees.look(handed_in.dossier.id) if fees else None
        except Fault as fault:
            log.warning("fee not looked at: %s", fault.code)
            return ()
        return fee.numbers if fee is not None and fee.word is FeeWord.PAID else ()

    def _print_slip(self, effect: say.PrintPapers) -> None:
        paid = self._paid(effect.handed_in)
        try:
            with self._drawing:
                pdf = acceptance_slip(
                    effect.handed_in, self._bench.office, demo=self._bench.demo, paid=paid
                )
            end = self._bench.paper_printer.print(pdf, lambda _: None, Cancel())
        except Fault as fault:
            log.warning("slip not printed: %s", fault.code)
            self._tell(say.SlipPrinted(Paper(Printed.FAILED, fault.code)))
            return
        sure = Printed.CONFIRMED if end is JobState.DONE else Printed.UNCONFIRMED
        self._tell(say.SlipPrinted(Paper(sure)))

    def _print_ticket(self, effect: say.PrintPapers) -> None:
        bench, printer = self._bench, self._bench.ticket_printer
        paid = bool(self._paid(effect.handed_in))
        with self._drawing:
            image = ticket_image(
                effect.handed_in,
                bench.office,
                width_px=printer.width_px,
                demo=bench.demo,
                again=effect.again,
                own=OwnWords(self._procedure.short_name["vi"], self._procedure.notes["vi"]),
                paid=paid,
            )
        self._note_ticket(effect.handed_in.ticket, "sent")
        try:
            end = printer.print(image, Cancel())
        except Fault as fault:
            log.warning("ticket not printed: %s", fault.code)
            paper = Paper(Printed.FAILED, fault.code)
        else:
            sure = end is PrintOutcome.CONFIRMED
            paper = Paper(Printed.CONFIRMED if sure else Printed.UNCONFIRMED)
        self._note_ticket(effect.handed_in.ticket, paper.state.value)
        self._tell(say.TicketPrinted(paper, png(image)))

    def _note_ticket(self, ticket: Ticket, how: str) -> None:
        register = self._bench.register
        self._bench.workers.store.submit(lambda: register.ticket_printed(ticket, how))

    # --- the readers' own events ---

    def _on_card(self, event: CardEvent) -> None:
        match event.change:
            case CardChange.CARD_IN:
                self._tell(say.CardPlaced())
            case CardChange.CARD_OUT:
                self._tell(say.CardLifted())
            case CardChange.SERVICE_GONE:
                self._tell(say.CardLifted())  # it is told anew when the service is back
                self._look_for_reader()
            case _:
                self._look_for_reader()

    def _look_for_reader(self) -> None:
        """Says whether there is a reader; without one nobody shall wait for a card."""
        try:
            found = self._bench.reader.readers()
        except Fault as fault:
            self._tell(say.ReaderLost(fault.code))
        else:
            self._tell(say.ReaderFound() if found else say.ReaderLost("NO_READER"))

    def _begin_watching(self) -> None:
        self._look_for_reader()
        self._watch = self._bench.reader.watch(self._on_card)

    def _end_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def _listen(self) -> None:
        """Codes are read only while one means something: elsewhere they are nobody's business."""
        listens = self.state.step in card_moves.LISTENS and self.state.scans_codes
        if listens != self._listening:
            self._listening = listens
            worker = self._bench.workers.reader
            worker.submit(self._begin_listening if listens else self._end_listening)

    def _begin_listening(self) -> None:
        if self._bench.code_reader is not None:
            self._code_watch = self._bench.code_reader.watch(self._on_code)

    def _end_listening(self) -> None:
        if self._code_watch is not None:
            self._code_watch.stop()
            self._code_watch = None

    def _on_code(self, code: Code) -> None:
        try:
            found = qr.parse(code.text, doubtful=code.doubtful)
        except Fault as fault:
            log.info("code not used: %s", fault.code)
            self._tell(say.CodeScanned(None))
            return
        self._tell(say.CodeScanned(found))


def check_of(card: CardData) -> CardCheck:
    """What the chip proved, as it is kept with the dossier."""
    signed = card.passive.content.ok and card.passive.signature.ok
    return CardCheck(
        source=PersonSource.CHIP,
        access=card.access,
        lamps=card.lamps,
        mismatches=card.mismatches,
        # A certificate that signed nothing here must not be confirmed later for this card.
        signer=card.passive.certificate if signed else None,
        signer_sha256=card.passive.certificate_sha256,
    )


def _portrait(face: Face) -> bytes | None:
    """The face as a PNG for the screen; None when it can't be shown."""
    try:
        picture = dg2.decode(face)
    except Fault:
        return None
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def submission_of(state: State) -> Submission:
    """What this state hands in. Raises `ValueError` when the journey isn't that far: a bug."""
    if state.person is None or not state.submission_key:
        raise ValueError("nothing to hand in yet")
    scans = tuple(
        Scan(rule.code, scan_pdf(state.pages), len(state.pages))
        for rule in state.procedure.components
        if rule.scanned
    )
    return Submission(
        key=state.submission_key,
        procedure=state.procedure.code,
        version=state.procedure.version,
        person=state.person,
        answers=state.answers,
        scans=scans,
        check=state.check,
    )
