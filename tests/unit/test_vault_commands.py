"""``kiosk vault …`` and what the doctor says of the keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.commands import vault
from kiosk.compose import open_station
from kiosk.faults import Fault
from kiosk.settings import Settings, load
from kiosk.store import keys, sealing
from kiosk.store.lock import state_lock
from tests.faults.store.sealed_child import NAME, submission


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(state=tmp_path)


def code_of_one(settings: Settings, key: str) -> str:
    with open_station(settings, devices=False) as station:
        return station.register.hand_in(submission(key)).dossier.code


def test_what_was_sealed_before_a_rotation_stays_readable(settings: Settings) -> None:
    assert vault.status(settings)["keys"] == []
    before = code_of_one(settings, "key-1")
    (first,) = vault.status(settings)["needed"]  # type: ignore[misc]
    said = vault.rotate(settings)
    after = code_of_one(settings, "key-2")
    assert vault.status(settings)["needed"] == said["keys"]
    assert said["keys"][0] == first  # type: ignore[index]
    with open_station(settings, devices=False) as station:
        for code in (before, after):
            dossier = station.register.find(code)
            assert dossier is not None
            assert dossier.person.full_name == NAME
            (component,) = dossier.components
            assert station.attachments.read(component.attachment.sha256)  # type: ignore[union-attr]


def test_an_older_ring_is_refused_after_a_rotation(settings: Settings) -> None:
    code_of_one(settings, "key-1")
    ring = settings.folder / "vault.key"
    before = ring.read_bytes()
    vault.rotate(settings)
    code_of_one(settings, "key-2")
    ring.write_bytes(before)
    with pytest.raises(Fault, match="VAULT_KEY_OTHER"), open_station(settings, devices=False):
        pass
    with pytest.raises(Fault, match="VAULT_KEY_OTHER"):
        vault.judged(settings)


def test_no_rotation_beside_a_running_station(settings: Settings) -> None:
    with state_lock(settings.folder), pytest.raises(Fault, match="STATE_IN_USE"):
        vault.rotate(settings)


def test_the_doctor_warns_of_a_key_beside_the_data(settings: Settings) -> None:
    code_of_one(settings, "key-1")
    level, text = vault.judged(settings)
    assert level == "warning"
    assert "1 key kept by file; basic protection" in text
    assert "chmod" not in text
    (settings.folder / "vault.key").chmod(0o644)
    plain = settings.folder / "attachments" / "ab" / "cd" / "x.pdf"
    plain.parent.mkdir(parents=True)
    plain.write_bytes(b"%PDF")
    _, text = vault.judged(settings)
    assert "chmod 600" in text
    assert "not sealed yet: 1" in text
    (settings.folder / "vault.key").unlink()
    with pytest.raises(Fault, match="VAULT_KEY_MISSING"):
        vault.judged(settings)


def test_the_doctor_is_content_with_a_key_that_the_system_keeps(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / keys.CREDENTIAL).write_bytes(vault.new_ring())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    office_key = "8" * 42 + "A="
    kept = settings.vault.model_copy(update={"key": "systemd", "export_key": office_key})
    real = settings.model_copy(update={"demo": False, "vault": kept})
    assert vault.judged(real) == ("ok", "1 key kept by systemd")
    assert not (settings.folder / "vault.key").exists()


def test_a_look_makes_no_key(settings: Settings) -> None:
    assert vault.vault_to_read(settings) is None
    assert list(settings.folder.iterdir()) == []
    code_of_one(settings, "key-1")
    seen = vault.vault_to_read(settings)
    assert seen is not None
    assert list(seen.ids) == vault.status(settings)["keys"]


@pytest.mark.parametrize("content", [b"", b"x" * 500, None])
def test_a_copy_that_cannot_be_opened_costs_no_file_that_is_there(
    settings: Settings, tmp_path: Path, content: bytes | None
) -> None:
    code = code_of_one(settings, "key-1")
    copy = tmp_path / "a-copy.db"
    copy.write_bytes(b"whole" * 100)
    sealing.seal_file(copy, vault.station_vault(settings))
    sealed = copy.with_name("a-copy.db.sealed")
    sealed.write_bytes(sealed.read_bytes()[:-1] if content is None else content)
    with pytest.raises(Fault, match="SYSTEM_REFUSED"):
        vault.unseal(settings, sealed, settings.folder / "station.db")
    with open_station(settings, devices=False) as station:
        assert station.register.find(code)
    before = set(tmp_path.iterdir())
    with pytest.raises(Fault, match="VAULT_"):
        vault.unseal(settings, sealed, tmp_path / "new.db")
    assert set(tmp_path.iterdir()) == before, "no part of it stays"


def test_no_copy_is_put_beside_a_log_or_into_a_running_station(
    settings: Settings, tmp_path: Path
) -> None:
    code_of_one(settings, "key-1")
    copy = tmp_path / "a-copy.db"
    copy.write_bytes(b"whole" * 100)
    sealing.seal_file(copy, vault.station_vault(settings))
    sealed = copy.with_name("a-copy.db.sealed")
    with state_lock(settings.folder), pytest.raises(Fault, match="STATE_IN_USE"):
        vault.unseal(settings, sealed, copy)
    (tmp_path / "a-copy.db-wal").write_bytes(b"log")
    with pytest.raises(Fault, match="SYSTEM_REFUSED"):
        vault.unseal(settings, sealed, copy)
    (tmp_path / "a-copy.db-wal").unlink()
    vault.unseal(settings, sealed, copy)
    assert copy.read_bytes() == b"whole" * 100


def test_a_full_disk_leaves_no_part_of_an_opened_copy(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "a-copy.db"
    copy.write_bytes(b"whole" * 100)
    sealing.seal_file(copy, vault.station_vault(settings))
    before = set(tmp_path.iterdir())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        with pytest.raises(Fault, match="DISK_FULL"):
            sealing.open_file(
                copy.with_name("a-copy.db.sealed"), copy, vault.station_vault(settings)
            )
    assert set(tmp_path.iterdir()) == before


def test_a_start_removes_what_was_cut_off_and_nothing_whole(settings: Settings) -> None:
    code_of_one(settings, "key-1")
    folder = settings.folder
    left = [
        ".vault.key-0123abcd",
        ".station-schema6-1-ab.db-0123abcd.sealed",
        "station-schema8-2-cd.db",
        "station-schema8-2-cd.db-journal",
    ]
    whole = ["station-schema6-1-ab.db.sealed", "station-schema9-3-ef.db"]
    for name in left + whole:
        (folder / name).write_bytes(b"x")
    with open_station(settings, devices=False):
        pass
    assert not [name for name in left if (folder / name).exists()]
    assert all((folder / name).exists() for name in whole)


def test_a_start_closes_a_key_file_that_others_may_open(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    code_of_one(settings, "key-1")
    key = settings.folder / "vault.key"
    key.chmod(0o666)
    with open_station(settings, devices=False):
        pass
    assert key.stat().st_mode & 0o777 == 0o600
    assert "others could open vault.key" in caplog.text


def test_the_doctor_tells_of_scans_that_the_store_does_not_know(settings: Settings) -> None:
    code_of_one(settings, "key-1")
    assert "scans of no dossier" not in vault.judged(settings)[1]
    for file in settings.folder.glob("station.db*"):
        file.unlink()
    code_of_one(settings, "key-2")
    level, text = vault.judged(settings)
    assert level == "warning"
    assert "scans of no dossier of this store, kept: 1" in text
