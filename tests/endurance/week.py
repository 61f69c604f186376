"""A week without a line: people hand in during office hours, the courier tries in vain all the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random

from devices.cancel import Cancel
from kiosk.catalogue.calendar import load_calendar
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import OFFICE_ZONE, at_office
from kiosk.commands import sync
from kiosk.commands.vault import station_vault
from kiosk.compose import new_id
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.dossier import Submission
from kiosk.dossiers.register import Place, Register
from kiosk.dossiers.uploads import UploadLedger
from kiosk.outbox.outbox import Outbox
from kiosk.settings import Settings
from kiosk.store.database import Database
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.portal.messages import encode
from sync.portal.session import PortalSession
from sync.uploads import FilesFirst, Uploads
from tests.endurance.papers import Papers
from tests.fakes.moving_clock import MovingClock
from tests.samples import a_person

DAYS = 7
_OPEN = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))
_NIGHT_STEP = timedelta(hours=1)
_EVERY = 5
"""How many people come between two looks of the courier."""


@dataclass(frozen=True)
class Week:
    """What the week left. ``tries``: how often the courier found no line; ``tried``: rows that carry attempts."""

    dossiers: int
    rows: int
    file_bytes: int
    tries: int
    tried: int


def offline_week(settings: Settings, dossiers: int, seed: int = 1) -> Week:
    """Fills the settings' state folder; nothing must listen at the portal's address.

    The last act is a technician's: ``kiosk sync retry`` ends the rest that the portal is having.
    """
    office, random = settings.office, Random(seed)
    clock = MovingClock()
    folder = settings.folder
    folder.mkdir(parents=True, exist_ok=True)
    papers, size = Papers(), 0
    moments = list(_moments(dossiers, datetime.now(UTC), random))
    clock.present = moments[0] - timedelta(minutes=5)
    vault = station_vault(settings)
    with Database(folder / "station.db", clock, vault) as database:
        outbox = Outbox(database, office.station, clock)
        attachments = Attachments(folder / "attachments", vault)
        register = _register(settings, database, attachments, outbox)
        driver = _driver(settings, database, attachments)
        courier = Courier(
            outbox, driver, clock, random, monotonic=lambda: clock.present.timestamp()
        )
        for number, moment in enumerate(moments):
            _wait(clock, courier, moment)
            scan = papers.scan(number)
            size += len(scan.pdf)
            answers = {"paper": f"Bằng mẫu {number}", "form": "electronic", "copies": 1}
            handed_in = register.hand_in(
                Submission(new_id(), "2.000815", "2026-1", a_person(), answers, (scan,))
            )
            register.mark_shown(handed_in.dossier.id)
            if number % _EVERY == 0:
                courier.round(Cancel())
        driver.close()
        read = database.read()
        week = Week(
            dossiers,
            read.number("SELECT count(*) FROM outbox"),
            size,
            read.number("SELECT count(*) FROM attempt_log WHERE error_class LIKE 'PORTAL%'"),
            read.number("SELECT count(*) FROM outbox WHERE attempts > 0"),
        )
        first = read.number("SELECT min(seq) FROM outbox")
    sync.retry(settings, str(first), "the line is back", "")
    return week


def _wait(clock: MovingClock, courier: Courier, until: datetime) -> None:
    """Nights and breaks: the courier looks now and then."""
    while until - clock.present > _NIGHT_STEP:
        clock.move(_NIGHT_STEP.total_seconds())
        courier.round(Cancel())
    clock.present = until


def _moments(count: int, now: datetime, random: Random) -> Iterator[datetime]:
    """When people hand in: evenly over the office hours of the seven days before today, in order."""
    today = at_office(now).date()
    days = [today - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    spans = [
        (datetime.combine(day, start, OFFICE_ZONE), datetime.combine(day, end, OFFICE_ZONE))
        for day in days
        for start, end in _OPEN
    ]
    length_s = sum((end - start).total_seconds() for start, end in spans)
    for at_s in sorted(random.uniform(0, length_s) for _ in range(count)):
        left_s = at_s
        for start, end in spans:
            span_s = (end - start).total_seconds()
            if left_s <= span_s:
                yield (start + timedelta(seconds=left_s)).astimezone(UTC)
                break
            left_s -= span_s


def _register(
    settings: Settings, database: Database, attachments: Attachments, outbox: Outbox
) -> Register:
    office = settings.office
    place = Place(office.agency, office.station, office.serial_first, office.serial_last)
    return Register(
        database,
        attachments,
        outbox,
        load_catalogue(),
        load_calendar(office.calendar),
        place,
        new_id=new_id,
        encode=partial(encode, file_url=settings.portal.file_address),
    )


def _driver(settings: Settings, database: Database, attachments: Attachments) -> FilesFirst:
    portal, agency = settings.portal, settings.office.agency
    session = PortalSession(portal, agency)
    address = portal.url.rstrip("/") + portal.files_path
    return FilesFirst(
        AdapterDriver(portal, agency, session),
        Uploads(session, UploadLedger(database), attachments.read, address),
    )
