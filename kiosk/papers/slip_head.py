"""The upper part of the slip: office, nation and motto, QR, title, queue number."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Spacer, Table, TableStyle

from kiosk.dossiers.dossier import HandedIn
from kiosk.papers import slip_styles as look
from kiosk.papers.clean import clean
from kiosk.papers.figures import moment_text
from kiosk.papers.qr import QrDrawing
from kiosk.papers.words import SlipWords
from kiosk.settings import Office

_QR_SIDE = 32 * mm
_BOX = 34 * mm
_OFFICE_RULE = 22 * mm
_MOTTO_LIFT = 1.5


def head(handed_in: HandedIn, office: Office, words: SlipWords) -> list[Flowable]:
    """Everything above the lines about the person."""
    return [
        _offices(office, words),
        Spacer(0, 3 * mm),
        look.text(
            moment_text(words.place_date, handed_in.dossier.received_at, place=clean(office.place)),
            "right",
        ),
        Spacer(0, 2 * mm),
        _title_band(handed_in, words),
        Spacer(0, 4 * mm),
    ]


def _offices(office: Office, words: SlipWords) -> Table:
    left = [look.text(clean(office.name), "office"), _rule(_OFFICE_RULE)]
    right = [
        look.text(words.nation, "head"),
        look.text(words.motto, "head"),
        _rule(look.width_of(words.motto, "head")),
    ]
    widths = [look.CONTENT * 0.42, look.CONTENT * 0.58]
    return _bare(Table([[left, right]], colWidths=widths), ("VALIGN", (0, 0), (-1, -1), "TOP"))


def _title_band(handed_in: HandedIn, words: SlipWords) -> Table:
    code = clean(handed_in.dossier.code)
    title = [
        look.text(words.title, "title"),
        Spacer(0, 2 * mm),
        look.text(words.code.format(code=code), "code"),
    ]
    lookup = [QrDrawing(code, _QR_SIDE)]
    widths = [_BOX, look.CONTENT - 2 * _BOX, _BOX]
    table = Table([[lookup, title, _queue_box(handed_in.ticket.label, words)]], colWidths=widths)
    return _bare(table, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("ALIGN", (2, 0), (2, 0), "RIGHT"))


def _queue_box(label: str, words: SlipWords) -> Table:
    rows = [[look.text(words.queue_number, "centred")], [look.text(clean(label), "queue")]]
    box = Table(rows, colWidths=[_BOX - 2 * mm])
    box.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 1, _grey(look.INK)),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
                ("BOTTOMPADDING", (0, 1), (-1, 1), 6),
                ("TOPPADDING", (0, 1), (-1, 1), 0),
            ]
        )
    )
    return box


def _rule(width: float) -> HRFlowable:
    return HRFlowable(
        width=width,
        thickness=0.8,
        color=_grey(look.INK),
        spaceBefore=_MOTTO_LIFT,
        spaceAfter=0,
        hAlign="CENTER",
    )


def _bare(table: Table, *more: tuple[object, ...]) -> Table:
    padding = [
        (side, (0, 0), (-1, -1), 0)
        for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    ]
    table.setStyle(TableStyle([*padding, *more]))
    return table


def _grey(level: float) -> tuple[float, float, float]:
    return level, level, level
