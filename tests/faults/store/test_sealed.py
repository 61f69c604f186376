"""F09: whatever moment the power goes, nothing about a person lies in the state folder in the clear."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import resources
from kiosk.clock import now
from kiosk.compose import open_station
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.dossier import Attachment, Dossier
from kiosk.faults import Fault
from kiosk.outbox import sent
from kiosk.outbox.message import State
from kiosk.outbox.views import body_of
from kiosk.queueing import numbers
from kiosk.queueing.ticket import Ticket
from kiosk.settings import load
from kiosk.store import migrate, sealing
from kiosk.store.database import Database
from kiosk.store.link import Reader
from kiosk.store.vault import Vault
from tests.fakes import old_store
from tests.faults.store.sealed_child import ANSWER, NAME, NUMBER, SCAN, submission
from tests.samples import a_dossier, a_vault, keep_key
from tests.unit.dossiers.office import Office, a_submission, open_office

MARKERS = (
    *(text.encode() for text in (NAME, NUMBER, ANSWER)),
    *(json.dumps(text)[1:-1].encode() for text in (NAME, ANSWER)),
    *(text.encode("utf-16-le") for text in (NAME, NUMBER)),
    SCAN,
    b"%PDF",
)
ROUNDS = 5


def found_in(folder: Path) -> set[tuple[str, bytes]]:
    """Which marker lies in which file, of all files there are: store, log of the store, scans, leftovers."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {(file.name, one) for file in files for one in MARKERS if one in file.read_bytes()}


def run(act: str, folder: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.faults.store.sealed_child", act, str(folder)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=resources.path().parent)


def check_whole(folder: Path) -> Office:
    """Opens the store as the next start does; every dossier that is there is whole and says who it is of."""
    office = open_office(folder)
    office.register.sweep()
    assert not list(folder.rglob("*.tmp"))
    for dossier in office.register.recent(10_000):
        assert (dossier.person.full_name, dossier.person.number) == (NAME, NUMBER)
        assert dossier.answers["paper"] == ANSWER
        (component,) = (one for one in dossier.components if one.attachment)
        assert SCAN in office.attachments.read(component.attachment.sha256)
    return office


def test_killed_at_each_step_it_leaves_nothing_to_read(tmp_path: Path) -> None:
    child = run("steps", tmp_path)
    said, _ = child.communicate(timeout=120)
    steps, code = (int(word) for word in said.split())
    assert code == 0
    assert steps > 12, "the way to the disk has so many steps at least"
    assert found_in(tmp_path) == set()
    office = check_whole(tmp_path)
    assert office.register.recent(1), "the last one came through"
    receipts = [
        sent.receipt(office.database.read(), row.seq)
        for row in office.outbox.rows(open_only=False)
        if row.state is State.ACKNOWLEDGED
    ]
    assert NAME.encode() in receipts
    office.close()
    assert found_in(tmp_path) == set()


def test_killed_at_any_moment_it_leaves_nothing_to_read(tmp_path: Path) -> None:
    dice = random.Random(909)
    for _ in range(ROUNDS):
        child = run("for_ever", tmp_path)
        assert child.stdout is not None
        assert child.stdout.readline() == "started\n"
        time.sleep(dice.uniform(0.02, 0.3))  # the moment is what is tried
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=60)
        assert found_in(tmp_path) == set()
    check_whole(tmp_path).close()


def test_the_markers_would_be_found(tmp_path: Path) -> None:
    """The search sees what isn't sealed: a dossier's code in the store, a marker in any file."""
    office = open_office(tmp_path)
    code = office.register.hand_in(submission("key")).dossier.code
    assert code.encode() in (tmp_path / "app.db-wal").read_bytes()
    office.close()
    for number, marker in enumerate(MARKERS):
        (tmp_path / f"{number}.tmp").write_bytes(b"x" * 999 + marker)
    assert {one for _, one in found_in(tmp_path)} == set(MARKERS)


def test_values_that_were_swapped_cut_or_brought_from_elsewhere_are_set_apart(
    tmp_path: Path,
) -> None:
    office = open_office(tmp_path)
    codes = [office.register.hand_in(a_submission(f"key-{n}")).dossier.code for n in range(4)]
    with office.database.transaction() as tx:
        one, two = (row["personal"] for row in tx.rows("SELECT personal FROM dossier LIMIT 2"))
        for code, value in zip(codes, (two, one), strict=False):
            tx.execute("UPDATE dossier SET personal = ? WHERE code = ?", (value, code))
        tx.execute("DROP TRIGGER outbox_frozen")
        stranger = Vault([bytes(32)]).seal(b"body", body_of(key_of(tx, 5)))
        tx.execute("UPDATE outbox SET body = ? WHERE seq = 5", (stranger,))
        first, second = (row["body"] for row in tx.rows("SELECT body FROM outbox WHERE seq < 3"))
        tx.execute("UPDATE outbox SET body = ? WHERE seq = 1", (second,))
        tx.execute("UPDATE outbox SET body = ? WHERE seq = 3", (first[:-1],))
    for code in codes[:2]:
        with pytest.raises(Fault, match="VAULT_DAMAGED"):
            office.register.find(code)
    assert [one.code for one in office.register.recent(9)] == codes[:1:-1]
    taken = {item.seq for _ in range(6) for item in office.outbox.claim("portal")}
    assert not taken & {1, 3, 5}
    states = {row.seq: (row.state, row.last_error) for row in office.outbox.rows()}
    assert {states[seq] for seq in (1, 3, 5)} == {(State.QUARANTINED, "BODY_DAMAGED")}
    assert states[7][0] is State.SENDING, "the others go"
    office.close()


def key_of(reader: Reader, seq: int) -> str:
    row = reader.row("SELECT key FROM outbox WHERE seq = ?", (seq,))
    assert row is not None
    return str(row["key"])


# A store of before there was a vault


SCANNED = b"%PDF-1.7\n" + SCAN * 100


def an_old_folder(folder: Path, count: int = 3) -> list[Dossier]:
    """A state folder as the program of schema 6 left it: all in the clear."""
    migrations = folder / "migrations-of-before"
    migrations.mkdir(parents=True)
    for file in sorted(migrate.FOLDER.glob("*.sql"))[: sealing.SINCE - 1]:
        shutil.copy(file, migrations)
    dossiers = []
    with (
        Database(folder / "station.db", now, migrations=migrations) as database,
        database.transaction() as tx,
    ):
        for number in range(count):
            scan = SCANNED + str(number).encode()
            sha256, file = _plain_file(folder / "attachments", scan)
            component = replace(
                a_dossier().components[0],
                attachment=Attachment(sha256, len(scan), "application/pdf"),
            )
            person = replace(a_dossier().person, full_name=NAME, number=NUMBER)
            dossier = replace(
                a_dossier(),
                **{name: f"{name}-{number}" for name in ("id", "key")},
                code=f"H29.18-261120-{number + 1:04d}",
                person=person,
                answers={"paper": ANSWER},
                summary=f"Chứng thực: {ANSWER}",
                components=(component,),
            )
            ticket = Ticket("H29.18", tx.at.date(), "A", number + 1)
            numbers.enter(tx, ticket)
            old_store.insert(tx, dossier, numbers.row_id(tx, ticket))
            old_store.send(tx, dossier, f"của {NAME}".encode(), NAME.encode())
            dossiers.append(dossier)
            assert file.exists()
    shutil.rmtree(migrations)
    _plain_file(folder / "receipts", SCANNED)
    keep_key(folder)
    return dossiers


def _plain_file(folder: Path, data: bytes) -> tuple[str, Path]:
    sha256 = hashlib.sha256(data).hexdigest()
    file = folder / sha256[:2] / sha256[2:4] / f"{sha256}.pdf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return sha256, file


def test_a_store_of_before_is_sealed_at_the_next_start_and_says_the_same(tmp_path: Path) -> None:
    dossiers = an_old_folder(tmp_path)
    assert len({one for _, one in found_in(tmp_path)}) >= 5, "it was in the clear"
    with open_station(load(state=tmp_path), devices=False) as station:
        assert [station.register.find(one.code) for one in dossiers] == dossiers
        for dossier in dossiers:
            (component,) = dossier.components
            assert SCAN in station.attachments.read(component.attachment.sha256)
        (item, *_) = station.outbox.claim("portal")
        assert item.body == f"của {NAME}".encode()
        assert sent.receipt(station.database.read(), 2) == NAME.encode()
        assert found_in(tmp_path) == set()
    assert found_in(tmp_path) == set()
    (copy,) = tmp_path.glob("station-schema6-*.db.sealed")
    sealing.open_file(copy, tmp_path / "copy.db", a_vault())
    assert NAME.encode() in (tmp_path / "copy.db").read_bytes()
    with pytest.raises(Fault, match="SYSTEM_REFUSED"):
        sealing.open_file(copy, tmp_path / "copy.db", a_vault())


@pytest.mark.parametrize("step", range(5))
def test_a_start_that_is_cut_while_it_seals_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Killed after the upgrade's commit: the plain copy or plain scans are still there, then no more."""
    dossiers = an_old_folder(tmp_path)
    real, left = Path.unlink, [step]

    def dying(self: Path, missing_ok: bool = False) -> None:
        if self.suffix in (".db", ".pdf"):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
        real(self, missing_ok=missing_ok)

    with monkeypatch.context() as cut:
        cut.setattr(Path, "unlink", dying)
        try:
            with open_station(load(state=tmp_path), devices=False):
                pass
        except KeyboardInterrupt:
            assert found_in(tmp_path)
    with open_station(load(state=tmp_path), devices=False) as station:
        assert [station.register.find(one.code) for one in dossiers] == dossiers
    assert found_in(tmp_path) == set()


def test_a_full_disk_leaves_old_files_readable_until_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256, _ = _plain_file(tmp_path / "attachments", SCANNED)
    files = Attachments(tmp_path / "attachments", a_vault())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        assert files.seal_plain() == 1
    assert files.read(sha256) == SCANNED
    assert files.seal_plain() == 0
    assert files.read(sha256) == SCANNED
    assert found_in(tmp_path) == set()


def test_without_its_key_a_store_stays_shut_and_untouched(tmp_path: Path) -> None:
    settings = load(state=tmp_path)
    with open_station(settings, devices=False) as station:
        code = station.register.hand_in(submission("key")).dossier.code
    key = tmp_path / "vault.key"
    key.rename(tmp_path / "elsewhere")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.db")}
    with pytest.raises(Fault, match="VAULT_KEY_MISSING"), open_station(settings, devices=False):
        pass
    keep_key(tmp_path)  # another station's
    with pytest.raises(Fault, match="VAULT_KEY_OTHER"), open_station(settings, devices=False):
        pass
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.db")} == before
    (tmp_path / "elsewhere").replace(key)
    with open_station(settings, devices=False) as station:
        dossier = station.register.find(code)
        assert dossier is not None
        assert dossier.person.full_name == NAME


def test_a_file_that_cannot_be_read_keeps_no_other_one_plain(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "attachments"
    for number in range(4):
        _plain_file(folder, SCANNED + str(number).encode())
    for bad in sorted(folder.rglob("*.pdf"))[::3]:
        bad.unlink()
        bad.symlink_to(tmp_path / "nowhere")
    assert Attachments(folder, a_vault()).seal_plain() == 2
    assert len(list(folder.rglob("*.bin"))) == 2
    assert "2 files stay plain" in caplog.text


def test_a_reader_beside_the_upgrade_leaves_nothing_plain_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of before are in the log, and somebody who reads keeps it: it is emptied when he is gone."""
    an_old_folder(tmp_path)
    monkeypatch.setattr("kiosk.store.link._BUSY_MS", 50)
    with closing(sqlite3.connect(tmp_path / "station.db", isolation_level=None)) as reader:
        reader.execute("UPDATE dossier SET summary = summary || ' '")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM dossier").fetchone()
        with Database(tmp_path / "station.db", now, a_vault()) as database:
            assert found_in_store(tmp_path), "the reader holds it"
            reader.execute("COMMIT")
            with database.transaction():
                pass
            database._checkpoints.close()
            assert not found_in_store(tmp_path)


def test_a_log_that_a_reader_held_is_emptied_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_old_folder(tmp_path)
    monkeypatch.setattr("kiosk.store.link._BUSY_MS", 50)
    uri = f"file:{tmp_path}/station.db?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM dossier").fetchone()
        Database(tmp_path / "station.db", now, a_vault()).close()
        assert found_in_store(tmp_path), "the reader holds it"
        reader.execute("COMMIT")
        with Database(tmp_path / "station.db", now, a_vault()):
            assert not found_in_store(tmp_path)


def found_in_store(folder: Path) -> set[tuple[str, bytes]]:
    return {one for one in found_in(folder) if one[0].startswith("station.db")}


def test_scans_stay_when_a_store_starts_that_does_not_know_them(tmp_path: Path) -> None:
    """The store was put aside for one start, or an older copy was put back."""
    settings = load(state=tmp_path / "state")
    with open_station(settings, devices=False) as station:
        (component,) = station.register.hand_in(submission("key")).dossier.components
    store = settings.folder / "station.db"
    store.rename(tmp_path / "aside.db")
    with open_station(settings, devices=False):
        pass
    for file in settings.folder.glob("station.db*"):
        file.unlink()
    (tmp_path / "aside.db").rename(store)
    with open_station(settings, devices=False) as station:
        assert component.attachment is not None
        assert SCAN in station.attachments.read(component.attachment.sha256)
