"""``kiosk sync restore FILE…``: puts lost or damaged scans back from a copy and has their dossiers sent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from kiosk.compose import Station
from kiosk.dossiers.uploads import UploadLedger, UploadState, stopped_for
from kiosk.faults import Fault
from kiosk.settings import SettingsError

LARGEST_SCAN = 256 * 1024 * 1024
_WHY = "scan put back from a copy"


def restore(station: Station, files: Sequence[Path]) -> dict[str, object]:
    """A file is known by its content, whatever its name; others are told and left alone.

    Raises `SettingsError` for a file that can't be read, `Fault` DISK_FULL and as the store does.
    """
    ledger = UploadLedger(station.database)
    restored: list[str] = []
    released: list[int] = []
    unknown: list[str] = []
    for file in files:
        data = _read(file)
        sha256 = hashlib.sha256(data).hexdigest()
        upload = ledger.load(sha256)
        if upload is None:
            unknown.append(file.name)
            continue
        station.attachments.put(data)
        if upload.state is UploadState.LOST:
            ledger.anew(sha256)
        restored.append(sha256)
        for seq in stopped_for(station.database.read(), sha256):
            station.outbox.release(seq, _WHY)
            released.append(seq)
    return {"event": "restored", "files": restored, "released": released, "unknown": unknown}


def need_known(result: dict[str, object]) -> None:
    """Raises `Fault` ``ATTACHMENT_UNKNOWN`` when a file was not one of this station's dossiers."""
    unknown = result["unknown"]
    if isinstance(unknown, list) and unknown:
        raise Fault("ATTACHMENT_UNKNOWN", f"{len(unknown)} files")


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_SCAN + 1)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    if len(data) > LARGEST_SCAN:
        raise SettingsError(f"{file}: above {LARGEST_SCAN} bytes")
    return data
