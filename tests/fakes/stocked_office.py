"""A real store with a real outbox, full of made-up dossiers that wait to be sent."""

from __future__ import annotations

from pathlib import Path

from kiosk.clock import at_office, now
from kiosk.dossiers import rows
from kiosk.dossiers.dossier import HandedIn
from kiosk.outbox.outbox import Outbox
from kiosk.queueing import numbers
from kiosk.store.database import Database
from sync.portal.messages import encode
from tests.fakes.portal_items import dossier
from tests.samples import a_vault, keep_key


class StockedOffice:
    """``prefix``: begins every key, so that two offices can share a code."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self._prefix = prefix
        keep_key(folder)
        self.database = Database(folder / "office.db", now, a_vault())
        self.outbox = Outbox(self.database, "kiosk-01", now)
        self.codes: list[str] = []

    def stock(self, count: int) -> None:
        for _ in range(count):
            self.codes.append(f"H29.18-261123-{len(self.codes) + 1:04d}")
            self._hand_in(self.codes[-1])

    def close(self) -> None:
        self.database.close()

    def _hand_in(self, code: str) -> None:
        made = dossier(code)
        with self.database.transaction() as tx:
            ticket = numbers.take(tx, made.agency, at_office(tx.at).date(), "A")
            rows.insert(tx, HandedIn(made, ticket))
            for message in encode(made):
                self.outbox.add(
                    tx,
                    key=f"{self._prefix}{code}/{message.kind}",
                    dossier_id=made.id,
                    rev=1,
                    dest="portal",
                    message=message,
                )
