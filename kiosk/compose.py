"""Builds a station's parts from its settings and hands them to a face. The only place that knows them all."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from devices.cancel import Cancel
from devices.idcard.api import IdCardReader
from devices.paper_printer.api import PaperPrinter
from devices.scanner.api import Scanner
from devices.ticket_printer.api import TicketPrinter
from devices.ticket_printer.escpos import EscposTicketPrinter
from devices.ticket_printer.options import TicketOptions
from devices.ticket_printer.simulated import SimulatedTicketPrinter
from kiosk.catalogue.calendar import Calendar, load_calendar
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import now
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.register import Place, Register
from kiosk.health import Health, Watched
from kiosk.journeys.conductor import Bench, Workers
from kiosk.logbook import open_log
from kiosk.outbox.outbox import Outbox
from kiosk.settings import Settings
from kiosk.store.database import Database
from kiosk.store.lock import state_lock
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.portal.messages import encode

_CALM_END_S = 2.0
"""How long a running request may go on when the program ends, before it is cut: it is sent again later."""


@dataclass(frozen=True)
class Devices:
    """The station's devices. ``ticket_world`` is the simulated printer behind the driver, in a demo."""

    reader: IdCardReader
    scanner: Scanner
    ticket_printer: TicketPrinter
    paper_printer: PaperPrinter
    ticket_world: SimulatedTicketPrinter | None = None


@dataclass(frozen=True)
class Station:
    """An opened station. ``devices``, ``bench`` and ``health`` are there when opened with devices."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    calendar: Calendar
    attachments: Attachments
    outbox: Outbox
    register: Register
    courier: Courier
    driver: AdapterDriver
    devices: Devices | None = None
    bench: Bench | None = None
    health: Health | None = None


@contextmanager
def open_station(settings: Settings, *, devices: bool = True) -> Iterator[Station]:
    """Opens the store (one process on a state folder) and, if asked, the devices; closes all of it in order.

    Raises `Fault` (``STATE_IN_USE``, ``STORE_NEWER``, ``STORE_DAMAGED``, ``DISK_FULL``).
    """
    with ExitStack() as stack:
        folder = settings.folder
        stack.enter_context(state_lock(folder))
        open_log(folder / "log")
        database = Database(folder / "station.db", now)
        stack.callback(database.close)
        catalogue, calendar = load_catalogue(), load_calendar(settings.office.calendar)
        outbox = Outbox(database, settings.office.station, now)
        outbox.recover()
        office = settings.office
        attachments = Attachments(folder / "attachments")
        register = Register(
            database,
            attachments,
            outbox,
            catalogue,
            calendar,
            Place(
                office.agency,
                office.station,
                office.serial_first,
                office.serial_last,
                database.born(),
            ),
            new_id=new_id,
            encode=encode,
        )
        register.sweep()
        driver = AdapterDriver(settings.portal, office.agency)
        stack.callback(driver.close)
        courier = Courier(outbox, driver, now, Random())  # noqa: S311  spreads load only
        station = Station(
            settings,
            database,
            catalogue,
            calendar,
            attachments,
            outbox,
            register,
            courier,
            driver,
        )
        if devices:
            station = _with_devices(station, stack)
        yield station


def new_id() -> str:
    """A new random id: dossier ids, idempotency keys."""
    return str(uuid.uuid4())


@contextmanager
def courier_running(station: Station) -> Iterator[None]:
    """Runs the courier on a thread of its own; at the end a request that runs is cut short."""
    cancel = Cancel()
    thread = threading.Thread(
        target=station.courier.run, args=(cancel,), name="courier", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        cancel.cancel()
        station.courier.wake()
        thread.join(_CALM_END_S)
        if thread.is_alive():
            station.driver.close()
            thread.join()


def _with_devices(station: Station, stack: ExitStack) -> Station:
    settings = station.settings
    ticket_printer, ticket_world = _ticket_printer(settings, stack)
    devices = Devices(
        _reader(settings),
        _scanner(settings),
        ticket_printer,
        _paper_printer(settings),
        ticket_world,
    )
    workers = Workers.start()
    stack.callback(workers.stop)
    bench = Bench(
        reader=devices.reader,
        scanner=devices.scanner,
        ticket_printer=devices.ticket_printer,
        paper_printer=devices.paper_printer,
        register=station.register,
        workers=workers,
        office=settings.office,
        clock=now,
        new_key=new_id,
        demo=settings.demo,
    )
    health = Health(
        {
            "reader": Watched(devices.reader.status, workers.reader, needed=True),
            "scanner": Watched(devices.scanner.status, workers.scanner, needed=True),
            "ticket_printer": Watched(
                devices.ticket_printer.status, workers.ticket_printer, needed=False
            ),
            "paper_printer": Watched(
                devices.paper_printer.status, workers.paper_printer, needed=False
            ),
        }
    )
    return replace(station, devices=devices, bench=bench, health=health)


def _reader(settings: Settings) -> IdCardReader:
    chosen = settings.devices.id_card
    if chosen.driver == "pcsc":
        from devices.idcard.pcsc import PcscReader

        return PcscReader(chosen.reader)
    from devices.idcard.simulated import SimulatedReader
    from devices.idcard.virtual.card import VirtualCard
    from devices.idcard.virtual.faults import Switches
    from devices.idcard.virtual.person import VirtualPerson

    person = VirtualPerson().with_expiry(chosen.card.expiry)
    card = VirtualCard(person, Switches())
    return SimulatedReader(card, chosen.card.latency_ms, present=chosen.card.present)


def _scanner(settings: Settings) -> Scanner:
    chosen = settings.devices.scanner
    if chosen.driver == "scanimage":
        from devices.scanner.options import ScanOptions
        from devices.scanner.scanimage import ScanimageScanner

        return ScanimageScanner(ScanOptions(**chosen.model_dump(exclude={"driver", "page_ms"})))
    from devices.scanner.simulated import SimulatedScanner

    return SimulatedScanner(chosen.dpi, chosen.jpeg_quality, chosen.page_ms, pages=0)


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


def printed_tickets(settings: Settings) -> Path:
    """Where the simulated ticket printer leaves what it printed."""
    return settings.folder / "printed" / "tickets"


def printed_papers(settings: Settings) -> Path:
    """Where the simulated A4 printer leaves what it printed."""
    return settings.folder / "printed" / "papers"
