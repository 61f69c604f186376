"""The table of the papers that were handed in; its head repeats on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Table

from kiosk.dossiers.dossier import Component, Dossier
from kiosk.papers import slip_styles as look
from kiosk.papers.clean import clean
from kiosk.papers.figures import amount
from kiosk.papers.words import ComponentWords

_NAME_LIMIT = 400
_NONE = "–"


@dataclass(frozen=True)
class _Column:
    title: str
    width: float  # 0: what is left
    values: tuple[str, ...]
    total: str = ""
    align: str = "_centred"


def component_table(dossier: Dossier, words: ComponentWords) -> Table:
    """TT, name, kinds of paper; pages, copies and fee as well in certification."""
    columns = _columns(dossier.components, words)
    with_copies = dossier.sector in words.copied_sectors
    if with_copies:
        columns += _certification(dossier, words)
    rows = [[look.text(column.title, "column") for column in columns]]
    for index in range(len(dossier.components)):
        rows.append([_cell(column.values[index], column.align, "cell") for column in columns])
    with_total = with_copies and len(dossier.components) > 1
    if with_total:
        rows.append([_cell(column.total, column.align, "cell_bold") for column in columns])
    return look.table(rows, _widths(columns), *_rules(with_total), repeat=1)


def _columns(components: Sequence[Component], words: ComponentWords) -> list[_Column]:
    numbers = tuple(str(index) for index in range(1, len(components) + 1))
    names = tuple(clean(component.name, _NAME_LIMIT) for component in components)
    return [
        _Column(words.number, 9 * mm, numbers),
        _Column(words.name, 0, names, words.total, ""),
        _Column(words.originals, 13 * mm, _counts([item.originals for item in components])),
        _Column(words.certified, 17 * mm, _counts([item.certified for item in components])),
        _Column(words.photocopies, 13 * mm, _counts([item.photocopies for item in components])),
    ]


def _certification(dossier: Dossier, words: ComponentWords) -> list[_Column]:
    """The fee is known for the dossier as a whole: a single row carries it, else the total does."""
    components = dossier.components
    fee = amount(dossier.fee)
    fees = (fee,) if len(components) == 1 else ("",) * len(components)
    pages = [item.pages for item in components]
    copies = [item.copies for item in components]
    return [
        _Column(words.pages, 13 * mm, _counts(pages), str(sum(pages))),
        _Column(words.copies, 12 * mm, _counts(copies), str(sum(copies))),
        _Column(words.fee, 18 * mm, fees, fee, "_right"),
    ]


def _counts(numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(number) if number else _NONE for number in numbers)


def _cell(words: str, align: str, style: str) -> Paragraph:
    return look.text(words, style + align)


def _widths(columns: Sequence[_Column]) -> list[float]:
    rest = look.CONTENT - sum(column.width for column in columns)
    return [column.width or rest for column in columns]


def _rules(with_total: bool) -> list[tuple[object, ...]]:
    fill = (look.FILL,) * 3
    rules: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), look.THIN, (look.SOFT,) * 3),
        ("BACKGROUND", (0, 0), (-1, 0), fill),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if with_total:
        rules.append(("BACKGROUND", (0, -1), (-1, -1), fill))
    return rules
