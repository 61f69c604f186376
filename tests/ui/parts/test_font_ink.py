"""No tone mark is cut off: ordinary Qt widgets, our parts, and the sheet on top."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QWidget,
)

from tests.ui.parts.ink import drawn_rows, free_rows, rows_of
from ui.parts.action_button import ActionButton
from ui.parts.answer_row import AnswerRow
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.chip import Chip
from ui.parts.choice_list import ChoiceList
from ui.parts.error_summary import ErrorSummary
from ui.parts.heading import Heading
from ui.parts.key import Key, KeySpec
from ui.parts.masked_value import MaskedValue
from ui.parts.step_bar import StepBar
from ui.parts.step_list import StepList
from ui.parts.text_field import TextField
from ui.parts.tile import Tile
from ui.style import stylesheet, tokens
from ui.style.look import Look
from ui.style.tokens import LIGHT, Scale

TOP = "ẤẦẨẪẮẰẲẴẾỀỂỄỐỒỔỖỚỜỞỠỨỪỬỮỶỸỈĨ"
BOTTOM = "ẬẶỆỘỢỰỴỊgpqy"
PLAIN = "QWidget { color: black; background: white; border: none; padding: 0; }"
SIZES = (15, 28, 41, 82)


def font_of(family: str, size: int, bold: bool) -> QFont:
    font = QFont(family)
    font.setPixelSize(size)
    font.setBold(bold)
    return font


def label(text: str) -> QWidget:
    return QLabel(text)


def push(text: str) -> QWidget:
    button = QPushButton(text)
    button.setFlat(True)
    return button


def tool(text: str) -> QWidget:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    return button


def line(text: str) -> QWidget:
    edit = QLineEdit(text)
    edit.setFrame(False)
    return edit


def combo(text: str) -> QWidget:
    box = QComboBox()
    box.setFrame(False)
    box.setEditable(True)
    box.setEditText(text)
    return box


def plain(text: str) -> QWidget:
    edit = QPlainTextEdit(text)
    edit.setFrameShape(QPlainTextEdit.Shape.NoFrame)
    return edit


def tabs(text: str) -> QWidget:
    bar = QTabBar()
    bar.setDrawBase(False)
    bar.addTab(text)
    return bar


def table(text: str) -> QWidget:
    grid = QTableWidget(1, 1)
    grid.setFrameShape(QTableWidget.Shape.NoFrame)
    grid.setShowGrid(False)
    grid.horizontalHeader().hide()
    grid.verticalHeader().hide()
    grid.setItem(0, 0, QTableWidgetItem(text))
    return grid


KINDS = [label, push, tool, line, combo, plain, tabs, table]


def fit(widget: QWidget, font: QFont, text: str) -> None:
    """Give the widget its own height and enough width."""
    widget.setFont(font)
    width = font.pixelSize() * (len(text) + 4)
    if isinstance(widget, QTableWidget):
        widget.resizeColumnsToContents()
        widget.resizeRowsToContents()
        widget.resize(width * 2, widget.rowHeight(0))
    else:
        widget.resize(max(width, widget.sizeHint().width()), widget.sizeHint().height())


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("sheet", [False, True], ids=["plain", "sheet"])
def test_ordinary_widgets_keep_every_mark(
    kind, bold: bool, sheet: bool, qapp: QApplication
) -> None:
    for size in SIZES:
        font = font_of("Noto Sans", size, bold)
        for text in (TOP, BOTTOM):
            widget = kind(text)
            widget.setStyleSheet(PLAIN + (stylesheet.build(white_look(1.0)) if sheet else ""))
            fit(widget, font, text)
            assert drawn_rows(widget) >= free_rows(font, text) - 1, (size, text)
            widget.deleteLater()


def white_look(px_per_mm: float, large: bool = False) -> Look:
    """Black words on white, everything else white, so that only letters are ink."""
    white = {
        field.name: "#FFFFFF"
        for field in dataclasses.fields(LIGHT)
        if field.name not in ("name", "strong_borders")
    }
    words = ("ink", "ink_muted", "info", "warn", "danger", "ok")
    white |= dict.fromkeys(words, "#000000")
    return Look(dataclasses.replace(LIGHT, **white), Scale(px_per_mm, large))


def painted(look: Look, text: str) -> dict[str, tuple[QWidget, str]]:
    """Parts that paint their words themselves, with the token of the words."""
    choices = ChoiceList(look, [("a", text)])
    button = ActionButton(look, text)
    button.paint = lambda: dataclasses.replace(type(button).paint(button), text="ink")
    return {
        "tile": (Tile(look, icon="car", title=text, note=""), "label"),
        "button": (button, "button"),
        "choice": (choices, "body"),
        "key": (Key(look, KeySpec("x", text[0])), "key"),
    }


@pytest.mark.parametrize("large", [False, True], ids=["100", "200"])
@pytest.mark.parametrize("text", [TOP[:6], BOTTOM], ids=["top", "bottom"])
def test_painted_parts_keep_every_mark(text: str, large: bool, qapp: QApplication) -> None:
    look = white_look(4.03, large)
    for name, (widget, token) in painted(look, text).items():
        if name == "key":
            side = look.mm(19)
            widget.resize(side, side)
            wanted = free_rows(look.font(token), text[0])
        else:
            width = look.scale.font_px(token) * (len(text) + 8)
            widget.resize(width, widget.heightForWidth(width))
            wanted = free_rows(look.font(token), text)
        assert drawn_rows(widget) >= wanted - 1, name


def labelled(look: Look, text: str) -> list[QWidget]:
    steps = StepList(look, [text])
    steps.set_state(0, "done", text)
    field = TextField(look, label=text, hint=text)
    field.set_text(text)
    return [
        BodyText(look, text),
        Heading(look, text),
        Banner(look, "info", text, text),
        ErrorSummary(look, text),
        Chip(look, "check", text, "ok"),
        AnswerRow(look, text, text, edit=False),
        MaskedValue(look, text, text),
        steps,
        field,
    ]


@pytest.mark.parametrize("large", [False, True], ids=["100", "200"])
@pytest.mark.parametrize("text", [TOP[:6], BOTTOM], ids=["top", "bottom"])
def test_labels_inside_parts_keep_every_mark(text: str, large: bool, qapp: QApplication) -> None:
    look = white_look(4.03, large)
    for part in labelled(look, text):
        part.setStyleSheet(stylesheet.build(look))
        part.resize(look.scale.font_px("title") * 40, 10)
        height = part.heightForWidth(part.width()) if part.hasHeightForWidth() else 0
        part.resize(part.width(), max(height, part.sizeHint().height()))
        part.ensurePolished()
        part.grab()  # lays the children out
        words = [
            w for w in [part, *part.findChildren(QWidget)] if isinstance(w, QLabel | QLineEdit)
        ]
        words = [w for w in words if text in w.text()]
        assert words
        for word in words:
            assert drawn_rows(word) >= free_rows(word.font(), text) - 1, (part, word)
        part.deleteLater()


def test_the_label_of_the_step_bar_keeps_every_mark(qapp: QApplication) -> None:
    look = white_look(4.03)
    bar = StepBar(look, [TOP[:6]], 0)
    bar.resize(bar.sizeHint())
    bar.resize(bar.width() * 2, bar.height())
    font = look.font("caption")
    font.setBold(True)
    assert drawn_rows(bar) >= free_rows(font, TOP[:6]) - 1


def test_a_cut_label_is_caught(qapp: QApplication) -> None:
    font = font_of("Noto Sans", 82, True)
    widget = QLabel(TOP)
    widget.setStyleSheet(PLAIN)
    fit(widget, font, TOP)
    widget.resize(widget.width(), round(widget.height() * 0.7))
    assert drawn_rows(widget) < free_rows(font, TOP) - 1


def test_a_font_known_to_fail_is_caught(qapp: QApplication) -> None:
    if "DejaVu Sans" not in QFontDatabase.families():
        pytest.skip("the host has no DejaVu Sans")
    font = font_of("DejaVu Sans", 82, True)
    widget = QLabel(TOP)
    widget.setStyleSheet(PLAIN)
    fit(widget, font, TOP)
    assert drawn_rows(widget) < free_rows(font, TOP) - 1


@pytest.mark.parametrize("large", [False, True], ids=["100", "200"])
@pytest.mark.parametrize("cap", ["Ả", "Ạ", "ả", "ạ", "Đ", "g"])
def test_the_cap_of_a_key_stays_inside_its_border(
    cap: str, large: bool, qapp: QApplication
) -> None:
    look = white_look(4.03, large)
    tone = cap in "ẢẠảạ"
    key = Key(look, KeySpec("x", cap, small="" if large else "·" if tone else ""))
    height = tokens.MARK_KEY_HEIGHT if tone else tokens.KEY_SIZE[1 if large else 0]
    gap = look.mm(tokens.KEY_GAP)
    key.resize(look.mm(16) + gap, look.mm(height) + gap)
    image = QImage(key.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    key.render(image)
    edge = gap // 2 + look.border
    inner = image.copy(0, edge, image.width(), image.height() - 2 * edge)
    assert rows_of(inner) == rows_of(image)
