"""The upper part of the slip: office, nation and motto, QR, title, queue number."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Spacer, Table

from kiosk.dossiers.dossier import HandedIn
from kiosk.papers import slip_styles as look
from kiosk.papers.clean import clean
from kiosk.papers.figures import moment_text
from kiosk.papers.qr import QUIET, QrDrawing, modules
from kiosk.papers.words import SlipWords
from kiosk.settings import Office

_QR_SIDE = 32 * mm
_BOX = 34 * mm
_OFFICE_RULE = 22 * mm
_BARE = tuple(
    (side, (0, 0), (-1, -1), 0)
    for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
)


class _Rule(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A short line in the middle of its column, as stands under the motto."""

    _HEIGHT = 4.0

    def __init__(self, length: float) -> None:
        super().__init__()
        self._length = length
        self._room = 0.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self._room = width
        return width, self._HEIGHT

    def draw(self) -> None:
        canvas: Canvas = self.canv
        start = (self._room - self._length) / 2
        canvas.setLineWidth(0.8)
        canvas.setStrokeGray(look.INK)
        canvas.line(start, self._HEIGHT / 2, start + self._length, self._HEIGHT / 2)


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
    left = [look.text(clean(office.name), "office"), _Rule(_OFFICE_RULE)]
    right = [
        look.text(words.nation, "head"),
        look.text(words.motto, "head"),
        _Rule(look.width_of(words.motto, "head")),
    ]
    widths = [look.CONTENT * 0.42, look.CONTENT * 0.58]
    return look.table([[left, right]], widths, *_BARE, ("VALIGN", (0, 0), (-1, -1), "TOP"))


def _title_band(handed_in: HandedIn, words: SlipWords) -> Table:
    code = clean(handed_in.dossier.code)
    title = [
        *(look.text(line, "title") for line in words.title),
        Spacer(0, 2 * mm),
        look.text(words.code.format(code=code), "code"),
    ]
    quiet = QUIET * _QR_SIDE / len(modules(code))
    return look.table(
        [[QrDrawing(code, _QR_SIDE), title, _queue_box(handed_in.ticket.label, words)]],
        [_BOX, look.CONTENT - 2 * _BOX, _BOX],
        *_BARE,
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ALIGN", (2, 0), (2, 0), "RIGHT"),
        ("ALIGN", (0, 0), (0, 0), "LEFT"),
        ("LEFTPADDING", (0, 0), (0, 0), -quiet),
    )


def _queue_box(label: str, words: SlipWords) -> Table:
    return look.table(
        [[look.text(words.queue_number, "centred")], [look.text(clean(label), "queue")]],
        [_BOX - 2 * mm],
        ("BOX", (0, 0), (-1, -1), 1, (look.INK,) * 3),
        ("TOPPADDING", (0, 0), (0, 0), 3),
        ("BOTTOMPADDING", (0, 0), (0, 0), 0),
        ("TOPPADDING", (0, 1), (0, 1), 0),
        ("BOTTOMPADDING", (0, 1), (0, 1), 6),
    )
