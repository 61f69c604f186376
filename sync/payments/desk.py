"""The journey's way to money: how a dossier's fee stands, the platform's page, the VietQR."""

from __future__ import annotations

from dataclasses import replace

from kiosk.dossiers import intake
from kiosk.dossiers import rows as dossier_rows
from kiosk.faults import Fault
from kiosk.payments import rows
from kiosk.payments.standing import FeeStanding, FeeWord, PayWay, standing
from kiosk.payments.transfer import transfer_text
from kiosk.settings import Payments
from kiosk.store.database import Database
from sync.payments.cashier import Cashier


class PaymentDesk:
    """`kiosk.payments.standing.FeeDesk`. `open` and `ask` are for one thread at a time."""

    def __init__(
        self, database: Database, station: str, chosen: Payments, cashier: Cashier | None
    ) -> None:
        self._database = database
        self._station = station
        self._chosen = chosen
        self._cashier = cashier

    @property
    def ways(self) -> tuple[PayWay, ...]:
        """The platform and the transfer as the settings have them; the counter where one of them is."""
        platform = [PayWay.PLATFORM] if self._cashier is not None else []
        transfer = [PayWay.TRANSFER] if self._chosen.account and self._chosen.bank else []
        offered = [*platform, *transfer]
        return (*offered, PayWay.COUNTER) if offered else ()

    def look(self, dossier_id: str) -> FeeStanding:
        """By the station's own notes. Raises `Fault` DOSSIER_NOT_ENTERED for one that still waits in the intake."""
        reader = self._database.read()
        if intake.is_waiting(reader, dossier_id):
            raise Fault("DOSSIER_NOT_ENTERED", dossier_id)
        found = standing(reader, dossier_id)
        if found.word is not FeeWord.OWED:
            return found
        handed_in = dossier_rows.load(reader, "id", dossier_id)
        code = handed_in.dossier.code if handed_in else ""
        return replace(found, transfer=transfer_text(self._chosen, code, found.asked))

    def open(self, dossier_id: str) -> FeeStanding:
        """Opens the page of the first claim that is owed. Raises as `Cashier.start`."""
        found = self.look(dossier_id)
        if self._cashier is not None and found.owed:
            self._cashier.start(found.claim, self._station)
        return self.look(dossier_id)

    def ask(self, dossier_id: str) -> FeeStanding:
        """Asks after the attempt that is open, if one is. Raises `Fault` PAYMENT_MISMATCH."""
        reader = self._database.read()
        found = standing(reader, dossier_id)
        running = rows.open_attempt(reader, found.claim) if found.claim else None
        if self._cashier is not None and running is not None:
            self._cashier.ask(running.reference)
        return self.look(dossier_id)
