"""How a fee is computed, told in words from the procedure's own rule."""

from __future__ import annotations

from PySide6.QtCore import QObject

from kiosk.catalogue.fees import copies
from kiosk.catalogue.procedure import FeeRule, FeeTier, Procedure
from kiosk.journeys.submit import State
from ui.citizen.language import money


class FeeWords(QObject):
    """Sentences on fees in the person's language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def least(self, procedure: Procedure) -> str:
        """For the tile: what it costs at least."""
        amounts = [tier.amount for rule in procedure.fees for tier in rule.tiers]
        if not amounts:
            return self.tr("Không thu phí")
        first = procedure.fees[0].tiers[0].amount
        return self.tr("Từ {amount}").format(amount=money(first, self._language))

    def tariff(self, rule: FeeRule) -> str:
        """The whole tariff of one rule."""
        parts = [self._tier(rule.tiers, index) for index in range(len(rule.tiers))]
        if rule.cap_per_copy:
            most = money(rule.cap_per_copy, self._language)
            parts.append(self.tr("tối đa {amount} một bản").format(amount=most))
        return "; ".join(parts) + "."

    def basis(self, rule: FeeRule, state: State) -> str:
        """What of this dossier the fee was computed from."""
        pages = self.tr("%n trang", "", len(state.pages))
        asked = copies(rule, state.answers)
        return self.tr("{pages} × {copies}").format(
            pages=pages, copies=self.tr("%n bản", "", asked)
        )

    def _tier(self, tiers: tuple[FeeTier, ...], index: int) -> str:
        amount = money(tiers[index].amount, self._language)
        first = tiers[index].first
        if index + 1 == len(tiers):
            return self.tr("từ trang {first}: {amount} một trang").format(
                first=first, amount=amount
            )
        last = tiers[index + 1].first - 1
        return self.tr("trang {first} đến {last}: {amount} một trang").format(
            first=first, last=last, amount=amount
        )
