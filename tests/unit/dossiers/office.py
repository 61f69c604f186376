"""A whole office floor in a folder, with a clock that tests move."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.catalogue.calendar import load_calendar
from kiosk.catalogue.load import load_catalogue
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.dossier import Dossier, Scan, Submission
from kiosk.dossiers.register import Place, Register
from kiosk.outbox.message import Message
from kiosk.outbox.outbox import Outbox
from kiosk.people.person import Person
from kiosk.store.database import Database
from tests.samples import a_vault, keep_key

PLACE = Place("H29.18", "kiosk-01", 1, 9999)
WEDNESDAY = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # 09:00 at the office, a working day


class MovableClock:
    def __init__(self, at: datetime = WEDNESDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def two_messages(dossier: Dossier, _fees: object) -> Sequence[Message]:
    return [
        Message("submit", f"submit {dossier.code}".encode()),
        Message("progress", f"progress {dossier.code}".encode()),
    ]


@dataclass
class Office:
    folder: Path
    clock: MovableClock
    database: Database
    attachments: Attachments
    outbox: Outbox
    register: Register

    def close(self) -> None:
        self.database.close()


def open_office(folder: Path, *, clock=None, place=PLACE, encode=two_messages) -> Office:
    clock = clock or MovableClock()
    keep_key(folder)
    database = Database(folder / "app.db", clock, a_vault())
    attachments = Attachments(folder / "attachments", a_vault())
    outbox = Outbox(database, place.station, clock)
    # Ids of a second office in the same folder must not meet those of the first.
    start = database.read().number("SELECT count(*) FROM outbox") + 1
    ids = (f"id-{number}" for number in itertools.count(start * 100))
    register = Register(
        database,
        attachments,
        outbox,
        load_catalogue(),
        load_calendar("vn"),
        place,
        new_id=lambda: next(ids),
        encode=encode,
    )
    return Office(folder, clock, database, attachments, outbox, register)


def a_submission(key: str = "key-1", **changes) -> Submission:
    whole = Submission(
        key=key,
        procedure="2.000815",
        version="2026-1",
        person=Person("079090000001", "Nguyễn Văn Mẫu", "05/09/1990", "Nam", "Phường Mẫu"),
        answers={"paper": "Bằng tốt nghiệp", "form": "paper", "copies": 2},
        scans=(Scan("TP01", b"%PDF-1.7 " + key.encode(), 3),),
    )
    return replace(whole, **changes)
