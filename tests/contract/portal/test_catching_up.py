"""States that came before their dossier: a store is made anew, hears of its dossiers first, then gets them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.commands.sync_bundle import export_to, import_from
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import conflicts
from kiosk.journal.journal import Kind, entries
from kiosk.settings import load
from kiosk.store.database import Database
from sync.status_feed import status_feed
from tests.fakes.feed_portal import EventPortal
from tests.samples import a_vault, keep_key
from tests.unit.dossiers.office import a_submission, open_office

S = DossierState


@pytest.fixture
def bundle(tmp_path: Path) -> tuple[Path, str, str]:
    """A bundle of one dossier, with its code and the key of its sending."""
    old = tmp_path / "old"
    old.mkdir()
    office = open_office(old)
    code = office.register.hand_in(a_submission("key-1")).dossier.code
    office.close()
    (old / "app.db").rename(old / "station.db")
    export_to(load(state=old), tmp_path / "bundle.zip")
    return tmp_path / "bundle.zip", code, "key-1"


def imported(folder: Path, bundle: Path, code: str, *rows: dict[str, str]) -> Database:
    """A new store that heard so many states of this code before it got the bundle."""
    new = folder / "new"
    new.mkdir()
    keep_key(new)
    portal = EventPortal()
    portal.rows = [
        {"seq": seq, "MaHoSo": code, "ThoiDiem": f"202611261{seq}0000", **row}
        for seq, row in enumerate(rows, 1)
    ]
    with Database(new / "station.db", now, a_vault()) as database:
        if rows:
            status_feed("/f", "H29.18", portal, database, "kiosk-01").look(Cancel())
    import_from(load(state=new), bundle, "staff-7")
    return Database(new / "station.db", now, a_vault())


def state_in(database: Database) -> DossierState:
    return DossierState(database.read().number("SELECT state FROM dossier"))


def followed(database: Database) -> int:
    return [one.kind for one in entries(database.read())].count(Kind.STATE_FOLLOWED)


def test_they_take_effect_with_the_import(tmp_path: Path, bundle: tuple[Path, str, str]) -> None:
    file, code, key = bundle
    told = [{"TrangThaiHoSo": "4", "KHOA": key}, {"TrangThaiHoSo": "9", "KHOA": key}]
    with imported(tmp_path, file, code, *told) as database:
        assert state_in(database) is S.PROCESSED
        assert followed(database) == 1


def test_those_of_another_dossier_are_a_conflict(
    tmp_path: Path, bundle: tuple[Path, str, str]
) -> None:
    file, code, _ = bundle
    with imported(tmp_path, file, code, {"TrangThaiHoSo": "9", "KHOA": "another"}) as database:
        assert state_in(database) is S.RECEIVED
        assert [one.kind.value for one in conflicts(database.read(), 9)] == ["other"]
        assert followed(database) == 0


def test_without_any_nothing_is_written(tmp_path: Path, bundle: tuple[Path, str, str]) -> None:
    file, code, _ = bundle
    with imported(tmp_path, file, code) as database:
        assert (state_in(database), followed(database)) == (S.RECEIVED, 0)
