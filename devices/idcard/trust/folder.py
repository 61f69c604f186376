"""A folder of certificates and lists as a trust store, for one reading."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

from devices.fault import Fault
from devices.idcard.trust.files import printable, read
from devices.idcard.trust.importing import import_files
from devices.idcard.trust.store import TrustStore

log = logging.getLogger(__name__)

SUFFIXES = (".cer", ".crt", ".der", ".pem", ".crl", ".ml", ".ldif")
PIN = "signer.sha256"
"""File in the folder with the fingerprint of whoever signs its master lists."""
MAX_FILES = 2_000
_BY = "folder"


def load(
    path: Path, signer: str = "", left_out: Callable[[str], None] = lambda _line: None
) -> TrustStore:
    """What lies in the folder, in memory; or, of a file, the trust store that it is.

    A master list is believed when its signer has the fingerprint ``signer`` (or that in
    ``signer.sha256``); without any, when its signer is, or was signed by, a certificate that lies in
    the folder as a file of its own: who chose the folder chose these. What can't be believed or read
    is left out and logged by code; ``left_out`` gets a line with the file's name for each.

    Raises `Fault` ``TRUST_FILE`` (the folder can't be read) and ``TRUST_STORE``.
    """
    if path.is_file():
        return TrustStore(path)
    try:
        found = sorted(one for one in path.iterdir() if one.name != PIN)
    except OSError as error:
        raise Fault("TRUST_FILE", error.strerror or "folder") from error
    names = [one for one in found if one.suffix.lower() in SUFFIXES and one.is_file()]
    for one in found:
        if one not in names:
            left_out(f"{printable(one)}: no file named like a certificate or list")
    if len(names) > MAX_FILES:
        raise Fault("TRUST_FILE", f"{len(names)} files, {MAX_FILES} are the most")
    files = [read(one) for one in names]
    store = TrustStore()
    try:
        report = import_files(store, files, _BY, signer or _pin(path), folder=True)
    except BaseException:
        store.close()
        raise
    for refused in report.refused:
        left_out(f"{refused.source}: {refused.why}")
    for why, count in report.reasons().items():
        log.warning("trust folder: %d left out: %s", count, why)
    return store


def _pin(folder: Path) -> str:
    file = folder / PIN
    if not file.is_file():
        return ""
    text = read(file).data.decode("ascii", "replace").split()
    if not text or not re.fullmatch(r"[0-9A-Fa-f]{64}", text[0]):
        raise Fault("TRUST_FILE", f"{PIN}: 64 hex digits are needed")
    return text[0].lower()
