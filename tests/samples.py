"""Synthetic people, papers and dossiers that tests share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import Attachment, Component, Dossier, DossierState, HandedIn
from kiosk.people.person import Person
from kiosk.queueing.ticket import Ticket
from kiosk.store.keys import FileKeeper
from kiosk.store.vault import Vault

_KEY = bytes(range(32))


@cache
def a_vault() -> Vault:
    """The same key in every process of a test."""
    return Vault([_KEY])


def keep_key(folder: Path) -> None:
    """Puts the key of `a_vault` where commands look for it in the demo."""
    file = folder / "vault.key"
    if not file.exists():
        FileKeeper(file).make([_KEY])


def a_person() -> Person:
    return Person(
        number="001300012345",
        full_name="Nguyễn Thị Mẫu",
        birth="02/03/2000",
        sex="Nữ",
        residence="Số 1 Phố Mẫu, Phường Thử, Hà Nội",
        card_expires="02/03/2040",
    )


@cache
def a_procedure() -> Procedure:
    import resources
    from kiosk.catalogue.load import load_procedure

    return load_procedure(resources.path("procedures", "2.000815.toml"))


@cache
def a_handed_in() -> HandedIn:
    return HandedIn(a_dossier(), Ticket("H29.18", date(2026, 11, 25), "A", 1))


@cache
def a_dossier() -> Dossier:
    scan = Attachment("ab" * 32, 1000, "application/pdf")
    return Dossier(
        id="d-1",
        code="H29.18-261125-0001",
        key="0197-key",
        agency="H29.18",
        station="kiosk-01",
        procedure="2.000815",
        version="2026-1",
        procedure_name="Chứng thực bản sao từ bản chính",
        sector="G15-TP03",
        sector_name="Chứng thực",
        person=a_person(),
        answers={"paper": "Bằng tốt nghiệp", "form": "electronic", "copies": 2},
        summary="Chứng thực 2 bản sao từ bản chính: Bằng tốt nghiệp",
        components=(Component("TP01", "Bản chính giấy tờ cần chứng thực", 1, 0, 0, 2, 2, scan),),
        fee=8000,
        state=DossierState.RECEIVED,
        received_at=datetime(2026, 11, 25, 1, 32, tzinfo=UTC),
        due_at=datetime(2026, 11, 25, 10, 0, tzinfo=UTC),
        term="Trong ngày; tiếp nhận sau 15 giờ thì trả vào ngày làm việc tiếp theo",
    )
