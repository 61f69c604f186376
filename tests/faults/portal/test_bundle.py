"""The store is lost or must be replaced: what was exported arrives once, under the keys on the papers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
import requests

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.commands import office_key
from kiosk.commands.sync import status
from kiosk.commands.sync_bundle import export_to, import_from
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError, load
from kiosk.store.database import Database
from kiosk.store.envelope import MAGIC, Opened
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice
from tests.faults.portal.carrier import settings
from tests.samples import keep_key
from tests.unit.dossiers.office import a_submission, open_office

pytestmark = pytest.mark.real


def stocked(folder: Path, count: int) -> StockedOffice:
    folder.mkdir(exist_ok=True)
    office = StockedOffice(folder)
    office.stock(count)
    return office


def closed(office: StockedOffice, folder: Path) -> None:
    office.close()
    (folder / "office.db").rename(folder / "station.db")


def made(folder: Path) -> Path:
    """A new state folder with the key that the tests' offices use."""
    folder.mkdir()
    keep_key(folder)
    return folder


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "portal") as process:
        yield process


def test_a_wiped_store_comes_back_and_nothing_is_sent_twice(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """Two dossiers are gone already, one arrived without its answer being written down, seven wait."""
    old = tmp_path / "old"
    office = stocked(old, 10)
    driver = AdapterDriver(settings(sandbox.url), "H29.18")
    for _ in range(2):
        (one,) = office.outbox.claim("portal")
        office.outbox.acknowledge(one.seq, driver.send(one).receipt, status=200, duration_ms=1)  # type: ignore[union-attr]
    with office.database.transaction() as tx:  # the first dossier is done as a whole
        tx.execute("UPDATE outbox SET state = 'acknowledged', receipt = x'00' WHERE seq = 2")
    driver.send(office.outbox.claim("portal")[0])
    closed(office, old)
    codes = office.codes
    said = export_to(load(state=old), tmp_path / "bundle.zip")
    assert (said["dossiers"], said["messages"]) == (9, 18)
    assert (tmp_path / "bundle.zip").stat().st_mode & 0o777 == 0o600

    new = made(tmp_path / "new")
    said = import_from(load(state=new), tmp_path / "bundle.zip", "staff-7")
    assert (said["dossiers"], said["messages"], said["known"]) == (9, 18, 0)
    again = import_from(load(state=new), tmp_path / "bundle.zip", "staff-7")
    assert (again["dossiers"], again["known"]) == (0, 9)
    (new / "station.db").rename(new / "office.db")
    office = StockedOffice(new)
    assert Courier(office.outbox, driver, now, Random(3)).drain(Cancel(), 60) == 17
    driver.close()
    rows = requests.get(f"{sandbox.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
    assert sorted(row["code"] for row in rows) == codes
    assert {row["stored"] for row in rows} == {1}
    assert {row["key"] for row in rows} == {f"{code}/submit" for code in codes}
    office.close()


def test_scans_and_numbers_come_with_their_dossiers(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    office = open_office(old)
    dossiers = [office.register.hand_in(a_submission(f"key-{n}")).dossier for n in range(3)]
    lost = dossiers[2].components[0].attachment
    office.attachments.path_of(lost.sha256).unlink()
    office.close()
    (old / "app.db").rename(old / "station.db")
    said = export_to(load(state=old), tmp_path / "b.zip")
    assert (said["dossiers"], said["files"], said["lost"]) == (3, 2, (dossiers[2].code,))
    new = made(tmp_path / "new")
    said = import_from(load(state=new), tmp_path / "b.zip", "staff-7")
    assert (said["dossiers"], said["files"], said["lost"]) == (3, 2, (dossiers[2].code,))
    (new / "station.db").rename(new / "app.db")
    office = open_office(new)
    assert [office.register.find(one.code) for one in dossiers[:2]] == dossiers[:2]
    assert office.attachments.read(dossiers[0].components[0].attachment.sha256)
    following = office.register.hand_in(a_submission("key-new"))
    assert following.dossier.code not in {one.code for one in dossiers}
    assert following.ticket.number == 4
    office.close()


def test_export_changes_nothing_and_never_writes_over_a_bundle(tmp_path: Path) -> None:
    old = tmp_path / "old"
    closed(stocked(old, 2), old)
    before = (old / "station.db").read_bytes()
    export_to(load(state=old), tmp_path / "b.zip")
    assert (old / "station.db").read_bytes() == before
    with pytest.raises(Fault, match="SYSTEM_REFUSED"):
        export_to(load(state=old), tmp_path / "b.zip")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.zip", "old"]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    old = tmp_path / "old"
    closed(stocked(old, 2), old)
    export_to(load(state=old), tmp_path / "whole.zip")
    return tmp_path / "whole.zip"


def plain(bundle: Path) -> bytes:
    """The archive in a bundle, as the demo's office opens it."""
    key = office_key.of_demo(load())
    assert key is not None
    with closing(Opened(bundle.open("rb"), key)) as opened:
        return opened.read()


def changed(whole: Path, change) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain(whole))) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(name, data))
    return made.getvalue()


def in_index(change):
    def of(name: str, data: bytes) -> bytes:
        if name != "bundle.json":
            return data
        index = json.loads(data)
        change(index["dossiers"])
        return json.dumps(index).encode()

    return of


CHANGES = [
    lambda name, data: b"x" + data if name.startswith("bodies/") else data,
    lambda name, data: b"[]" if name == "bundle.json" else data,
    lambda name, data: b"[" * 100_000 if name == "bundle.json" else data,
    lambda name, data: b'{"format": 9}' if name == "bundle.json" else data,
    *(
        in_index(lambda dossiers, n=name, v=value: dossiers[1]["dossier"].update({n: v}))
        for name, value in (
            ("person", "[]"), ("person", '{"number": "1"}'), ("answers", "5"), ("due_at", -(2**62)),
            ("received_at", 2**62), ("code", "H29.18-269999-00001"), ("code", "../x-261124-1"),
            ("procedure_name", "\ud800"), ("procedure_name", "a\0b"), ("key", "a b"), ("state", 99),
        )
    ),
    *(
        in_index(lambda dossiers, n=name, v=value: dossiers[1]["messages"][0].update({n: v}))
        for name, value in (
            ("attempts", 2**62), ("created_wall", 2**62), ("kind", "nuke"), ("dest", "nowhere"),
            ("rev", -1), ("key", "a\r\nX: y"), ("last_status", 10**6), ("made_by", 7),
        )
    ),
    in_index(lambda dossiers: dossiers[1]["ticket"].update(day="zzz")),
    in_index(lambda dossiers: dossiers[1]["ticket"].update(number=2**62)),
    in_index(lambda dossiers: dossiers[1]["ticket"].update(state="eaten")),
    in_index(lambda dossiers: dossiers[1].update(fees={"claims": [{"id": []}]})),
    in_index(lambda dossiers: dossiers[1].update(fees=[7])),
    in_index(lambda dossiers: dossiers[1].update(card_check=7)),
    lambda name, data: b'{"format": 1, "dossiers": [7]}' if name == "bundle.json" else data,
    in_index(lambda dossiers: dossiers[1].update(ticket=None)),
    in_index(lambda dossiers: dossiers[1]["dossier"].pop("code")),
    in_index(lambda dossiers: dossiers[1]["dossier"].update(code="x")),
    in_index(lambda dossiers: dossiers[1]["dossier"].update(fee=-1)),
    in_index(lambda dossiers: dossiers[1]["dossier"].update(fee={})),
    in_index(lambda dossiers: dossiers[1]["dossier"].update(fee=10**40)),
    in_index(lambda dossiers: dossiers[1]["messages"][0].update(state="gone")),
    in_index(lambda dossiers: dossiers[1]["messages"][0].update(state="acknowledged")),
    in_index(lambda dossiers: dossiers[1]["messages"][0].update(sha256="../../etc/passwd")),
    in_index(lambda dossiers: dossiers[1]["messages"][0].update(attempts="many")),
    in_index(lambda dossiers: dossiers[1]["messages"][0].update(receipt="?")),
    in_index(lambda dossiers: dossiers[1]["components"].append({"sha256": "../../x"})),
    in_index(lambda dossiers: dossiers[1].update(messages=dossiers[0]["messages"])),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_bundle_that_was_changed_is_refused_as_a_whole(
    tmp_path: Path, whole: Path, number: int
) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(changed(whole, CHANGES[number]))
    new = tmp_path / "new"
    with pytest.raises(Fault, match="BUNDLE_REFUSED") as refusal:
        import_from(load(state=new), bad, "staff-7")
    assert len(refusal.value.detail) < 100
    assert "Nguy" not in refusal.value.detail
    if (new / "station.db").exists():
        assert status(load(state=new))["rows"] == []


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("of_before", [False, True])
def test_damaged_bytes_of_a_bundle(
    tmp_path: Path, whole: Path, seed: int, *, of_before: bool
) -> None:
    """Also of one from before bundles were sealed."""
    dice = Random(seed)
    data = bytearray(plain(whole) if of_before else whole.read_bytes())
    for _ in range(dice.randrange(1, 20)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    if seed % 4 == 0:
        del data[dice.randrange(len(data)) :]
    (tmp_path / "bad.zip").write_bytes(data)
    refusal = None
    try:
        import_from(load(state=tmp_path / "new"), tmp_path / "bad.zip", "staff-7")
    except Fault as fault:
        refusal = fault
    if refusal is None:
        assert of_before  # a ZIP has bytes that say nothing
        return
    assert refusal.code == "BUNDLE_REFUSED" or (
        refusal.code == "BUNDLE_KEY_OTHER" and not of_before
    )
    assert "Nguy" not in str(refusal)


def test_a_code_that_is_another_s_here_leaves_out_that_dossier_only(
    tmp_path: Path, whole: Path
) -> None:
    new = tmp_path / "new"
    office = stocked(new, 1)  # the same code and ticket, another dossier
    with office.database.transaction() as tx:
        assert tx.number("SELECT count(*) FROM dossier") == 1
        tx.execute("PRAGMA defer_foreign_keys=ON")
        tx.execute("UPDATE component SET dossier_id = 'other'")
        tx.execute("DROP TRIGGER outbox_frozen")
        tx.execute("UPDATE outbox SET dossier_id = 'other', key = 'other/' || key")
        tx.execute("UPDATE dossier SET id = 'other', key = 'other'")
    closed(office, new)
    said = import_from(load(state=new), whole, "staff-7")
    assert (said["dossiers"], said["refused"]) == (1, ("H29.18-261123-0001",))
    with Database(new / "station.db", now) as database:
        reader = database.read()
        assert reader.number("SELECT count(*) FROM dossier") == 2
        assert reader.number("SELECT count(*) FROM outbox WHERE dossier_id <> 'other'") == 2


def of_an_office(settings: Settings, export_key: str) -> Settings:
    vault = settings.vault.model_copy(update={"export_key": export_key, "key": "file"})
    return settings.model_copy(update={"demo": False, "vault": vault})


def test_only_the_office_s_key_opens_a_bundle(tmp_path: Path) -> None:
    old = tmp_path / "old"
    closed(stocked(old, 2), old)
    made = office_key.make(tmp_path / "office.pem", "một cửa")
    assert (tmp_path / "office.pem").stat().st_mode & 0o777 == 0o600
    here = of_an_office(load(state=old), str(made["export_key"]))
    export_to(here, tmp_path / "b")
    data = (tmp_path / "b").read_bytes()
    assert data.startswith(MAGIC)
    for marker in ("Nguyễn", "NGUYỄN VĂN MẪU", "079090000001", "bundle.json", "H29.18-"):
        assert marker.encode() not in data
    there = of_an_office(load(state=tmp_path / "new"), "")
    with pytest.raises(Fault, match="BUNDLE_KEY_MISSING"):
        import_from(there, tmp_path / "b", "staff-7")
    with pytest.raises(Fault, match="BUNDLE_KEY_OTHER"):
        import_from(there, tmp_path / "b", "staff-7", office_key.of_demo(load()))
    with pytest.raises(Fault, match="BUNDLE_KEY_OTHER"):
        office_key.load(tmp_path / "office.pem", "mot cua")
    assert not (tmp_path / "new").exists()
    opener = office_key.load(tmp_path / "office.pem", "một cửa")
    assert import_from(there, tmp_path / "b", "staff-7", opener)["dossiers"] == 2


def test_without_the_office_s_key_nothing_leaves_the_station(tmp_path: Path) -> None:
    old = tmp_path / "old"
    closed(stocked(old, 1), old)
    with pytest.raises(Fault, match="BUNDLE_KEY_MISSING"):
        export_to(of_an_office(load(state=old), ""), tmp_path / "b")
    with pytest.raises(SettingsError, match="export_key"):  # a point of small order is no key
        export_to(of_an_office(load(state=old), "A" * 43 + "="), tmp_path / "b")
    assert [file.name for file in tmp_path.iterdir()] == ["old"]


def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    office_key.make(tmp_path / "office.pem", "one")
    with pytest.raises(Fault, match="SYSTEM_REFUSED"):
        office_key.make(tmp_path / "office.pem", "two")
    office_key.load(tmp_path / "office.pem", "one")
    with pytest.raises(SettingsError, match="passphrase"):
        office_key.make(tmp_path / "none.pem", "")


def test_a_bundle_of_before_they_were_sealed_is_still_taken(tmp_path: Path, whole: Path) -> None:
    (tmp_path / "old.zip").write_bytes(plain(whole))
    said = import_from(of_an_office(load(state=tmp_path / "new"), ""), tmp_path / "old.zip", "x")
    assert said["dossiers"] == 2
