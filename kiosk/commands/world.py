"""The demo's simulated world: the desk's switches on the simulated devices, the line and the portal."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from devices.code_reader.simulated import SimulatedCodeReader
from devices.idcard.simulated import SimulatedReader
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from devices.paper_printer.simulated import SimulatedPaperPrinter
from devices.scanner.simulated import SimulatedScanner
from devices.ticket_printer.simulated import SimulatedTicketPrinter
from devices.ticket_printer.virtual.state import Mood
from kiosk.compose import Station
from kiosk.compose_devices import printed_papers
from kiosk.payments import rows
from kiosk.settings import Settings, SettingsError
from sync.sandbox.line import Line
from sync.sandbox.process import SandboxProcess, at_the_bank
from ui.simulated_world.world import BankAct, CardKind, Output, Printer, ScannerFault

log = logging.getLogger(__name__)

_LOOK_S = 0.5

Kind = TypeVar("Kind")

_CARDS = {
    CardKind.GOOD: Switches(),
    CardKind.NO_PACE: Switches(no_pace=True),
    CardKind.STRANGE_ISSUER: Switches(unknown_csca=True),
    CardKind.ALTERED: Switches(sod_wrong_hash=13),
    CardKind.CLONE: Switches(clone=True),
    CardKind.BROKEN_PHOTO: Switches(dg2_broken=True),
    CardKind.NO_CHIP: Switches(not_emrtd=True),
}
"""What is different with each card; its holder is always the same synthetic person."""
_SEX = {"F": "Nữ", "M": "Nam"}


@contextmanager
def sandbox_behind_a_line(
    settings: Settings, data: Path
) -> Iterator[tuple[Settings, SandboxProcess, Line]]:
    """A sandbox portal in a process of its own, and settings that reach it through a line that can be cut."""
    with SandboxProcess(data) as portal:
        line = Line(portal.port)
        try:
            yield _at(settings, line.url), portal, line
        finally:
            line.close()


def _at(settings: Settings, url: str) -> Settings:
    """The settings with the sandbox there: as portal, and as payment platform where that was the same."""
    moved: dict[str, object] = {"portal": settings.portal.model_copy(update={"url": url})}
    if settings.payments.url == settings.portal.url:
        moved["payments"] = settings.payments.model_copy(update={"url": url})
    return settings.model_copy(update=moved)


class DemoWorld:
    """Implements the desk's `World` on a station whose devices are all simulated.

    A thread of its own makes pictures of what the printers print; no call of the desk blocks.
    """

    def __init__(self, station: Station, line: Line) -> None:
        devices = station.devices
        if devices is None:
            raise ValueError("a station without devices")
        self._reader = _simulated(devices.reader, SimulatedReader)
        self._scanner = _simulated(devices.scanner, SimulatedScanner)
        self._papers = _simulated(devices.paper_printer, SimulatedPaperPrinter)
        self._tickets = _simulated(devices.ticket_world, SimulatedTicketPrinter)
        self._station = station
        self._line = line
        self._card = station.settings.devices.id_card.card.present
        self._kind = CardKind.GOOD
        self._fault = ScannerFault.NONE
        self._outputs: list[Output] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_at_trays, name="trays", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)

    # --- card and scanner ---

    def card_print(self) -> tuple[str, str, str]:
        person = self._person()
        return person.number, person.birth_text, person.expires_text

    def card_kind(self) -> CardKind:
        return self._kind

    def set_card_kind(self, kind: CardKind) -> None:
        self._kind = kind
        card = VirtualCard(self._person(), replace(_CARDS[kind]))
        if self._card:
            self._reader.put_card(card)
        else:
            self._reader.card = card

    def scans_codes(self) -> bool:
        return self._code_reader() is not None

    def scan_card_code(self) -> None:
        reader = self._code_reader()
        if reader is not None:
            reader.scan(code_text(self._person()))

    def _code_reader(self) -> SimulatedCodeReader | None:
        bench = self._station.bench
        found = bench.code_reader if bench is not None else None
        return found if isinstance(found, SimulatedCodeReader) else None

    def _person(self) -> VirtualPerson:
        return VirtualPerson().with_expiry(self._station.settings.devices.id_card.card.expiry)

    def card_present(self) -> bool:
        return self._card

    def set_card_present(self, present: bool) -> None:
        self._card = present
        if present:
            self._reader.put_card()
        else:
            self._reader.lift_card()

    def pages_loaded(self) -> int:
        return self._scanner.waiting

    def load_pages(self, count: int) -> None:
        self._scanner.load(count)

    def scanner_fault(self) -> ScannerFault:
        return self._fault

    def set_scanner_fault(self, fault: ScannerFault) -> None:
        self._fault = fault
        self._scanner.switches.jam_after = 0 if fault is ScannerFault.JAM else None
        self._scanner.switches.cover_open = fault is ScannerFault.COVER_OPEN

    # --- printers ---

    def paper_present(self, printer: Printer) -> bool:
        if printer is Printer.PAPER:
            return not self._papers.switches.paper_out
        return self._tickets.state.mood is not Mood.OUT

    def set_paper_present(self, printer: Printer, present: bool) -> None:
        if printer is Printer.PAPER:
            self._papers.switches.paper_out = not present
        else:
            self._tickets.set(Mood.OK if present else Mood.OUT)
        if self._station.health is not None:
            self._station.health.look()

    def outputs(self) -> Sequence[Output]:
        return list(self._outputs)

    # --- the line ---

    def network_up(self) -> bool:
        return self._line.up

    def set_network_up(self, up: bool) -> None:
        if up:
            self._line.mend()
            self._station.courier.wake()
        else:
            self._line.cut()

    # --- the phone at the bank's page ---

    def pages_to_pay(self) -> int:
        return len(self._to_pay())

    def at_the_bank(self, act: BankAct) -> None:
        pages = self._to_pay()
        if pages:
            threading.Thread(target=_press, args=(pages[-1], act.value), daemon=True).start()

    def _to_pay(self) -> list[str]:
        """Addresses of open pages, oldest first."""
        running = rows.open_attempts(self._station.database.read())
        running.sort(key=lambda one: one.started_at)
        return [one.url for one in running if one.url]

    def outbox_waiting(self) -> int:
        return self._station.courier.condition.waiting

    def _look_at_trays(self) -> None:
        shown = 0
        while not self._stop.wait(_LOOK_S):
            jobs = self._tickets.jobs
            for job in jobs[shown:]:
                self._add(Printer.TICKET, job.picture.read_bytes(), job.picture)
            shown = len(jobs)
            for pdf in self._papers.take_paper():
                self._add(Printer.PAPER, first_page(pdf), pdf)

    def _add(self, printer: Printer, picture: bytes, file: Path) -> None:
        if picture:
            at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            number = 1 + sum(output.printer is printer for output in self._outputs)
            self._outputs.append(Output(printer, number, at, picture))


def _press(page: str, act: str) -> None:
    try:
        at_the_bank(page, act)
    except OSError as error:  # requests' exceptions are such, too
        log.warning("the bank's page was not reached: %s", type(error).__name__)


def code_text(person: VirtualPerson) -> str:
    """What the code printed on this person's card says."""
    dates = (person.birth_text.replace("/", ""), person.issued.replace("/", ""))
    fields = (person.number, person.old_number, person.name, dates[0], _SEX[person.sex])
    return "|".join((*fields, person.residence, dates[1]))


def first_page(pdf: Path) -> bytes:
    """A PDF's first page as PNG by pdftoppm; empty where that program is missing."""
    try:
        made = subprocess.run(
            ["pdftoppm", "-png", "-r", "90", "-singlefile", pdf],
            capture_output=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return made.stdout


def papers_of(settings: Settings) -> list[Path]:
    """What the simulated A4 printer printed, oldest first."""
    return sorted(printed_papers(settings).glob("*.pdf"))


def _simulated(device: object, kind: type[Kind]) -> Kind:
    if not isinstance(device, kind):
        raise SettingsError(f"the demo needs simulated devices; {type(device).__name__} is not")
    return device
