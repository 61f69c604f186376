"""The list of unsent dossiers at the day's end, as an A4 PDF. It names codes only, nobody."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from kiosk.clock import at_office
from kiosk.outbox import reasons
from kiosk.outbox.closing import Unsent
from kiosk.papers import slip_styles as look
from kiosk.papers.clean import clean
from kiosk.papers.words import ClosingWords, closing_words
from kiosk.settings import Office

_PRODUCER = "Một Cửa"
_FOOT_SIZE = 8
_SIGN_ROOM = 20 * mm
_WIDTHS = (9 * mm, 49 * mm, 31 * mm, 11 * mm, 31 * mm)
_PADDING = 4
_NONE = "–"
_MOST_NUMBERS = 160
"""Letters: a backlog of thousands must not fill pages with the numbers of its lines."""


def closing_list(
    rows: Sequence[Unsent], office: Office, at: datetime, *, demo: bool = False
) -> bytes:
    """The list as a PDF; the same list and moment give the same bytes. ``demo`` marks a trial paper."""
    pdf, pages = _build(rows, office, at, demo, 1)
    return pdf if pages == 1 else _build(rows, office, at, demo, pages)[0]


def _build(
    rows: Sequence[Unsent], office: Office, at: datetime, demo: bool, pages: int
) -> tuple[bytes, int]:
    words, out = closing_words(), io.BytesIO()

    def on_page(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(look.REGULAR, _FOOT_SIZE)
        canvas.setFillGray(look.SOFT)
        said = words.demo if demo else words.document_title
        canvas.drawString(look.MARGIN_LEFT, 10 * mm, said)
        number = words.page.format(page=document.page, pages=pages)
        canvas.drawRightString(look.PAGE[0] - look.MARGIN_RIGHT, 10 * mm, number)

    document = BaseDocTemplate(
        out,
        pagesize=look.PAGE,
        title=words.document_title,
        author=_PRODUCER,
        creator=_PRODUCER,
        producer=_PRODUCER,
        lang="vi-VN",
        displayDocTitle=True,
        initialFontName=look.REGULAR,
        invariant=1,
        pageCompression=1,
    )
    height = look.PAGE[1] - look.MARGIN_TOP - look.MARGIN_BOTTOM
    room = Frame(look.MARGIN_LEFT, look.MARGIN_BOTTOM, look.CONTENT, height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("list", [room], onPage=on_page))
    document.build(_story(rows, office, at, words))
    return out.getvalue(), document.page


def _story(
    rows: Sequence[Unsent], office: Office, at: datetime, words: ClosingWords
) -> list[Flowable]:
    gap = Spacer(0, 3 * mm)
    when = words.moment.format(moment=at_office(at), station=office.station)
    story = [
        look.text(clean(office.name), "office"),
        gap,
        look.text(words.title, "title"),
        look.text(when, "centred"),
        gap,
    ]
    if not rows:
        return [*story, look.text(words.nothing, "plain")]
    messages = sum(one.messages for one in rows)
    story += [
        look.text(words.sum.format(dossiers=len(rows), messages=messages), "label"),
        Spacer(0, 1.5 * mm),
        _table(rows, words),
        gap,
        *_reasons(rows, words),
    ]
    return [*story, gap, KeepTogether(_signatures(words))]


def _table(rows: Sequence[Unsent], words: ClosingWords) -> Table:
    head = [look.text(title, "column") for title in words.columns]
    widths = (*_WIDTHS, look.CONTENT - sum(_WIDTHS))
    body = [
        [
            str(number),
            _cell(one.dossier, widths[1]),
            _time(one.since),
            str(one.messages),
            _NONE if one.next_at is None else _time(one.next_at),
            _cell(words.states.get(one.state.value, one.state.value), widths[-1]),
        ]
        for number, one in enumerate(rows, 1)
    ]
    rules = (
        ("FONTSIZE", (0, 1), (-1, -1), look.styles()["cell"].fontSize),
        ("ALIGN", (0, 1), (0, -1), "CENTER"),
        ("ALIGN", (2, 1), (4, -1), "CENTER"),
        ("GRID", (0, 0), (-1, -1), look.THIN, (look.SOFT,) * 3),
        ("BACKGROUND", (0, 0), (-1, 0), (look.FILL,) * 3),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    )
    return look.table([head, *body], widths, *rules, repeat=1)


def _cell(words: str, width: float) -> str | Paragraph:
    """Plain where it fits: paragraphs make a list of thousands slow."""
    fits = look.width_of(words, "cell") <= width - 2 * _PADDING
    return clean(words) if fits else look.text(clean(words), "cell")


def _reasons(rows: Sequence[Unsent], words: ClosingWords) -> list[Flowable]:
    """Each reason once, with the dossiers it holds up."""
    story: list[Flowable] = []
    for code in dict.fromkeys(one.why for one in rows if one.why):
        numbers = ", ".join(str(n) for n, one in enumerate(rows, 1) if one.why == code)
        said = (reasons.why(code) or {}).get("vi", code)
        story.append(
            look.text(words.why.format(numbers=clean(numbers, _MOST_NUMBERS), why=said), "note")
        )
    return [*story, *(look.text(note, "note") for note in words.notes)]


def _signatures(words: ClosingWords) -> list[Flowable]:
    names = [look.text(name, "signature") for name in words.signatures]
    widths = [look.CONTENT / len(names)] * len(names)
    return [look.table([names], widths), Spacer(0, _SIGN_ROOM)]


def _time(moment: datetime) -> str:
    return f"{at_office(moment):%H:%M %d/%m/%Y}"
