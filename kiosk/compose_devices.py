"""Builds the drivers of a station's devices from its settings."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from devices.code_reader.api import CodeReader
from devices.idcard.api import IdCardReader, TrustVerifier
from devices.idcard.reader import Means
from devices.paper_printer.api import PaperPrinter
from devices.scanner.api import Scanner
from devices.ticket_printer.api import TicketPrinter
from devices.ticket_printer.escpos import EscposTicketPrinter
from devices.ticket_printer.options import TicketOptions
from devices.ticket_printer.simulated import SimulatedTicketPrinter
from kiosk.settings import Settings


@dataclass(frozen=True)
class Devices:
    """The station's devices. ``ticket_world`` is the simulated printer behind the driver, in a demo."""

    reader: IdCardReader
    scanner: Scanner
    ticket_printer: TicketPrinter
    paper_printer: PaperPrinter
    code_reader: CodeReader | None = None
    """None: there is none, or the window listens to one that types."""
    ticket_world: SimulatedTicketPrinter | None = None


def open_devices(settings: Settings, trust: TrustVerifier, stack: ExitStack) -> Devices:
    """The drivers; what has to be ended is put on ``stack``."""
    ticket_printer, ticket_world = _ticket_printer(settings, stack)
    return Devices(
        reader=_reader(settings, trust),
        scanner=_scanner(settings),
        ticket_printer=ticket_printer,
        paper_printer=_paper_printer(settings),
        code_reader=_code_reader(settings),
        ticket_world=ticket_world,
    )


def _reader(settings: Settings, trust: TrustVerifier) -> IdCardReader:
    chosen, means = settings.devices.id_card, Means(trust=trust)
    if chosen.driver == "pcsc":
        from devices.idcard.pcsc import PcscReader

        return PcscReader(chosen.reader, means, chosen.extended)
    from devices.idcard.simulated import SimulatedReader
    from devices.idcard.virtual.card import VirtualCard
    from devices.idcard.virtual.person import VirtualPerson

    person = VirtualPerson().with_expiry(chosen.card.expiry)
    simulated = chosen.card
    return SimulatedReader(VirtualCard(person), simulated.latency_ms, simulated.present, means)


def _scanner(settings: Settings) -> Scanner:
    chosen = settings.devices.scanner
    if chosen.driver == "scanimage":
        from devices.scanner.options import ScanOptions
        from devices.scanner.scanimage import ScanimageScanner

        options = chosen.model_dump(exclude={"driver", "page_ms"})
        return ScanimageScanner(ScanOptions(**options, folder=_in_memory()))
    from devices.scanner.simulated import SimulatedScanner

    return SimulatedScanner(chosen.dpi, chosen.jpeg_quality, chosen.page_ms, pages=0)


def _in_memory() -> Path | None:
    """Where pages on their way from the scanner touch no disk; None where the system has no such folder."""
    return _RAM if os.access(_RAM, os.W_OK) else None


_RAM = Path("/dev/shm")  # noqa: S108  a RAM disk; what is made in it is private (mkdtemp)


def _ticket_printer(
    settings: Settings, stack: ExitStack
) -> tuple[TicketPrinter, SimulatedTicketPrinter | None]:
    chosen = settings.devices.ticket_printer
    options = chosen.model_dump(exclude={"driver"})
    world = None
    if chosen.driver == "simulated":
        world = SimulatedTicketPrinter(printed_tickets(settings), width_px=chosen.width_px)
        world.start()
        stack.callback(world.stop)
        options["address"] = f"127.0.0.1:{world.port}"
    return EscposTicketPrinter(TicketOptions(**options)), world


def _paper_printer(settings: Settings) -> PaperPrinter:
    chosen = settings.devices.paper_printer
    if chosen.driver == "ipp":
        from devices.paper_printer.ipp import IppOptions, IppPaperPrinter

        return IppPaperPrinter(IppOptions(chosen.uri, chosen.deadline_s))
    from devices.paper_printer.simulated import SimulatedPaperPrinter

    return SimulatedPaperPrinter(printed_papers(settings))


def _code_reader(settings: Settings) -> CodeReader | None:
    chosen = settings.devices.code_reader
    if chosen.driver == "serial":
        from devices.code_reader.serial_reader import SerialCodeReader

        return SerialCodeReader(chosen.port, chosen.baud, chosen.gap_ms / 1000)
    if chosen.driver == "simulated":
        from devices.code_reader.simulated import SimulatedCodeReader

        return SimulatedCodeReader()
    return None


def printed_tickets(settings: Settings) -> Path:
    """Where the simulated ticket printer leaves what it printed."""
    return settings.folder / "printed" / "tickets"


def printed_papers(settings: Settings) -> Path:
    """Where the simulated A4 printer leaves what it printed."""
    return settings.folder / "printed" / "papers"
