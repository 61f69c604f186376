"""Settings: the demo file is valid, and every error names file, key and what is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.settings import DEMO, SettingsError, load


def write(tmp_path, change):
    text = change(DEMO.read_text("utf-8"))
    file = tmp_path / "station.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_demo_settings_are_valid(tmp_path):
    settings = load(state=tmp_path, portal="http://127.0.0.1:1/")
    assert settings.demo
    assert settings.folder == tmp_path
    assert settings.portal.url == "http://127.0.0.1:1"
    assert settings.devices.id_card.driver == "simulated"


def test_the_state_folder_follows_xdg(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert load().folder == tmp_path / "mot-cua"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('station = "kiosk-01"', 'station = "Kiosk 1"', "office.station"),
        ('agency = "H29.18"', 'agency = "29"', "office.agency"),
        (
            "[devices.scanner]",
            "[devices.scannner]",
            "devices.scannner: unknown key; allowed here: code_reader",
        ),
        ('driver = "simulated"', 'driver = "magic"', "'simulated' or 'pcsc'"),
        ("serial_first = 1", "serial_first = 100000", "serial_last must not be below serial_first"),
        ('url = "http://127.0.0.1:8899"', 'url = "https://portal.example.gov.vn"', "password_file"),
        ('url = "http://127.0.0.1:8899"', "", "portal.url"),
        ("demo = true", "demo = maybe", "not valid TOML"),
    ],
)
def test_an_error_names_file_key_and_what_is_allowed(tmp_path, old, new, said):
    file = write(tmp_path, lambda text: text.replace(old, new, 1))
    with pytest.raises(SettingsError) as error:
        load(file)
    assert str(file) in str(error.value)
    assert said in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load(tmp_path / "none.toml")


def test_a_secret_is_never_shown(tmp_path):
    settings = load(state=tmp_path)
    assert "sandbox" not in repr(settings.portal).replace("username='sandbox'", "")
    file = write(tmp_path, lambda text: text.replace('dstcode = "VN:GOV:SANDBOX:dvcqg"', ""))
    with pytest.raises(SettingsError) as error:
        load(file)
    assert "'sandbox'" not in str(error.value)


def test_a_password_comes_from_a_credentials_folder(tmp_path, monkeypatch):
    (tmp_path / "portal-password").write_text("synthetic\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    file = write(
        tmp_path,
        lambda text: text.replace('password = "sandbox"', 'password_file = "portal-password"'),
    )
    assert load(file).portal.secret() == "synthetic"
    (tmp_path / "portal-password").unlink()
    with pytest.raises(SettingsError, match=r"portal\.password_file"):
        load(file).portal.secret()


@given(st.binary(max_size=200))
def test_garbage_is_a_settings_error(tmp_path_factory, garbage):
    file = tmp_path_factory.mktemp("garbage") / "station.toml"
    file.write_bytes(garbage)
    with pytest.raises(SettingsError):
        load(file)
