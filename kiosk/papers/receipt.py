"""A small note on the ticket printer about a fee that was paid: its sum and the numbers to ask by."""

from __future__ import annotations

from PIL import Image

from kiosk.dossiers.dossier import HandedIn
from kiosk.papers.figures import amount, moment_text
from kiosk.papers.sheet import Sheet, stack
from kiosk.papers.words import receipt_words
from kiosk.payments.standing import FeeStanding
from kiosk.settings import Office
from kiosk.vietnamese import amount_in_words


def receipt_image(
    handed_in: HandedIn,
    fee: FeeStanding,
    office: Office,
    *,
    width_px: int = 576,
    demo: bool = False,
) -> Image.Image:
    """The note, mode ``1``; no name of a person. It says of itself that it is no receipt by finance law."""
    sheet, words = Sheet(width_px), receipt_words()
    spelled = amount_in_words(fee.paid)
    parts = [
        *(sheet.bar(words.demo, 24) if demo else []),
        *sheet.text(office.name, 26, bold=True),
        sheet.gap(6),
        sheet.rule(),
        sheet.gap(6),
        *sheet.text(words.heading, 34, bold=True),
        sheet.gap(6),
        *sheet.text(words.amount.format(amount=amount(fee.paid), words=spelled), 28, bold=True),
        sheet.gap(6),
        *sheet.text(words.code.format(code=handed_in.dossier.code), 24),
        *(part for one in fee.numbers for part in sheet.text(words.number.format(number=one), 24)),
        *(sheet.text(moment_text(words.moment, fee.paid_at), 22) if fee.paid_at else []),
        sheet.gap(6),
        *sheet.text(words.no_invoice, 20),
    ]
    return stack(sheet, parts)
