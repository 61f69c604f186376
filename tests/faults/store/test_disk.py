"""No room, read-only, damaged: refused loudly, undone as a whole, and clean again afterwards."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys

import pytest

from kiosk.commands.sync_status import status
from kiosk.dossiers.dossier import Scan
from kiosk.faults import Fault
from kiosk.settings import load
from tests.faults.store.child import fill
from tests.faults.store.start import start
from tests.unit.dossiers.office import a_submission, open_office

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs limits and mounts of Linux")


@linux
def test_files_that_may_not_grow(tmp_path):
    said, _ = start("limit", tmp_path).communicate(timeout=120)
    assert said.split() == ["DISK_FULL", "whole", "again", "ok"]


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or mount is None or os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True
    )
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def remount(disk, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", disk], check=True)


def test_a_full_disk(small_disk):
    office = open_office(small_disk)
    keys, failed = fill(office)
    read = office.database.read()
    waits = read.number("SELECT count(*) FROM intake")
    assert read.number("SELECT count(*) FROM dossier") == len(keys) - waits > 10
    assert waits <= 1, "who can't enter one takes in no second one"
    assert office.outbox.unsent("portal") == 2 * (len(keys) - waits)
    with pytest.raises(Fault, match="DISK_FULL"):
        office.register.hand_in(a_submission(failed, scans=(Scan("TP01", bytes(100_000), 3),)))
    remount(small_disk, "size=6m")
    office.register.hand_in(a_submission(failed))
    assert office.outbox.unsent("portal") == 2 * len(keys) + 2
    assert read.rows("PRAGMA integrity_check")[0][0] == "ok"
    office.close()


def test_the_store_alone_meets_a_full_disk(small_disk):
    office = open_office(small_disk)
    office.register.hand_in(a_submission("key-1"))
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(4 << 20))
    with pytest.raises(Fault, match="DISK_FULL: SQLITE_"), office.database.transaction() as tx:
        tx.execute("INSERT INTO meta VALUES ('big', ?)", ("x" * 500_000,))
    filler.unlink()
    with office.database.transaction() as tx:
        tx.execute("INSERT INTO meta VALUES ('big', ?)", ("x" * 500_000,))
    assert office.database.read().rows("PRAGMA integrity_check")[0][0] == "ok"
    office.close()


def test_a_read_only_disk(small_disk):
    office = open_office(small_disk)
    office.register.hand_in(a_submission("key-1"))
    office.close()
    remount(small_disk, "ro")
    with pytest.raises(Fault, match="DISK_FULL"):
        open_office(small_disk)
    remount(small_disk, "rw")
    office = open_office(small_disk)
    office.register.hand_in(a_submission("key-2"))
    office.close()


@pytest.mark.parametrize("seed", range(6))
def test_damaged_pages_are_found_at_the_start(tmp_path, seed):
    office = open_office(tmp_path)
    for number in range(60):
        office.register.hand_in(a_submission(f"key-{number}"))
    office.close()
    file = tmp_path / "app.db"
    dice = random.Random(seed)
    page = 0 if seed == 0 else dice.randrange(1, file.stat().st_size // 4096)
    with file.open("r+b") as stream:
        stream.seek(page * 4096)
        stream.write(dice.randbytes(4096))
    before = file.read_bytes()
    with pytest.raises(Fault, match="STORE_DAMAGED"):
        open_office(tmp_path)
    assert file.read_bytes() == before, "nothing is made worse"


HAND_INS = 14
"""Three commits each: fewer than a checkpoint waits for, so that the whole log is the present one."""


def copied_while_in_use(tmp_path, folder):
    """A copy of the files of a store that is open, as a bad backup or a power cut leaves them."""
    office = open_office(tmp_path)
    for number in range(HAND_INS):
        office.register.hand_in(a_submission(f"key-{number}"))
    folder.mkdir()
    for name in ("app.db", "app.db-wal"):
        shutil.copy(tmp_path / name, folder / name)
    shutil.copytree(tmp_path / "attachments", folder / "attachments")
    office.close()
    return folder / "app.db-wal"


@pytest.mark.parametrize("seed", range(12))
def test_a_log_that_was_cut_short_leaves_whole_hand_ins(tmp_path, seed):
    """What comes back is what some commit left: never a dossier without its rows, and it can go on."""
    wal = copied_while_in_use(tmp_path, tmp_path / "copy")
    size = wal.stat().st_size
    dice = random.Random(seed)
    cut = [0, 1, 32, 33, size - 1, size // 2][seed] if seed < 6 else dice.randrange(size)
    with wal.open("r+b") as stream:
        stream.truncate(cut)
    office = open_office(tmp_path / "copy")
    office.register.enter_waiting()
    read = office.database.read()
    dossiers = read.number("SELECT count(*) FROM dossier")
    assert dossiers <= HAND_INS
    assert read.number("SELECT count(*) FROM outbox") == 2 * dossiers
    assert read.number("SELECT count(*) FROM ticket") == dossiers
    assert read.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert read.rows("PRAGMA foreign_key_check") == []
    office.register._new_id = lambda: "another"
    office.register.hand_in(a_submission("key-after"))
    assert office.outbox.unsent("portal") == 2 * dossiers + 2
    office.close()


@pytest.mark.parametrize("seed", range(6))
def test_a_log_with_a_damaged_frame_ends_before_it(tmp_path, seed):
    wal = copied_while_in_use(tmp_path, tmp_path / "copy")
    dice = random.Random(seed)
    with wal.open("r+b") as stream:
        stream.seek(dice.randrange(32, wal.stat().st_size - 64))
        stream.write(dice.randbytes(64))
    office = open_office(tmp_path / "copy")
    office.register.enter_waiting()
    read = office.database.read()
    dossiers = read.number("SELECT count(*) FROM dossier")
    assert dossiers < HAND_INS
    assert read.number("SELECT count(*) FROM outbox") == 2 * dossiers
    assert read.rows("PRAGMA integrity_check")[0][0] == "ok"
    office.close()


def test_status_on_a_read_only_disk(small_disk):
    office = open_office(small_disk)
    office.register.hand_in(a_submission("key-1"))
    office.close()
    (small_disk / "app.db").rename(small_disk / "station.db")
    remount(small_disk, "ro")
    assert len(status(load(state=small_disk))["rows"]) == 2
    remount(small_disk, "rw")
