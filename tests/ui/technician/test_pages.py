"""The technician's pages in every way of showing them: nothing cut, everything named, nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QScrollArea, QTableView, QWidget
from pytestqt.qtbot import QtBot

from ui import shots
from ui.citizen.language import LANGUAGES
from ui.citizen.modes import Modes
from ui.parts.action_button import ActionButton
from ui.parts.data_table import Cell, Column, DataTable, TableRow
from ui.parts.heading import Heading
from ui.parts.wrapped_text import WrappedText
from ui.style.look import Look
from ui.style.tokens import LIGHT, DeskScale
from ui.technician.window import TechnicianWindow

NAMES = shots.technician_names()
SHOWN = [
    (screen, Modes(language=language, large=large, contrast=contrast))
    for screen in shots.DESKS
    for language in LANGUAGES
    for large in (False, True)
    for contrast in (False, True)
]


def visible(window: QWidget, kind: type) -> Iterator[QWidget]:
    return (widget for widget in window.findChildren(kind) if widget.isVisible())


def cut(window: TechnicianWindow) -> list[str]:
    found = []
    for label in visible(window, QLabel):
        if not label.text():
            continue
        if label.wordWrap():
            if label.height() + 1 < label.heightForWidth(label.width()):
                found.append(f"too low: {label.text()!r}")
        elif label.width() + 1 < label.sizeHint().width():
            found.append(f"too narrow: {label.text()!r}")
    for button in visible(window, ActionButton):
        if button.height() + 1 < button.heightForWidth(button.width()):
            found.append(f"button too low: {button.text()!r}")
    for table in visible(window, DataTable):
        found += cut_cells(table)
    return found + outside(window)


_SHORTENED = ("Vì sao", "Why", "Nội dung", "Content")
"""Columns whose texts are cut to two lines; they stand whole below the table."""


def cut_cells(table: DataTable) -> list[str]:
    found = []
    columns = [n for n in range(table.model().columnCount()) if not table.isColumnHidden(n)]
    if sum(table.columnWidth(n) for n in columns) > table.viewport().width():
        found.append("columns wider than the table")
    for column in columns:
        name = table.model().headerData(column, Qt.Orientation.Horizontal)
        if name in _SHORTENED:
            continue
        for row in range(table.model().rowCount()):
            text = table.model().index(row, column).data()
            if WrappedText(text, table.look.font("body")).natural_width() > table.columnWidth(
                column
            ):
                found.append(f"cell too narrow: {text!r}")
    return found


def outside(window: TechnicianWindow) -> list[str]:
    whole = QRect(QPoint(), window.size())
    areas = list(visible(window, QScrollArea))
    return [
        f"outside: {type(widget).__name__}"
        for widget in visible(window, QWidget)
        if not any(area.isAncestorOf(widget) for area in areas)
        and not whole.contains(QRect(widget.mapTo(window, QPoint()), widget.size()))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_on_any_screen(name: str, qapp: object) -> None:
    faults = []
    for screen, modes in SHOWN:
        window = shots.open_technician(name, screen, modes)
        if window.width() > screen.width or window.height() > screen.height:
            faults.append(f"{screen.name} {modes}: grew to {window.size()}")
        for area in visible(window, QScrollArea):
            body = area.widget()
            if body.width() > area.viewport().width():
                faults.append(f"{screen.name} {modes}: wider than its room")
        faults += [f"{screen.name} {modes}: {fault}" for fault in cut(window)]
        shots.close(window)
    assert faults == []


@pytest.mark.parametrize("name", NAMES)
def test_everything_has_a_name_and_one_action_is_strong(name: str, qapp: object) -> None:
    window = shots.open_technician(name, shots.DESKS[0], Modes())
    for widget in visible(window, QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), type(widget).__name__
    assert len([one for one in visible(window, ActionButton) if one.kind == "primary"]) <= 1
    assert [one.text() for one in visible(window, Heading)] == [window.page.heading.text()]
    shots.close(window)


def test_a_page_that_fits_does_not_scroll(qapp: object) -> None:
    for name in NAMES:
        window = shots.open_technician(name, shots.DESKS[1], Modes())
        (area,) = visible(window, QScrollArea)
        assert not area.verticalScrollBar().isVisible(), name
        shots.close(window)


def test_each_page_says_in_english_what_it_says_in_vietnamese(qapp: object) -> None:
    for name in NAMES:
        texts = []
        for language in LANGUAGES:
            window = shots.open_technician(
                name, shots.DESKS[0], replace(Modes(), language=language)
            )
            shown = {label.text() for label in visible(window.page, QLabel)}
            table = window.page.table
            shown |= {
                table.model().headerData(n, Qt.Orientation.Horizontal)
                for n in range(table.model().columnCount())
            }
            texts.append({text for text in shown if any(map(str.isalpha, text))})
            shots.close(window)
        codes = {text for text in texts[0] & texts[1] if not text.startswith("000.")}
        assert codes == set(), name


def test_tab_leaves_the_table(qapp: object) -> None:
    window = shots.open_technician("technician_waiting", shots.DESKS[0], Modes())
    assert window.focusWidget() is window.page.table
    window.page.table.focusNextChild()
    assert not isinstance(window.focusWidget(), QTableView)
    shots.close(window)


def test_a_table_measures_its_words_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not again for each size it takes, nor for each of many numbers."""
    measured: list[str] = []
    natural_width = WrappedText.natural_width

    def counted(text: WrappedText) -> int:
        measured.append(text.text)
        return natural_width(text)

    look = Look(LIGHT, DeskScale())
    table = DataTable(look, "Thư", [Column("Hồ sơ"), Column("Vì sao", wraps=True)])
    qtbot.addWidget(table)
    table.show()
    rows = [TableRow(number, (Cell(f"H-{number}"), Cell("chờ"))) for number in range(5)]
    monkeypatch.setattr(WrappedText, "natural_width", counted)
    table.set_rows(rows[:4])
    assert [one for one in measured if one.startswith("H-")] == ["H-0"]
    measured.clear()
    for width in (500, 900, 300):
        table.resize(width, 400)
    assert measured == []


@pytest.mark.parametrize("large", [False, True])
def test_digits_are_of_one_width(look: Look, large: bool) -> None:
    font = Look(LIGHT, DeskScale(large=large)).font("body")
    widths = {WrappedText(f"H-{digit}{digit}", font).natural_width() for digit in range(10)}
    assert len(widths) == 1
