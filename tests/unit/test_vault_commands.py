"""``kiosk vault …`` and what the doctor says of the keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.commands import vault
from kiosk.compose import open_station
from kiosk.faults import Fault
from kiosk.settings import Settings, load
from kiosk.store import keys
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
