"""Builds a station's parts from its settings and hands them to a face. The only place that knows them all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from devices.cancel import Cancel
from devices.idcard.api import TrustVerifier
from devices.idcard.trust.files import File
from devices.idcard.trust.importing import import_files
from devices.idcard.trust.store import TrustStore
from devices.idcard.trust.verifier import LocalCscaVerifier, Policy
from kiosk.catalogue import release
from kiosk.catalogue.calendar import Calendar, load_calendar
from kiosk.catalogue.catalogue import Catalogue
from kiosk.clock import now
from kiosk.commands.sync_bundle import write
from kiosk.commands.trust import open_store
from kiosk.commands.vault import station_vault, tidy
from kiosk.compose_devices import Devices, open_devices
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.card_checks import CardChecks
from kiosk.dossiers.entry import Encode
from kiosk.dossiers.register import Place, Register
from kiosk.dossiers.uploads import UploadLedger
from kiosk.faults import Fault
from kiosk.health import Health, Watched
from kiosk.ids import uuid7
from kiosk.journeys.conductor import Bench, Workers
from kiosk.logbook import open_log
from kiosk.outbox.outbox import Outbox
from kiosk.payments.telling import FeeNews
from kiosk.safekeeping import Safekeeping
from kiosk.settings import Settings
from kiosk.store.database import Database
from kiosk.store.lock import state_lock
from kiosk.store.room import RoomWatch
from kiosk.workers import step_back
from sync.catalogue_feed import CatalogueFeed, public_key
from sync.courier import Courier
from sync.eid.client import GatewayClient
from sync.eid.confirm import Confirmer
from sync.eid.verifier import InTurn, RarGatewayVerifier
from sync.feeds import Feed, Feeds
from sync.payments.cashier import Cashier
from sync.payments.client import PlatformClient
from sync.payments.desk import PaymentDesk
from sync.payments.rounds import Rounds
from sync.petition_feed import petition_feed
from sync.portal.adapter import AdapterDriver
from sync.portal.lengths import shipped
from sync.portal.messages import Codes, encode
from sync.portal.relay import RelayDriver
from sync.portal.session import PortalSession
from sync.status_feed import status_feed
from sync.uploads import FilesFirst, Uploads

log = logging.getLogger(__name__)

_LAST_COPY_S = 5.0
"""How long the end waits for the second disk; a stick may hang for ever, and a cut-off copy is no copy."""
_CALM_END_S = 2.0
"""How long a running request may go on when the program ends, before it is cut: it is sent again later."""


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
    driver: AdapterDriver | FilesFirst | RelayDriver
    room: RoomWatch
    confirmer: Confirmer | None = None
    """Asks the gateway about signers of cards later, where the office has one."""
    feeds: Feeds | None = None
    """Brings back states of dossiers and new catalogues, where the portal has such feeds."""
    safekeeping: Safekeeping | None = None
    """Copies what is unsent to a second disk, where there is one."""
    cashier: Rounds | None = None
    """Finds out what became of online payments, where the office has a payment platform."""
    devices: Devices | None = None
    bench: Bench | None = None
    health: Health | None = None

    def wake(self) -> None:
        """Something was handed in: what leaves the building goes soon."""
        self.courier.wake()
        if self.confirmer is not None:
            self.confirmer.wake()
        if self.cashier is not None:
            self.cashier.wake()


@contextmanager
def open_station(settings: Settings, *, devices: bool = True) -> Iterator[Station]:
    """Opens the store (one process on a state folder) and, if asked, the devices; closes all of it in order.

    Raises `Fault` (``STATE_IN_USE``, ``STORE_NEWER``, ``STORE_DAMAGED``, ``DISK_FULL``, ``VAULT_…``).
    """
    with ExitStack() as stack:
        folder = settings.folder
        stack.enter_context(state_lock(folder))
        open_log(folder / "log")
        vault = station_vault(settings)
        database = Database(folder / "station.db", now, vault)
        stack.callback(database.close)
        tidy(settings)
        catalogue = release.load(database.read(), fed=bool(settings.feeds.catalogue_path))
        calendar = load_calendar(settings.office.calendar)
        outbox = Outbox(database, settings.office.station, now)
        outbox.recover()
        office = settings.office
        room = RoomWatch(folder, settings.store)
        attachments = Attachments(folder / "attachments", vault, room.need)
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
                gateway=bool(settings.eid.url),
            ),
            new_id=new_id,
            encode=message_encoder(settings),
        )
        register.begin()
        for files in (attachments, Attachments(folder / "receipts", vault)):
            files.seal_plain()
        driver = _driver(settings, database, attachments)
        stack.callback(driver.close)
        courier = Courier(outbox, driver, now, Random())  # noqa: S311  spreads load only
        courier.before_round = partial(
            _before_round, register, fee_news(settings, database, outbox)
        )
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
            room,
            _confirmer(settings, database, stack),
            _feeds(settings, database, catalogue, stack),
            _safekeeping(settings, database),
            _rounds(settings, database, stack),
        )
        if devices:
            station = _with_devices(station, stack)
        yield station


def _before_round(register: Register, news: FeeNews) -> None:
    """Plans what is to be sent and isn't planned yet."""
    register.enter_waiting()
    news.plan()


def message_encoder(settings: Settings) -> Encode:
    """Makes a dossier's messages as this station's portal takes them."""
    return partial(
        encode,
        codes=Codes(
            fee_collections={str(way): code for way, code in settings.portal.collection.items()},
            online="1" if settings.payments.gateway == "national" else "2",
        ),
        file_url=settings.portal.file_address,
        lengths=shipped().changed(settings.portal.lengths),
    )


def fee_news(settings: Settings, database: Database, outbox: Outbox) -> FeeNews:
    """Plans what the portal is told of fees that were paid or given back."""
    return FeeNews(database, outbox, new_id=new_id, encode=message_encoder(settings))


def new_id() -> str:
    """A new id: dossier ids, idempotency keys."""
    return str(uuid7())


@contextmanager
def courier_running(station: Station) -> Iterator[None]:
    """Runs the courier, who confirms signers of cards, the feeds, who asks after payments, and the daily
    copies, each on a thread of its own; at the end a request that runs is cut short."""
    cancel = Cancel()
    threads = [_thread("courier", station.courier.run, cancel)]
    if station.confirmer is not None:
        threads.append(_thread("confirmer", station.confirmer.run, cancel))
    if station.feeds is not None:
        threads.append(_thread("feeds", station.feeds.run, cancel))
    if station.cashier is not None:
        threads.append(_thread("cashier", station.cashier.run, cancel))
    try:
        with _copying(station.safekeeping, cancel):
            yield
    finally:
        cancel.cancel()
        station.courier.wake()
        if station.confirmer is not None:
            station.confirmer.close()
        if station.feeds is not None:
            station.feeds.close()
        if station.cashier is not None:
            station.cashier.close()
        threads[0].join(_CALM_END_S)
        if threads[0].is_alive():
            station.driver.close()
        for thread in threads:
            thread.join()


@contextmanager
def _copying(keeping: Safekeeping | None, cancel: Cancel) -> Iterator[None]:
    if keeping is None:
        yield
        return
    thread = _thread("safekeeping", keeping.run, cancel)
    try:
        yield
    finally:
        cancel.cancel()
        thread.join(_LAST_COPY_S)
        if thread.is_alive():
            log.warning("the end doesn't wait for a second disk that doesn't answer")


def _thread(name: str, run: Callable[[Cancel], None], cancel: Cancel) -> threading.Thread:
    def work() -> None:
        step_back()
        run(cancel)

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _driver(
    settings: Settings, database: Database, attachments: Attachments
) -> AdapterDriver | FilesFirst | RelayDriver:
    """The way to the portal; with the files first where it takes files."""
    portal = settings.portal
    if portal.shape != "adapter":
        return RelayDriver(portal, settings.office.agency)
    session = PortalSession(portal, settings.office.agency)
    driver = AdapterDriver(portal, settings.office.agency, session)
    if not portal.files_path:
        return driver
    address = portal.url.rstrip("/") + portal.files_path
    chunk = portal.chunk_kib * 1024
    return FilesFirst(
        driver, Uploads(session, UploadLedger(database), attachments.read, address, chunk)
    )


def _confirmer(settings: Settings, database: Database, stack: ExitStack) -> Confirmer | None:
    if not settings.eid.url:
        return None
    checks = CardChecks(database, settings.office.station, now)
    confirmer = Confirmer(checks, GatewayClient(settings.eid, now), Random())  # noqa: S311  spreads load only
    stack.callback(confirmer.close)
    return confirmer


def _feeds(
    settings: Settings, database: Database, catalogue: Catalogue, stack: ExitStack
) -> Feeds | None:
    chosen, office = settings.feeds, settings.office
    session = PortalSession(settings.portal, office.agency)  # its own: it has a thread of its own
    parts: list[Feed] = []
    if chosen.states_path:
        path = chosen.states_path
        parts.append(status_feed(path, office.agency, session, database, office.station))
    if chosen.catalogue_path:
        keys = [public_key(one) for one in chosen.catalogue_keys]
        parts.append(CatalogueFeed(chosen.catalogue_path, keys, session, database, catalogue))
    if chosen.petitions_path:
        parts.append(petition_feed(chosen.petitions_path, office.agency, session, database))
    if not parts:
        return None
    poll_s = chosen.poll_s
    feeds = Feeds(parts, session, database, Random(), poll_s=poll_s)  # noqa: S311  spreads load only
    stack.callback(feeds.close)
    return feeds


def _safekeeping(settings: Settings, database: Database) -> Safekeeping | None:
    rules = settings.safekeeping
    if not rules.folder:
        return None
    return Safekeeping(rules, database, settings.office.station, partial(write, settings), now)


def _rounds(settings: Settings, database: Database, stack: ExitStack) -> Rounds | None:
    if not settings.payments.url:
        return None
    cashier, client = _cashier(settings, database, stack)
    return Rounds(database, cashier, client.close, now, Random())  # noqa: S311  spreads load only


def _fees(settings: Settings, database: Database, stack: ExitStack) -> PaymentDesk:
    """What the journey asks about money; a connection of its own, as it has a thread of its own."""
    chosen = settings.payments
    cashier = _cashier(settings, database, stack)[0] if chosen.url else None
    return PaymentDesk(database, settings.office.station, chosen, cashier)


def _cashier(
    settings: Settings, database: Database, stack: ExitStack
) -> tuple[Cashier, PlatformClient]:
    client = PlatformClient(settings.payments, settings.office, now)
    stack.callback(client.close)
    bills = Attachments(settings.folder / "receipts", database.read().vault)
    station = settings.office.station
    return Cashier(database, station, client, bills, now, Random()), client  # noqa: S311  spreads load only


def _with_devices(station: Station, stack: ExitStack) -> Station:
    settings = station.settings
    devices = open_devices(settings, _trust(settings, stack), stack)
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
        code_reader=devices.code_reader,
        fees=_fees(settings, station.database, stack),
    )
    health = Health(
        {
            # Not needed: who has no card, or no chip that can be read here, types.
            "reader": Watched(devices.reader.status, workers.reader, needed=False),
            "scanner": Watched(devices.scanner.status, workers.scanner, needed=True),
            "ticket_printer": Watched(
                devices.ticket_printer.status, workers.ticket_printer, needed=False
            ),
            "paper_printer": Watched(
                devices.paper_printer.status, workers.paper_printer, needed=False
            ),
            "disk": Watched(station.room.status, workers.store, needed=True),
        }
    )
    return replace(station, devices=devices, bench=bench, health=health)


def _trust(settings: Settings, stack: ExitStack) -> TrustVerifier:
    """Who judges the signers of cards: the station's own store, then the gateway where there is one."""
    store = _demo_store() if settings.demo else _own_store(settings)
    stack.callback(store.close)
    local = LocalCscaVerifier(store, now, Policy(settings.trust.crl))
    if not settings.eid.url:
        return local
    client = GatewayClient(settings.eid, now)
    stack.callback(client.close)
    return InTurn(local, RarGatewayVerifier(client, Random()))  # noqa: S311  spreads load only


def _own_store(settings: Settings) -> TrustStore:
    """One that can't be used leaves every signer unconfirmed; the station opens all the same."""
    try:
        return open_store(settings)
    except Fault as fault:
        log.error("trust store not used: %s", fault.code)
        return TrustStore()


def _demo_store() -> TrustStore:
    """Trusts the synthetic issuer of the demo's cards, in memory and nowhere else."""
    from devices.idcard.virtual import pki

    store = TrustStore()
    import_files(store, [File(*one) for one in pki.trust_files().items()], "demo", folder=True)
    return store
