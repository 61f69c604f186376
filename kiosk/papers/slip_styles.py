"""Fonts, text styles and measures of the A4 slip."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

import resources

REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"

LEADING = 1.36
"""Line height in em: the font's own, so that stacked tone marks never touch the line above."""

PAGE = A4
MARGIN_LEFT = 22 * mm
MARGIN_RIGHT = 16 * mm
MARGIN_TOP = 18 * mm
MARGIN_BOTTOM = 18 * mm
CONTENT = A4[0] - MARGIN_LEFT - MARGIN_RIGHT

THIN = 0.5
INK = 0.0
SOFT = 0.35
FILL = 0.93


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Makes the shipped fonts known to reportlab; never the machine's own."""
    for name in (REGULAR, BOLD):
        file = "NotoSans-Regular.ttf" if name == REGULAR else "NotoSans-Bold.ttf"
        pdfmetrics.registerFont(TTFont(name, str(resources.path("fonts", file))))


def _style(name: str, size: float, *, bold: bool = False, align: int = 0) -> ParagraphStyle:
    load_fonts()
    return ParagraphStyle(
        name,
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * LEADING,
        alignment=align,
        splitLongWords=True,
    )


@lru_cache(maxsize=1)
def styles() -> dict[str, ParagraphStyle]:
    """Every text style by name."""
    made = (
        _style("title", 14, bold=True, align=TA_CENTER),
        _style("office", 10.5, bold=True, align=TA_CENTER),
        _style("head", 10.5, bold=True, align=TA_CENTER),
        _style("centred", 9.5, align=TA_CENTER),
        _style("code", 11, bold=True, align=TA_CENTER),
        _style("right", 10, align=TA_RIGHT),
        _style("queue", 22, bold=True, align=TA_CENTER),
        _style("label", 10),
        _style("value", 10, bold=True),
        _style("plain", 10),
        _style("heading", 10, bold=True),
        _style("note", 9),
        _style("cell", 9),
        _style("cell_centred", 9, align=TA_CENTER),
        _style("cell_right", 9, align=TA_RIGHT),
        _style("cell_bold", 9, bold=True),
        _style("cell_bold_centred", 9, bold=True, align=TA_CENTER),
        _style("cell_bold_right", 9, bold=True, align=TA_RIGHT),
        _style("column", 8, bold=True, align=TA_CENTER),
        _style("signature", 10, bold=True, align=TA_CENTER),
    )
    return {style.name: style for style in made}


def text(words: str, style: str) -> Paragraph:
    """A paragraph that shows its words literally: ``<b>`` stays ``<b>``."""
    return Paragraph(escape(words), styles()[style])


def table(
    rows: Sequence[Sequence[Flowable | Sequence[Flowable]]],
    widths: Sequence[float],
    *rules: tuple[object, ...],
    repeat: int = 0,
) -> Table:
    """A table that names our font for every cell, else reportlab would call for one it can't embed."""
    made = Table(rows, colWidths=widths, repeatRows=repeat)
    made.setStyle(TableStyle([("FONTNAME", (0, 0), (-1, -1), REGULAR), *rules]))
    return made


def width_of(words: str, style: str) -> float:
    """How wide one line of words is, in points."""
    look = styles()[style]
    return float(pdfmetrics.stringWidth(words, look.fontName, look.fontSize))
