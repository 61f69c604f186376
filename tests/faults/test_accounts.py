"""The long runs prove nothing unless their last look finds what is lost, doubled or damaged."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.compose import new_id, open_station
from kiosk.dossiers.dossier import Scan, Submission
from kiosk.settings import Settings, load
from tests.faults.accounts import Owned, compare, owned
from tests.samples import a_person

PDF = b"%PDF-1.7 a scan"
SHA = hashlib.sha256(PDF).hexdigest()
Row = dict[str, Any]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of a station where one dossier was handed in and, as its rows say, was acknowledged."""
    made = load(state=tmp_path_factory.mktemp("sound"))
    answers: dict[str, str | int] = {"paper": "Bằng", "form": "electronic", "copies": 2}
    scans = (Scan("TP01", PDF, 1),)
    with open_station(made, devices=False) as station:
        station.register.hand_in(
            Submission(new_id(), "2.000815", "2026-1", a_person(), answers, scans)
        )
    _change(made, "UPDATE outbox SET state = 'acknowledged', receipt = x'7b7d'")
    return made.folder


@pytest.fixture
def settings(sound: Path, tmp_path: Path) -> Settings:
    return load(state=shutil.copytree(sound, tmp_path / "state"))


def _change(settings: Settings, *statements: str) -> None:
    with closing(sqlite3.connect(settings.folder / "station.db")) as store, store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            store.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            store.execute(statement)


def _file(settings: Settings) -> Path:
    [file] = (settings.folder / "attachments").rglob(f"{SHA}.*")
    return file


def test_a_sound_station_is_found_sound(settings: Settings) -> None:
    [mine] = owned(settings).values()
    assert len(mine.files) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET state = 'ready', receipt = NULL WHERE kind = 'progress'",
        "UPDATE outbox SET state = 'needs_attention' WHERE kind = 'submit'",
        "UPDATE outbox SET receipt = x''",
        "UPDATE outbox SET key = 'another' WHERE kind = 'submit'",
        "DELETE FROM outbox WHERE kind = 'progress'",
        "DELETE FROM outbox",
        "UPDATE attachment SET state = 'lost'",
        "UPDATE component SET sha256 = NULL",
        "UPDATE component SET dossier_id = 'nobody'",
    ],
)
def test_a_store_that_lacks_something_is_found(settings: Settings, statement: str) -> None:
    _change(settings, statement)
    with pytest.raises(AssertionError):
        owned(settings)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(b"x" + file.read_bytes()[1:]),
    ],
)
def test_a_damaged_scan_is_found(settings: Settings, damage: Callable[[Path], None]) -> None:
    damage(_file(settings))
    with pytest.raises(AssertionError):
        owned(settings)


HERE = {"k1": Owned("c1", frozenset({SHA})), "k2": Owned("c2", frozenset())}


def _there() -> list[Row]:
    common = {"stored": 1, "progress": [{}], "complete": True, "times_received": 1}
    return [
        {"key": "k1", "code": "c1", "files": [{"sha256": SHA}], **common},
        {"key": "k2", "code": "c2", "files": [], **common, "times_received": 3},
    ]


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    file = tmp_path / "files" / "content" / SHA[:2] / SHA
    file.parent.mkdir(parents=True)
    file.write_bytes(PDF)
    return tmp_path


def test_what_arrived_whole_and_once_is_found_so(portal: Path) -> None:
    arrived = compare(HERE, iter(_there()), portal)
    assert (arrived.rows, arrived.files, arrived.repeated) == (2, 1, 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.pop(),
        lambda rows: rows.append(rows[0]),
        lambda rows: rows.append({**rows[0], "key": "k3"}),
        lambda rows: rows[1].update(code="c1"),
        lambda rows: rows[0].update(stored=2),
        lambda rows: rows[0].update(complete=False),
        lambda rows: rows[0].update(files=[]),
        lambda rows: rows[0].update(progress=[]),
        lambda rows: rows[0].update(progress=[{}, {}]),
    ],
)
def test_what_is_lost_or_doubled_is_found(portal: Path, spoil: Callable[[list[Row]], None]) -> None:
    rows = _there()
    spoil(rows)
    with pytest.raises(AssertionError):
        compare(HERE, iter(rows), portal)


def test_a_scan_that_came_damaged_is_found(portal: Path) -> None:
    (portal / "files" / "content" / SHA[:2] / SHA).write_bytes(b"another")
    with pytest.raises(AssertionError):
        compare(HERE, iter(_there()), portal)
