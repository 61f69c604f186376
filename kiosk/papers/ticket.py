"""The queue ticket as a black-and-white picture, for the printer and for the screen."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageChops

from kiosk.dossiers.dossier import HandedIn
from kiosk.papers.clean import clean
from kiosk.papers.figures import amount, moment_text
from kiosk.papers.lettering import block, largest, wrap
from kiosk.papers.qr import modules, qr_picture
from kiosk.papers.sheet import DESIGN_PX, Sheet, stack
from kiosk.papers.words import TicketWords, ticket_words
from kiosk.settings import Office

WIDTHS = range(384, 833)
"""Print widths in pixels: 58 mm paper to 112 mm paper at 203 dpi."""

QR_MODULE = 6
"""Least pixels a module at 203 dpi that cheap readers still take."""


@dataclass(frozen=True)
class OwnWords:
    """A procedure's words for its ticket: its short name, and what to bring to the counter."""

    short_name: str = ""
    bring: str = ""


def ticket_image(
    handed_in: HandedIn,
    office: Office,
    width_px: int = 576,
    *,
    demo: bool = False,
    again: bool = False,
    own: OwnWords | None = None,
    ahead: int | None = None,
    paid: bool = False,
) -> Image.Image:
    """The ticket, mode ``1``, ``width_px`` wide, as high as its text needs; no name of a person.

    ``again`` marks a reprint. ``own``: the procedure's own words, else its full name and the
    office's general sentence stand there. ``ahead``: how many numbers come first.
    ``paid``: whether the fee has been paid by now.
    Raises `ValueError` for a width no printer has.
    """
    if width_px not in WIDTHS:
        raise ValueError(f"ticket width {width_px}")
    sheet, words, own = Sheet(width_px), ticket_words(), own or OwnWords()
    parts = [
        *(sheet.bar(words.demo, 24) if demo else []),
        *sheet.text(office.name, 26, bold=True),
        sheet.gap(6),
        sheet.rule(),
        sheet.gap(6),
        *_number(sheet, words, handed_in.ticket.label, again),
        *sheet.text(words.wait, 24),
        *(sheet.text(words.ahead.format(count=ahead), 24, bold=True) if ahead is not None else []),
        sheet.gap(10),
        sheet.rule(),
        sheet.gap(8),
        *_dossier(sheet, words, handed_in, own.short_name),
        *_fee(sheet, words, handed_in.dossier.fee, paid),
        *_qr(sheet, handed_in.dossier.code),
        *sheet.text(words.bring_heading if own.bring or words.bring else "", 22, bold=True),
        *sheet.text(own.bring or words.bring, 22),
        *_lookup(sheet, words, office),
    ]
    return stack(sheet, parts)


def png(picture: Image.Image) -> bytes:
    """A ticket as a PNG file, for the screen."""
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _number(sheet: Sheet, words: TicketWords, label: str, again: bool) -> list[Image.Image]:
    """The number as large as the paper allows: it is read from a seat, at arm's length."""
    size = largest(label, True, sheet.room, sheet.px(200), sheet.px(40))
    number = block(wrap(label, size, True, sheet.room), size, True, sheet.room)
    # The line's empty rows would be centimetres at this size: only the ink and a gap remain.
    _, top, _, bottom = ImageChops.invert(number).getbbox() or (0, 0, 0, number.height)
    return [
        *sheet.text(words.heading, 30, bold=True),
        sheet.gap(8),
        number.crop((0, top, number.width, bottom)),
        sheet.gap(14),
        *(sheet.text(words.reprint, 26, bold=True) if again else []),
    ]


def _dossier(
    sheet: Sheet, words: TicketWords, handed_in: HandedIn, short_name: str
) -> list[Image.Image]:
    dossier = handed_in.dossier
    received = moment_text(words.moment, dossier.received_at)
    due = moment_text(words.moment, dossier.due_at)
    return [
        *sheet.text(short_name or dossier.procedure_name, 24, bold=True),
        sheet.gap(6),
        *sheet.text(words.code, 22),
        *sheet.text(dossier.code, 28, bold=True),
        *sheet.text(words.received.format(moment=received), 22),
        *sheet.text(words.due.format(moment=due), 22),
    ]


def _fee(sheet: Sheet, words: TicketWords, dong: int, paid: bool) -> list[Image.Image]:
    if not dong:
        return []
    stands = words.paid if paid else words.unpaid
    return sheet.text(words.fee.format(amount=amount(dong), stands=stands), 22, bold=True)


def _qr(sheet: Sheet, code: str) -> list[Image.Image]:
    """The code of the dossier, its quiet zone included, in the middle."""
    content = clean(code)
    side = len(modules(content))
    module = max(QR_MODULE, round(QR_MODULE * sheet.width / DESIGN_PX))
    if side * module > sheet.room:
        raise ValueError(f"a QR of {side} modules is too wide for {sheet.width} pixels")
    picture = qr_picture(content, module)
    room = Image.new("L", (sheet.room, picture.height), 255)
    room.paste(picture.convert("L"), ((sheet.room - picture.width) // 2, 0))
    return [room]


def _lookup(sheet: Sheet, words: TicketWords, office: Office) -> list[Image.Image]:
    if not office.website and "{website}" in words.lookup:
        return []
    return [sheet.gap(6), *sheet.text(words.lookup.format(website=office.website), 20)]
