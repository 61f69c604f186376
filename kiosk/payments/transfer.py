"""What a citizen's bank is told by a VietQR for a claim."""

from __future__ import annotations

from kiosk.payments.vietqr import LONGEST_PURPOSE, VietQr, build
from kiosk.settings import Payments


def transfer_text(chosen: Payments, dossier_code: str, amount: int) -> str:
    """The text of the VietQR that asks for ``amount`` đồng; empty where the office names no account.

    The dossier's code stands in it, so that a clerk finds the line on the bank's statement.
    """
    if not (chosen.account and chosen.bank):
        return ""
    code = dossier_code[:LONGEST_PURPOSE]
    return build(VietQr(chosen.bank, chosen.account, amount, code, code))
