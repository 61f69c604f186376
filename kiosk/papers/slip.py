"""The acceptance slip, form 01 "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", as an A4 PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer

from kiosk.dossiers.dossier import HandedIn
from kiosk.papers import slip_styles as look
from kiosk.papers.clean import clean
from kiosk.papers.slip_body import foot, lines, values
from kiosk.papers.slip_components import component_table
from kiosk.papers.slip_head import head
from kiosk.papers.words import SlipWords, slip_words
from kiosk.settings import Office

_PRODUCER = "Một Cửa"
_DEMO_SIZE = 10
_FOOT_SIZE = 8


def acceptance_slip(
    handed_in: HandedIn, office: Office, *, demo: bool = False, paid: Sequence[str] = ()
) -> bytes:
    """The slip as a PDF. The same dossier gives the same bytes, so a reprint equals the first print.

    The file's own properties carry no personal data. ``demo`` marks every page as a trial paper. ``paid``:
    numbers of the transactions or receipts that paid the fee by now; without one it says "not paid yet".
    """
    pdf, pages = _build(handed_in, office, demo, paid, 1)
    if pages > 1:
        pdf, _ = _build(handed_in, office, demo, paid, pages)
    return pdf


def _build(
    handed_in: HandedIn, office: Office, demo: bool, paid: Sequence[str], pages: int
) -> tuple[bytes, int]:
    """The PDF when its footers say ``pages``, and how many pages there really are."""
    words = slip_words()
    code = clean(handed_in.dossier.code)

    def on_page(canvas: Canvas, document: BaseDocTemplate) -> None:
        _footer(canvas, words, code, document.page, pages)
        if demo:
            _demo_line(canvas, words.demo)

    out = io.BytesIO()
    document = _document(out, words)
    room = Frame(
        look.MARGIN_LEFT,
        look.MARGIN_BOTTOM,
        look.CONTENT,
        look.PAGE[1] - look.MARGIN_TOP - look.MARGIN_BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate("slip", [room], onPage=on_page))
    document.build(_story(handed_in, office, words, paid))
    return out.getvalue(), document.page


def _document(out: io.BytesIO, words: SlipWords) -> BaseDocTemplate:
    return BaseDocTemplate(
        out,
        pagesize=look.PAGE,
        title=words.document_title,
        author=_PRODUCER,
        creator=_PRODUCER,
        producer=_PRODUCER,
        subject="",
        lang="vi-VN",
        displayDocTitle=True,
        initialFontName=look.REGULAR,
        invariant=1,
        pageCompression=1,
    )


def _story(
    handed_in: HandedIn, office: Office, words: SlipWords, paid: Sequence[str]
) -> list[Flowable]:
    dossier = handed_in.dossier
    known = values(dossier, office, words, paid)
    story = [*head(handed_in, office, words), *lines(words.lines, known)]
    if dossier.components:
        story += [
            Spacer(0, 2 * mm),
            look.text(words.components.heading, "label"),
            Spacer(0, 1.5 * mm),
            component_table(dossier, words.components),
        ]
    story += [Spacer(0, 3 * mm), *lines(words.closing, known), Spacer(0, 3 * mm)]
    return story + foot(dossier, office, words)


def _footer(canvas: Canvas, words: SlipWords, code: str, page: int, pages: int) -> None:
    canvas.setFont(look.REGULAR, _FOOT_SIZE)
    canvas.setFillGray(look.SOFT)
    y = 10 * mm
    canvas.drawString(look.MARGIN_LEFT, y, words.code.format(code=code))
    canvas.drawRightString(
        look.PAGE[0] - look.MARGIN_RIGHT, y, words.page.format(page=page, pages=pages)
    )


def _demo_line(canvas: Canvas, words: str) -> None:
    """A framed line at the very top of the page: on every copy, in nobody's way."""
    middle, base = look.PAGE[0] / 2, look.PAGE[1] - 10 * mm
    half = canvas.stringWidth(words, look.BOLD, _DEMO_SIZE) / 2 + 4 * mm
    canvas.setStrokeGray(look.SOFT)
    canvas.setLineWidth(look.THIN)
    canvas.rect(middle - half, base - 1.6 * mm, 2 * half, 6 * mm, stroke=1, fill=0)
    canvas.setFont(look.BOLD, _DEMO_SIZE)
    canvas.setFillGray(look.SOFT)
    canvas.drawCentredString(middle, base, words)
