"""The station's keys: where they are, and a new one; ``kiosk vault …``."""

from __future__ import annotations

import os
import secrets
from contextlib import nullcontext
from pathlib import Path

from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError
from kiosk.store import keys, sealing
from kiosk.store.lock import make_folder, state_lock
from kiosk.store.peek import peek, schema
from kiosk.store.vault import KEY_BYTES, Vault


def station_vault(settings: Settings) -> Vault:
    """The vault of this state folder; its first key is made where nothing was ever sealed.

    Raises `Fault` VAULT_KEY_MISSING, VAULT_KEY_OTHER, VAULT_NO_KEEPER, and as `kiosk.store.peek` does.
    """
    make_folder(settings.folder)
    return keys.open_vault(_keeper(settings), sealing.needed(_store(settings)))


def tidy(settings: Settings) -> None:
    """What the start does, under the state lock: see `keys.tidy` and `sealing.sweep`."""
    keys.tidy(_keeper(settings))
    sealing.sweep(_store(settings))


def vault_to_read(settings: Settings) -> Vault | None:
    """The same for a look at the store: makes nothing; None where nothing is sealed yet.

    Raises `Fault` VAULT_KEY_MISSING, VAULT_KEY_OTHER, VAULT_NO_KEEPER.
    """
    needed = sealing.needed(_store(settings))
    return keys.open_vault(_keeper(settings), needed) if needed else None


def status(settings: Settings) -> dict[str, object]:
    """Who keeps the keys, the ids of those that are there, and of those that the store needs."""
    keeper = _keeper(settings)
    there = keeper.load()
    return {
        "kept_by": keeper.name,
        "keys": list(Vault(there).ids) if there else [],
        "needed": sealing.needed(_store(settings)),
        "export_key": bool(settings.vault.export_key),
    }


def judged(settings: Settings) -> tuple[str, str]:
    """For the doctor: a level, and how well what is stored is protected.

    Raises `Fault` VAULT_KEY_MISSING, VAULT_KEY_OTHER, VAULT_NO_KEEPER.
    """
    keeper, needed = _keeper(settings), sealing.needed(_store(settings))
    there = keeper.load()
    if there is None and needed:
        raise Fault("VAULT_KEY_MISSING", f"{keeper.name}: key {needed[-1]}")
    if there:
        keys.check(Vault(there), needed)
    count = len(there or [])
    said = [f"{count} key{'' if count == 1 else 's'} kept by {keeper.name}"]
    weak = _weak(settings, keeper)
    return ("warning" if weak else "ok"), "; ".join(said + weak)


def _weak(settings: Settings, keeper: keys.Keeper) -> list[str]:
    found = []
    if isinstance(keeper, keys.FileKeeper):
        found.append("basic protection: who has the disk has the key and the data")
        if keeper.file.exists() and keeper.file.stat().st_mode & 0o077 and os.name != "nt":
            found.append(f"others may read {keeper.file.name}: chmod 600")
    if not settings.demo and not settings.vault.export_key:
        found.append("nothing can be exported: vault.export_key is empty")
    plain = sum(
        1 for one in ("attachments", "receipts") for _ in (settings.folder / one).rglob("*.pdf")
    )
    if plain:
        found.append(f"files of before that are not sealed yet: {plain}; start the station")
    strange = _strange(settings)
    if strange:
        found.append(
            f"scans of no dossier of this store, kept: {strange}; an older store was put back?"
        )
    return found


def _strange(settings: Settings) -> int:
    """Number of scans that the store knows nothing of; see `kiosk.dossiers.register.Register.sweep`."""
    files, store = Attachments(settings.folder / "attachments", None), _store(settings)
    there = set(files.hashes()) - set(files.pending())
    if there and store.exists():
        with peek(store) as reader:
            if schema(reader):
                there -= {str(row[0]) for row in reader.rows("SELECT sha256 FROM attachment")}
    return len(there)


def new_ring() -> bytes:
    """A fresh ring for a service manager that keeps it (``systemd-creds encrypt``); stored nowhere."""
    return keys.written([secrets.token_bytes(KEY_BYTES)])


def rotate(settings: Settings) -> dict[str, object]:
    """A new key seals from the next start on; the station must be stopped. Raises as `keys.rotate` does."""
    with state_lock(settings.folder):
        vault = keys.rotate(_keeper(settings))
    return {"event": "rotated", "keys": list(vault.ids)}


def unseal(settings: Settings, file: Path, target: Path) -> dict[str, object]:
    """Writes a sealed copy of the store (`kiosk.store.sealing`) in the clear, to put it back.

    Into the state folder only while no station runs there. Raises `Fault` STATE_IN_USE, VAULT_KEY_MISSING
    and as `sealing.open_file` does.
    """
    if not file.is_file():
        raise SettingsError(f"{file}: there is no such file")
    there = _keeper(settings).load()
    if not there:
        raise Fault("VAULT_KEY_MISSING", _keeper(settings).name)
    inside = target.resolve().is_relative_to(settings.folder.resolve())
    with state_lock(settings.folder) if inside else nullcontext():
        sealing.open_file(file, target, Vault(there))
    return {"event": "unsealed", "file": str(target)}


def _keeper(settings: Settings) -> keys.Keeper:
    return keys.keeper_of(settings.vault.key, settings.folder, demo=settings.demo)


def _store(settings: Settings) -> Path:
    return settings.folder / "station.db"
