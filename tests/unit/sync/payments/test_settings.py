"""Where the platform's secrets may stand, and that a half-written section is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk.settings import Payments, SettingsError

WHOLE = {
    "url": "https://platform.example",
    "partner": "DEMO",
    "secret_file": "secret",
    "token_file": "token",
    "account": "0123456789",
    "bank": "970436",
    "account_name": "KHO BAC MAU",
}


def test_without_an_address_nothing_is_needed() -> None:
    assert Payments().url == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://platform.example"},
        {"secret": "x"},
        {"token": "x"},
        {"secret_file": ""},
        {"partner": ""},
        {"partner": "A|B"},
        {"account": ""},
        {"bank": "97043"},
    ],
)
def test_a_half_or_unsafe_section_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Payments.model_validate(WHOLE | changes)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s\n", "utf-8")
    (tmp_path / "token").write_text("t\n", "utf-8")
    files = {f"{one}_file": str(tmp_path / one) for one in ("secret", "token")}
    assert Payments.model_validate(WHOLE | files).secrets() == ("s", "t")
    (tmp_path / "token").write_text("\n", "utf-8")
    with pytest.raises(SettingsError, match="token_file"):
        Payments.model_validate(WHOLE | files).secrets()
    (tmp_path / "secret").unlink()
    with pytest.raises(SettingsError, match="secret_file"):
        Payments.model_validate(WHOLE | files).secrets()
