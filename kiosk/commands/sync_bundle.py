"""``kiosk sync export`` and ``import``: unsent dossiers in a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.clock import now
from kiosk.commands import office_key
from kiosk.commands.trust import who
from kiosk.commands.vault import station_vault, vault_to_read
from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.outbox import bundle_export, bundle_import
from kiosk.outbox.bundle import Summary
from kiosk.settings import Settings, SettingsError
from kiosk.store.database import Database
from kiosk.store.lock import state_lock
from kiosk.store.peek import peek
from kiosk.store.room import RoomWatch
from kiosk.store.vault import Vault


def export_to(settings: Settings, file: Path) -> dict[str, object]:
    """Writes the bundle for the office's key; works beside a running station. Raises as `write`."""
    return {"event": "exported", "file": str(file), **asdict(write(settings, file))}


def write(settings: Settings, file: Path, check: Callable[[], None] = lambda: None) -> Summary:
    """The same for programs; ``check`` is called between dossiers and may raise to end it.

    Raises `Fault` BUNDLE_KEY_MISSING without the office's key, and what `bundle_export.export` and `peek` raise.
    """
    recipient = office_key.recipient(settings)
    store = settings.folder / "station.db"
    if not store.exists():
        raise SettingsError(f"{settings.folder}: there is no store")
    vault = vault_to_read(settings)
    with peek(store, vault) as reader:
        made_at = now().isoformat()
        return bundle_export.export(
            reader, _attachments(settings, vault), file, made_at, recipient, check
        )


def import_from(
    settings: Settings, file: Path, by: str, key: X25519PrivateKey | None = None
) -> dict[str, object]:
    """Takes in what the store lacks of the bundle; ``key``: the office's, in the demo its own by itself.

    Raises `Fault` BUNDLE_REFUSED, also when no dossier of it could be taken, BUNDLE_KEY_MISSING,
    BUNDLE_KEY_OTHER, STATE_IN_USE, DISK_FULL before the last room would be taken.
    """
    if not file.is_file():
        raise SettingsError(f"{file}: there is no such file")
    opened = bundle_import.open_bundle(file, key or office_key.of_demo(settings))
    with closing(opened), state_lock(settings.folder):
        vault = station_vault(settings)
        with Database(settings.folder / "station.db", now, vault) as database:
            database.born()
            room = RoomWatch(settings.folder, settings.store)
            room.need(opened.size)
            with database.transaction() as tx:
                summary = opened.take_into(tx, _attachments(settings, vault), who(by))
    if not summary.dossiers and not summary.known:
        raise Fault("BUNDLE_REFUSED", ", ".join(summary.refused[:10]) or "nothing in it")
    return {"event": "imported", **asdict(summary)}


def _attachments(settings: Settings, vault: Vault | None) -> Attachments:
    return Attachments(settings.folder / "attachments", vault)
