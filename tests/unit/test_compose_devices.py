"""Where a real scanner's pages lie while they come."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from devices.idcard.trust.store import TrustStore
from devices.idcard.trust.verifier import LocalCscaVerifier
from devices.scanner.scanimage import ScanimageScanner
from kiosk import compose_devices
from kiosk.clock import now
from kiosk.settings import load


def scanner(tmp_path: Path) -> ScanimageScanner:
    settings = load(state=tmp_path)
    real = settings.devices.scanner.model_copy(update={"driver": "scanimage"})
    devices = settings.devices.model_copy(update={"scanner": real})
    with ExitStack() as stack:
        opened = compose_devices.open_devices(
            settings.model_copy(update={"devices": devices}),
            LocalCscaVerifier(TrustStore(), now),
            stack,
        )
        assert isinstance(opened.scanner, ScanimageScanner)
        return opened.scanner


def test_pages_of_a_real_scanner_touch_no_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose_devices, "_RAM", tmp_path)
    assert scanner(tmp_path)._options.folder == tmp_path


def test_without_a_ram_disk_the_system_s_folder_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose_devices, "_RAM", tmp_path / "nowhere")
    assert scanner(tmp_path)._options.folder is None
