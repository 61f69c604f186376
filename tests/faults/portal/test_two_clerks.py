"""Two clerks at one station: each sees what is theirs, and both are sent when nobody is logged in any more."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from devices.cancel import Cancel
from kiosk.cli import run
from kiosk.commands import office_key
from kiosk.commands.sync_bundle import export_to, import_from
from kiosk.commands.sync_status import status
from kiosk.compose import open_station
from kiosk.outbox import views
from kiosk.outbox.bundle_import import open_bundle
from kiosk.settings import Settings
from kiosk.store.peek import peek
from sync.sandbox.process import SandboxProcess
from tests.journeys.station import NOWHERE, quick
from tests.unit.dossiers.office import a_submission

pytestmark = pytest.mark.real


def stocked(folder: Path, portal: str = NOWHERE) -> tuple[Settings, dict[str, list[str]]]:
    """Two dossiers of each clerk, one that a citizen handed in; codes by who made them."""
    settings = quick(folder, portal)
    made: dict[str, list[str]] = {}
    with open_station(settings, devices=False) as station:
        for number, by in enumerate(("staff-1", "staff-2", "", "staff-1", "staff-2")):
            submission = a_submission(f"{number:032x}", made_by=by)
            code = station.register.hand_in(submission).dossier.code
            made.setdefault(by or "kiosk-01", []).append(code)
    return settings, made


def shown(settings: Settings, by: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    capsys.readouterr()
    assert run(["sync", "status", "--json", "--by", by, "--state", str(settings.folder)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["more"] == 0
    assert {row["made_by"] for row in said["rows"]} <= {by}
    return {row["dossier"] for row in said["rows"]}


def test_each_sees_own_rows_and_both_are_sent_after_logout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SandboxProcess(tmp_path / "portal") as portal:
        settings, made = stocked(tmp_path / "state", portal.url)
        for by, codes in made.items():
            assert shown(settings, by, capsys) == set(codes)
        assert shown(settings, "staff-3", capsys) == set()
        assert {row["dossier"] for row in status(settings)["rows"]} == {  # type: ignore[attr-defined]
            code for codes in made.values() for code in codes
        }
        # A start of the program in which nobody is logged in sends everything, under the station's account.
        with open_station(settings, devices=False) as station:
            station.courier.drain(Cancel(), 60)
        assert sorted(str(row["code"]) for row in portal.dossiers()) == sorted(
            code for codes in made.values() for code in codes
        )
        assert all(shown(settings, by, capsys) == set() for by in made)


def test_who_made_it_is_fixed_and_travels_with_a_bundle(tmp_path: Path) -> None:
    settings, made = stocked(tmp_path / "state")
    with (
        open_station(settings, devices=False) as station,
        pytest.raises(sqlite3.IntegrityError, match="who made"),
        station.database.transaction() as tx,
    ):
        tx.execute("UPDATE outbox SET made_by = 'staff-2' WHERE made_by = 'staff-1'")
    export_to(settings, tmp_path / "b")
    new = quick(tmp_path / "new")
    import_from(new, tmp_path / "b", "staff-7")
    with peek(new.folder / "station.db") as reader:
        for by, codes in made.items():
            rows = views.rows(reader, None, open_only=True, limit=99, made_by=by)
            assert {row.dossier_code for row in rows} == set(codes)


def test_rows_and_bundles_of_before_accounts_belong_to_the_station(tmp_path: Path) -> None:
    settings, _ = stocked(tmp_path / "state")
    file = settings.folder / "station.db"
    export_to(settings, tmp_path / "b")
    with closing(open_bundle(tmp_path / "b", office_key.of_demo(settings))) as opened:
        for entry in opened._dossiers:
            for message in entry["messages"]:
                del message["made_by"]
        with (
            open_station(quick(tmp_path / "new"), devices=False) as station,
            station.database.transaction() as tx,
        ):
            opened.take_into(tx, station.attachments, "staff-7")
    with peek(tmp_path / "new" / "station.db") as reader:
        assert {row.made_by for row in views.rows(reader, None, True, 99)} == {"kiosk-01"}

    with closing(sqlite3.connect(file)) as link:  # as a program of before left it
        link.execute("DROP TRIGGER outbox_maker_fixed")
        link.execute("ALTER TABLE outbox DROP COLUMN made_by")
        link.execute("PRAGMA user_version = 9")
        link.commit()
    with peek(file) as reader:
        assert len(views.rows(reader, None, True, 99, made_by="kiosk-01")) == 10
        assert views.rows(reader, None, True, 99, made_by="staff-1") == []
