"""A real store with made-up dossiers, their fee claims and the money that comes."""

from __future__ import annotations

from pathlib import Path

from kiosk.clock import at_office
from kiosk.dossiers import rows as dossier_rows
from kiosk.dossiers.dossier import HandedIn
from kiosk.journal import journal
from kiosk.payments.claim import Claim
from kiosk.payments.claims import Claims, Fee
from kiosk.payments.takings import Takings
from kiosk.queueing import numbers
from kiosk.store.database import Database
from kiosk.store.link import Reader
from tests.fakes.moving_clock import MovingClock
from tests.fakes.portal_items import dossier
from tests.samples import a_vault, keep_key

CODE = "H29.18-261123-0001"
FEE = Fee("PHI-CT-BS", "Phí chứng thực bản sao từ bản chính", "phi", 10_000)


class FeeOffice:
    """``claims`` and ``takings`` over one store; the clock begins on 23 November 2026, 14:00 at the office."""

    def __init__(self, folder: Path) -> None:
        self.clock = MovingClock()
        self.clock.move(6 * 3600)
        self.file = folder / "station.db"
        keep_key(self.file.parent)
        self.database = Database(self.file, self.clock, a_vault())
        self.claims = Claims(self.database)
        self.takings = Takings(self.database, "kiosk-01")
        self.hand_in(CODE)

    @property
    def reader(self) -> Reader:
        return self.database.read()

    def hand_in(self, code: str) -> None:
        made = dossier(code)
        with self.database.transaction() as tx:
            ticket = numbers.take(tx, made.agency, at_office(tx.at).date(), "A")
            dossier_rows.insert(tx, HandedIn(made, ticket))

    def claim(self, code: str = CODE, fee: Fee = FEE) -> Claim:
        return self.claims.make(f"id-{code}", fee, "clerk-1")

    def told(self, code: str = CODE) -> list[int]:
        """Kinds of the journal's entries about a dossier."""
        return [one.kind for one in journal.entries(self.reader, subject=f"id-{code}")]

    def close(self) -> None:
        self.database.close()
