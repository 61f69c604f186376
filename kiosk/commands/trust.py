"""``kiosk trust …``: whose signatures on ID cards this station believes."""

from __future__ import annotations

import getpass
import re
from collections.abc import Sequence
from pathlib import Path

from devices.idcard.trust.files import read
from devices.idcard.trust.importing import Report, import_files
from devices.idcard.trust.store import TrustStore
from kiosk.clock import now
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError

FILE = "trust.db"


def open_store(settings: Settings) -> TrustStore:
    """The station's store, made if it isn't there. Raises `Fault` ``TRUST_STORE``, ``SYSTEM_REFUSED``."""
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault("SYSTEM_REFUSED", error.strerror or "state folder") from error
    return TrustStore(settings.folder / FILE, now)


def reading(settings: Settings) -> TrustStore:
    """The station's store to look at, empty where there is none; nothing is written.

    Raises `Fault` ``TRUST_STORE``.
    """
    file = settings.folder / FILE
    return TrustStore(file, now, read_only=True) if file.is_file() else TrustStore()


def import_into(
    settings: Settings, files: Sequence[Path], signer: str, by: str
) -> dict[str, object]:
    """Imports files and tells what came of them.

    Raises `Fault` ``TRUST_REFUSED`` when nothing of them could be used, and those of `import_files`.
    """
    if signer:
        whole(signer, "--signer")
    found = [read(file) for file in files]
    with open_store(settings) as store:
        report = import_files(store, found, who(by), signer)
    if not report.added and not report.known:
        reasons = ", ".join(f"{why} {count}" for why, count in sorted(report.reasons().items()))
        raise Fault("TRUST_REFUSED", reasons)
    return told(report)


def told(report: Report) -> dict[str, object]:
    """A report for programs."""
    return {
        "added": report.added,
        "known": report.known,
        "refused": [vars(one) for one in report.refused],
        "to_confirm": report.to_confirm,
    }


def readable(result: dict[str, object]) -> str:
    """The numbers for people, and which fingerprints are to be compared."""
    report = Report(**{name: result[name] for name in ("added", "known", "to_confirm")})  # type: ignore[arg-type]
    refused = result["refused"]
    lines = [f"{len(report.added)} new, {len(report.known)} known before."]
    if isinstance(refused, list):
        lines += [f"Refused: {one['source']} {one['sha256'][:16]}: {one['why']}" for one in refused]
    lines += [
        f"Own curve: compare {sha256} and give 'kiosk trust confirm'."
        for sha256 in report.to_confirm
    ]
    return "\n".join(lines)


def listed(settings: Settings) -> dict[str, object]:
    """Certificates and lists of the store."""
    with reading(settings) as store:
        return {"certificates": store.certificates(), "crls": store.crls()}


def readable_list(result: dict[str, object]) -> str:
    """One line for each certificate and list."""
    certificates, crls = result["certificates"], result["crls"]
    if not isinstance(certificates, list) or not isinstance(crls, list):
        raise TypeError
    lines = [f"{len(certificates)} certificates, {len(crls)} lists of revoked ones."]
    for row in certificates:
        state = "disabled" if row["disabled"] else "in use"
        if not (row["named"] or row["confirmed"]):
            state = "to be confirmed"
        until = str(row["not_after"])[:10]
        lines.append(f"{row['sha256'][:16]} {row['kind']:<4} {state}, to {until}: {row['subject']}")
    lines += [
        f"CRL to {row['next_update'][:10]}, {row['revoked']} revoked: {row['issuer']}"
        for row in crls
    ]
    return "\n".join(lines)


def disable(settings: Settings, fingerprint: str, by: str) -> dict[str, object]:
    prefix = part(fingerprint)
    with open_store(settings) as store:
        done = store.disable(prefix, who(by))
        return _with_others({"disabled": done}, "also_disabled", store.same_key(done))


def enable(settings: Settings, fingerprint: str, by: str) -> dict[str, object]:
    prefix = part(fingerprint)
    with open_store(settings) as store:
        done = store.enable(prefix, who(by))
        # Of one key, a single certificate that is still disabled keeps all of them out.
        entry = store.find(done)
        out = store.same_key(done) if entry is not None and entry.disabled else []
        return _with_others({"enabled": done}, "key_still_disabled_with", out)


def _with_others(
    result: dict[str, object], name: str, fingerprints: list[str]
) -> dict[str, object]:
    """Names other certificates of the same key, if there are any."""
    return {**result, name: fingerprints} if fingerprints else result


def confirm(settings: Settings, fingerprint: str, by: str) -> dict[str, object]:
    sha256 = whole(fingerprint, "SHA256")
    with open_store(settings) as store:
        return {"confirmed": store.confirm(sha256, who(by))}


def log(settings: Settings) -> dict[str, object]:
    """The record of everything that was done to the store."""
    with reading(settings) as store:
        return {"log": store.log()}


def whole(fingerprint: str, name: str) -> str:
    """Lower case. Raises `SettingsError` unless it is a whole SHA-256."""
    if not re.fullmatch(r"[0-9A-Fa-f]{64}", fingerprint):
        raise SettingsError(f"{name}: the whole SHA-256 is needed, 64 hex digits")
    return fingerprint.lower()


def part(fingerprint: str) -> str:
    """Lower case. Raises `SettingsError` unless it is a SHA-256 or at least its first 8 digits."""
    if not re.fullmatch(r"[0-9A-Fa-f]{8,64}", fingerprint):
        raise SettingsError("SHA256: its first 8 hex digits at least")
    return fingerprint.lower()


def who(by: str) -> str:
    """The name for the record: the one given, else the system's."""
    name = by.strip()
    if not name:
        try:
            name = getpass.getuser()
        except (KeyError, OSError, ImportError):  # an account without a name
            name = "unknown"
    if len(name) > 100 or not name.isprintable():
        raise SettingsError("--by: a name of up to 100 letters")
    return name
