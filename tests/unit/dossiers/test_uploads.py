"""How far files have come, as the store keeps it, and the way out for a lost one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.commands.restore import need_known, restore
from kiosk.commands.sync_status import readable, status
from kiosk.dossiers import uploads
from kiosk.dossiers.uploads import Missing, UploadState, missing, stopped_for
from kiosk.faults import Fault
from kiosk.outbox.message import State
from kiosk.settings import Settings, SettingsError, load
from tests.fakes.scanned_office import ScannedOffice, scan

CODE = "H29.18-261123-0001"


@pytest.fixture
def office(tmp_path: Path):
    opened = ScannedOffice(tmp_path)
    yield opened
    opened.close()


def station(office: ScannedOffice) -> Any:
    return SimpleNamespace(
        database=office.database, attachments=office.attachments, outbox=office.outbox
    )


def lose(office: ScannedOffice) -> tuple[str, bytes]:
    """A dossier that was set apart because its scan is gone."""
    data = scan(5000)
    [sha256] = office.hand_in(CODE, [data])
    office.attachments.remove(sha256)
    office.ledger.lost(sha256)
    [item] = office.outbox.claim("portal", 1)
    office.outbox.quarantine(item.seq, error="ATTACHMENT_LOST")
    return sha256, data


def test_a_file_on_its_way(office):
    [sha256] = office.hand_in(CODE, [scan(5000)])
    assert office.ledger.load(sha256).state is UploadState.STORED
    assert missing(office.database.read()) == Missing(1, 5000, ())
    office.ledger.begun(sha256, "https://portal.example/files/1")
    office.ledger.reached(sha256, 4000)
    upload = office.ledger.load(sha256)
    assert (upload.state, upload.url, upload.offset, upload.size) == (
        UploadState.UPLOADING,
        "https://portal.example/files/1",
        4000,
        5000,
    )
    assert missing(office.database.read()) == Missing(1, 1000, ())
    office.ledger.done(sha256)
    assert missing(office.database.read()) == Missing(0, 0, ())
    office.ledger.reached(sha256, 10)  # a word that comes too late changes nothing
    assert office.ledger.load(sha256).offset == 5000
    assert office.ledger.load("cd" * 32) is None


def test_only_what_waits_is_missing(office):
    """A portal that took no files when a dossier went there misses none of it now."""
    office.hand_in(CODE, [scan(5000)])
    same = [scan(700, 2), scan(700, 2)]
    office.hand_in("H29.18-261123-0002", same)
    assert missing(office.database.read()) == Missing(2, 5700, ())
    [item] = office.outbox.claim("portal", 1)
    office.outbox.acknowledge(item.seq, b"{}", status=200, duration_ms=1)
    assert missing(office.database.read()) == Missing(1, 700, ())


def test_a_long_history_is_not_looked_through(office):
    plan = office.database.read().rows(f"EXPLAIN QUERY PLAN SELECT 1 {uploads._WAITING}")
    first = plan[0]["detail"]
    assert "outbox_open" in first, "the index that holds only what is not acknowledged"
    assert not [row["detail"] for row in plan[1:] if row["detail"].startswith("SCAN")]


def test_a_copy_brings_a_lost_scan_back(office, tmp_path):
    sha256, data = lose(office)
    assert stopped_for(office.database.read(), sha256) == [1]
    copy = tmp_path / "any name.pdf"
    copy.write_bytes(data)
    result = restore(station(office), [copy])
    assert result == {"event": "restored", "files": [sha256], "released": [1], "unknown": []}
    need_known(result)
    assert office.attachments.read(sha256) == data
    assert office.ledger.load(sha256).state is UploadState.STORED
    assert {row.state for row in office.outbox.rows()} == {State.READY}
    assert restore(station(office), [copy])["released"] == []


def test_another_file_changes_nothing(office, tmp_path):
    sha256, data = lose(office)
    other = tmp_path / "other.pdf"
    other.write_bytes(data + b" ")
    result = restore(station(office), [other])
    assert (result["files"], result["unknown"]) == ([], ["other.pdf"])
    with pytest.raises(Fault, match="ATTACHMENT_UNKNOWN"):
        need_known(result)
    assert stopped_for(office.database.read(), sha256) == [1]
    assert list(office.attachments.hashes()) == []


def test_a_copy_that_is_not_there(office, tmp_path):
    with pytest.raises(SettingsError, match=r"nothing\.pdf"):
        restore(station(office), [tmp_path / "nothing.pdf"])


def test_the_status_tells_what_is_missing(tmp_path):
    office = ScannedOffice(tmp_path)
    lose(office)
    office.close()
    (tmp_path / "office.db").rename(tmp_path / "station.db")
    settings: Settings = load(state=tmp_path)
    told = status(settings)
    assert told["uploads"] == {"files": 1, "bytes": 5000, "lost": [CODE]}
    text = readable(told)
    assert "Tệp quét chưa lên Cổng / Scans not uploaded: 1, 5 KiB" in text
    assert f"FILES LOST OR DAMAGED: {CODE}" in text
    no_files = settings.portal.model_copy(update={"files_path": ""})
    assert status(settings.model_copy(update={"portal": no_files}))["uploads"] is None
