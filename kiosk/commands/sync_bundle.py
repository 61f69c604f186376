"""``kiosk sync export`` and ``import``: unsent dossiers in a file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from kiosk.clock import now
from kiosk.commands.trust import who
from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.outbox import bundle
from kiosk.settings import Settings, SettingsError
from kiosk.store.database import Database
from kiosk.store.lock import state_lock
from kiosk.store.peek import peek


def export_to(settings: Settings, file: Path) -> dict[str, object]:
    """Writes the bundle; works beside a running station. Raises what `bundle.export` and `peek` raise."""
    store = settings.folder / "station.db"
    if not store.exists():
        raise SettingsError(f"{settings.folder}: there is no store")
    with peek(store) as reader:
        summary = bundle.export(reader, _attachments(settings), file, now().isoformat())
    return {"event": "exported", "file": str(file), **asdict(summary)}


def import_from(settings: Settings, file: Path, by: str) -> dict[str, object]:
    """Takes the bundle in, all of it or nothing. Raises `Fault` BUNDLE_REFUSED, STATE_IN_USE."""
    if not file.is_file():
        raise SettingsError(f"{file}: there is no such file")
    opened = bundle.open_bundle(file)
    with state_lock(settings.folder), Database(settings.folder / "station.db", now) as database:
        database.born()
        with database.transaction() as tx:
            summary = opened.take_into(tx, _attachments(settings), who(by))
    if not summary.dossiers and not summary.known:
        raise Fault("BUNDLE_REFUSED", "nothing in it")
    return {"event": "imported", **asdict(summary)}


def _attachments(settings: Settings) -> Attachments:
    return Attachments(settings.folder / "attachments")
