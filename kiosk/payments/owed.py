"""Which fees a dossier owes, by the procedure version that it was handed in under."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.catalogue.fees import copies, fee
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import Answer, Dossier
from kiosk.faults import Fault
from kiosk.payments.claims import Fee


def fees_for(procedure: Procedure, answers: Mapping[str, Answer], pages: int) -> list[Fee]:
    """Those above zero, for these answers and ``pages`` pages; their sum is `kiosk.catalogue.fees.fee_of`."""
    found = (
        Fee(rule.code, rule.name["vi"], rule.kind, fee(rule, pages, copies(rule, answers)))
        for rule in procedure.fees
    )
    return [one for one in found if one.amount]


def fees_of(dossier: Dossier, procedure: Procedure) -> list[Fee]:
    """Those above zero. Their sum is the fee that the citizen was shown and the slip names.

    Raises `Fault` PAYMENT_STATE when it is not: then nothing is claimed.
    """
    found = fees_for(procedure, dossier.answers, sum(one.pages for one in dossier.components))
    if sum(one.amount for one in found) != dossier.fee:
        raise Fault("PAYMENT_STATE", f"fees of {dossier.code} don't make the sum that was told")
    return found
