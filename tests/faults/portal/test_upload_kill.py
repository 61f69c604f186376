"""kill -9 of the station and of the portal while files are under way: equal bytes, one file, nothing left over."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

import resources
from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.clock import now
from kiosk.dossiers.uploads import UploadState
from kiosk.outbox.message import State
from sync.courier import Courier
from sync.sandbox.process import SandboxProcess
from tests.fakes.scanned_office import ScannedOffice, hash_of, portal_settings, scan

pytestmark = pytest.mark.real

KILLS = int(os.environ.get("UPLOAD_KILLS", "12"))
SIZE = 20 * 1024 * 1024
CODE = "H29.18-261123-0001"
_PATIENCE_S = 60


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "portal") as process:
        yield process


def kept(sandbox: SandboxProcess, folder: Path) -> list[Path]:
    """Every file of the portal's folder of files."""
    return sorted(one for one in (folder / "portal" / "files").rglob("*") if one.is_file())


def arrived(folder: Path) -> int:
    """Bytes of the one upload that the portal has so far."""
    parts = list((folder / "portal" / "files" / "parts").glob("*"))
    with suppress(FileNotFoundError):  # it may become whole just now
        return sum(one.stat().st_size for one in parts)
    return 0


def started(folder: Path, url: str) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.portal.uploader", str(folder), url],
        cwd=resources.path().parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"started\n"
    return child


def wait_for(folder: Path, at: int, child: subprocess.Popen[bytes]) -> bool:
    """Until the portal has so many bytes; false when the child ended before."""
    tick = threading.Event()
    for _ in range(_PATIENCE_S * 1000):
        if arrived(folder) >= at:
            return True
        if child.poll() is not None:
            return False
        tick.wait(0.001)
    raise AssertionError("no byte comes any more")


@pytest.mark.timeout(300)
def test_twenty_megabytes_through_kills_of_either_side(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    data, dice = scan(SIZE), Random(1107)
    office = ScannedOffice(tmp_path / "office")
    url = portal_settings(sandbox.url).file_address
    [sha256] = office.hand_in(CODE, [data], url)
    office.close()
    # at every place: the first and the last byte, the edges of a chunk, anywhere
    places = [1, 256 * 1024, SIZE - 1, *(dice.randrange(SIZE) for _ in range(KILLS - 3))]
    hit = 0
    for number, place in enumerate(sorted(places)):
        child = started(tmp_path / "office", sandbox.url)
        try:
            hit += wait_for(tmp_path, place, child)
            if number % 3 == 1:
                sandbox.kill()
            if number % 3 != 1 or dice.random() < 0.5:
                child.kill()
        finally:
            if sandbox.pid is None:
                sandbox.start()
            child.kill()
            child.communicate()
    assert hit >= KILLS // 2, "the kills came too late to prove anything"
    last = started(tmp_path / "office", sandbox.url)
    _, said = last.communicate(timeout=_PATIENCE_S)
    assert last.returncode == 0, said.decode()
    assert requests.get(url.replace("{sha256}", sha256), timeout=30).content == data
    assert [one.name for one in kept(sandbox, tmp_path)] == [sha256]
    [row] = sandbox.dossiers()
    assert (row["complete"], row["stored"]) == (True, 1)
    office = ScannedOffice(tmp_path / "office")
    upload = office.ledger.load(sha256)
    assert upload is not None
    assert (upload.state, upload.offset) == (UploadState.UPLOADED, SIZE)
    assert office.outbox.counts()["acknowledged"] == 2
    office.close()
    left = [one for one in (tmp_path / "office").rglob("*") if one.suffix in (".tmp", ".part")]
    assert left == []


def test_many_dossiers_through_every_fault(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """Half of the answers lost after the commit, a quarter 503, chunks cut: no file missing, none twice."""
    office, dice = ScannedOffice(tmp_path / "office"), Random(23)
    url = portal_settings(sandbox.url).file_address
    same = scan(60_000, 99)
    wanted: dict[str, list[str]] = {}
    for number in range(1, 13):
        code = f"H29.18-261123-{number:04d}"
        files = [scan(dice.randrange(20, 150_000), number), same]
        if number == 7:
            files = [same, same]  # one content under two components
        wanted[code] = office.hand_in(code, files, url)
    gone = office.hand_in("H29.18-261123-0099", [scan(40_000, 4711)], url)[0]
    office.attachments.remove(gone)
    switch(sandbox, unavailable=0.25, drop_after_commit=0.5)
    on(sandbox, cut_at=50_000)
    driver = office.driver(portal_settings(sandbox.url, chunk_kib=64, read_timeout_s=5))
    courier = Courier(office.outbox, driver, now, Random(3))
    with suppress(Fault):
        courier.drain(Cancel(), 10)
    switch(sandbox, unavailable=0, drop_after_commit=0)
    on(sandbox, cut_at=0)
    with suppress(Fault):  # the dossier without its file stays
        courier.drain(Cancel(), 30)
    found: dict[str, dict[str, Any]] = {str(row["code"]): row for row in sandbox.dossiers()}
    assert sorted(found) == sorted(wanted)
    for code, hashes in wanted.items():
        assert found[code]["complete"], code
        assert [one["sha256"] for one in found[code]["files"]] == hashes
        assert found[code]["stored"] == 1
    content = {one for hashes in wanted.values() for one in hashes}
    files = kept(sandbox, tmp_path)
    assert {one.name for one in files} == content
    assert len(files) == len(content)
    assert all(hash_of(one.read_bytes()) == one.name for one in files)
    stopped = [row for row in office.outbox.rows() if row.state is State.QUARANTINED]
    assert [(row.dossier_code, row.last_error) for row in stopped] == [
        ("H29.18-261123-0099", "ATTACHMENT_LOST")
    ]
    driver.close()
    office.close()


def switch(sandbox: SandboxProcess, **faults: float) -> None:
    requests.post(f"{sandbox.url}/sandbox/faults", json=faults, timeout=5).raise_for_status()


def on(sandbox: SandboxProcess, **faults: float) -> None:
    requests.post(f"{sandbox.url}/sandbox/file-faults", json=faults, timeout=5).raise_for_status()
