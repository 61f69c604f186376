"""A bundle of what is unsent leaves the station: a person says why, and the journal keeps that they did."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.commands import sync, sync_bundle
from kiosk.commands.trust import who
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox.bundle import Summary
from kiosk.outbox.decisions import Decision
from kiosk.settings import Settings, SettingsError


@dataclass(frozen=True)
class TakenOut:
    """``noted``: whether the journal could be told; a disk may take no more writes."""

    file: Path
    summary: Summary
    noted: bool

    def told(self) -> dict[str, object]:
        """As a command says it."""
        found = asdict(self.summary) | {"noted": self.noted}
        return {"event": "exported", "file": str(self.file), **found}


def take_out(settings: Settings, file: Path, reason: str, by: str) -> TakenOut:
    """Writes the bundle, then tells the journal who took it out and why (the reason's hash).

    Raises `SettingsError` without a reason, and what `sync_bundle.write` raises.
    """
    try:
        decision = Decision(reason, who(by))
    except ValueError:
        raise SettingsError("--reason: say why, in a few words") from None
    summary = sync_bundle.write(settings, file)
    return TakenOut(file, summary, _noted(settings, decision, summary))


def _noted(settings: Settings, decision: Decision, summary: Summary) -> bool:
    said = hashlib.sha256(decision.reason.encode()).digest()
    kind, station = journal.Kind.OUTBOX_EXPORTED, settings.office.station
    try:
        with sync.store(settings) as database, database.transaction() as tx:
            counts = (summary.dossiers, summary.messages)
            journal.append(tx, kind, station, decision.by, *counts, said)
    except (Fault, SettingsError):
        return False
    return True
