"""What must hold between stations and a portal once everything has been sent, whatever happened on the way."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from kiosk.compose import open_station
from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.settings import Settings

_PAGE = 2000


@dataclass(frozen=True)
class Owned:
    """A dossier as its station has it; ``files`` are the hashes of its scans."""

    code: str
    files: frozenset[str]


def owned(settings: Settings) -> dict[str, Owned]:
    """A station's dossiers by their keys; fails unless store and files are sound and all is acknowledged."""
    with (
        open_station(settings, devices=False) as station,
        closing(sqlite3.connect(settings.folder / "station.db")) as store,
    ):
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert store.execute("PRAGMA foreign_key_check").fetchall() == []
        _acknowledged(store)
        _files(store, station.attachments)
        rows = store.execute(
            "SELECT key, dossier.code, group_concat(sha256) FROM dossier"
            " LEFT JOIN component ON dossier_id = id GROUP BY id"
        )
        found = {
            key: Owned(code, frozenset(files.split(",") if files else ()))
            for key, code, files in rows
        }
        assert len({one.code for one in found.values()}) == len(found), "one code a dossier"
    return found


def _acknowledged(store: sqlite3.Connection) -> None:
    open_rows = store.execute(
        "SELECT seq, state, last_error FROM outbox"
        " WHERE state <> 'acknowledged' OR receipt IS NULL OR length(receipt) = 0"
    ).fetchall()
    assert open_rows == [], "every row has a receipt"
    bare = store.execute(
        "SELECT code FROM dossier WHERE (SELECT group_concat(kind) FROM"
        " (SELECT kind FROM outbox WHERE dossier_id = id ORDER BY seq)) IS NOT 'submit,progress'"
    ).fetchall()
    assert bare == [], "a dossier and its messages are one transaction"
    keys = store.execute(
        "SELECT code FROM dossier WHERE NOT EXISTS (SELECT 1 FROM outbox"
        " WHERE dossier_id = id AND kind = 'submit' AND outbox.key = dossier.key)"
    ).fetchall()
    assert keys == [], "what is sent has the key of what was handed in"


def _files(store: sqlite3.Connection, attachments: Attachments) -> None:
    rows = store.execute("SELECT sha256, size, state FROM attachment").fetchall()
    for sha256, size, state in rows:
        assert state in ("stored", "uploaded"), f"{sha256[:12]} is {state}"
        try:
            assert len(attachments.read(sha256)) == size
        except Fault as fault:
            raise AssertionError(str(fault)) from fault
    named = {row[0] for row in rows}
    used = {row[0] for row in store.execute("SELECT DISTINCT sha256 FROM component") if row[0]}
    assert used == named, "every file is of a dossier, every dossier has its files"


def at_portal(url: str) -> Iterator[dict[str, Any]]:
    """Every dossier that the portal holds, a page at a time."""
    after: int | None = 0
    while after is not None:
        page = requests.get(
            f"{url}/sandbox/dossiers", params={"after": after, "limit": _PAGE}, timeout=120
        ).json()
        yield from page["dossiers"]
        after = page["next"]


@dataclass
class Arrived:
    """How much the portal holds. ``repeated``: dossiers that it received more than once."""

    rows: int = 0
    files: int = 0
    repeated: int = 0


def compare(
    here: Mapping[str, Owned], there: Iterator[dict[str, Any]], portal: Path, steps: int = 1
) -> Arrived:
    """Fails unless the portal holds exactly these dossiers, each once and whole.

    ``portal``: its folder, whose files are read and hashed. ``steps``: progress messages of a dossier.
    """
    arrived, left, codes = Arrived(), set(here), set()
    for row in there:
        assert row["key"] in left, "one row a key, and no strangers"
        left.remove(row["key"])
        mine = here[row["key"]]
        assert row["code"] == mine.code
        assert row["code"] not in codes, "one row a dossier code"
        codes.add(row["code"])
        assert row["stored"] == 1, "stored once"
        assert len(row["progress"]) == steps, "each step once"
        assert row["complete"], "every scan of it has arrived"
        assert {one["sha256"] for one in row["files"]} == mine.files, "its own scans"
        for sha256 in mine.files:
            _same(portal / "files" / "content" / sha256[:2] / sha256, sha256)
        arrived.rows += 1
        arrived.files += len(mine.files)
        arrived.repeated += row["times_received"] > 1
    assert not left, f"{len(left)} lost"
    return arrived


def _same(file: Path, sha256: str) -> None:
    with file.open("rb") as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def unfinished(portal: Path) -> int:
    """Uploads that were begun at the portal and are not whole."""
    return sum(1 for _ in (portal / "files" / "parts").glob("*"))
