"""What must hold for each part: names, targets, room for words, a quiet focus, both themes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QVBoxLayout, QWidget

from tests.ui.activate import activate
from tests.ui.parts.samples import parts
from tests.ui.stretch import stretched
from ui.parts.key import Key
from ui.parts.pressable import Pressable
from ui.style import tokens
from ui.style.look import Look

WIDTH = 1080 - 2 * 48  # a page in portrait without its margins


def shown(part: QWidget, width: int = WIDTH) -> QWidget:
    """The part as the only thing of a page of that width."""
    page = QWidget()
    page.setObjectName("page")
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(part)
    page.resize(width, max(1, part.sizeHint().height()))
    tall = page.heightForWidth(width) if page.hasHeightForWidth() else page.sizeHint().height()
    page.resize(width, max(tall, page.minimumSizeHint().height()))
    page.show()
    QApplication.processEvents()
    return page


def focusable(part: QWidget) -> list[QWidget]:
    every = [part, *part.findChildren(QWidget)]
    return [w for w in every if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_whatever_takes_the_focus_has_a_name(look: Look) -> None:
    for name, part in parts(look).items():
        page = shown(part)
        for widget in focusable(part):
            assert spoken(widget).strip(), (name, widget)
        for button in part.findChildren(QAbstractButton):
            assert spoken(button).strip(), (name, button)
        page.close()


def test_names_of_one_part_differ(look: Look) -> None:
    for name, part in parts(look).items():
        page = shown(part)
        names = [spoken(widget) for widget in focusable(part)]
        assert len(names) == len(set(names)), name
        page.close()


def test_buttons_are_buttons_to_assistive_technology(look: Look) -> None:
    for part in parts(look).values():
        for widget in [part, *part.findChildren(Pressable)]:
            if isinstance(widget, Pressable):
                face = QAccessible.queryAccessibleInterface(widget)
                assert face.role() in (QAccessible.Role.Button, QAccessible.Role.CheckBox)


def test_order_of_tab_is_order_of_reading(look: Look) -> None:
    for name, part in parts(look).items():
        page = shown(part)
        places = [w.mapTo(page, w.rect().topLeft()) for w in focusable(part)]
        if name != "page_strip":  # thumbnails stand in columns: page, then its button
            assert all((a.y(), a.x()) <= (b.y() + 8, b.x() + 10**4) for a, b in pairwise(places))
        page.close()


def test_targets_are_large_enough(each_look: Look) -> None:
    look = each_look
    least = look.mm(tokens.TARGET)
    for name, part in parts(look).items():
        page = shown(part)
        for button in [part, *part.findChildren(Pressable)]:
            if not isinstance(button, Pressable):
                continue
            box = button.box()
            wanted = look.mm(tokens.KEY_SIZE[0]) if isinstance(button, Key) else least
            assert round(box.width()) >= wanted - 1, (name, button.text())
            assert round(box.height()) >= wanted - 1, (name, button.text())
        page.close()


def test_primary_buttons_are_wide(each_look: Look) -> None:
    button = parts(each_look)["primary"]
    page = shown(button)
    assert button.box().width() >= each_look.mm(tokens.PRIMARY_WIDTH)
    page.close()


def ink(image: QImage, wanted: int) -> int:
    """Pixels of exactly one colour."""
    flat = image.convertToFormat(QImage.Format.Format_RGB32)
    pixel = (wanted | 0xFF000000).to_bytes(4, "little")
    width = flat.width() * 4
    return sum(
        sum(row[i : i + 4] == pixel for i in range(0, width, 4))
        for row in (bytes(flat.constScanLine(y))[:width] for y in range(flat.height()))
    )


WORDED = ("tile", "plain", "quiet", "primary", "danger")


@pytest.mark.parametrize("stretch", [False, True], ids=["words", "stretched"])
@pytest.mark.parametrize("name", WORDED)
def test_painted_words_stay_inside(each_look: Look, name: str, stretch: bool) -> None:
    """A taller button draws the same words: nothing was lost at the height it asks for."""
    part = parts(each_look, stretched if stretch else str)[name]
    colour = part.look.colour(part.paint().text).rgb() & 0xFFFFFF
    assert isinstance(part, Pressable)
    part.setChecked(False)
    width = max(part.minimumSizeHint().width(), WIDTH // 2)
    height = part.heightForWidth(width)
    part.resize(width, height)
    tight = ink(part.grab().toImage(), colour)
    part.resize(width, height + 200)
    free = ink(part.grab().toImage(), colour)
    grown = free - tight
    # The border of a strong theme has the colour of the words and grows with the height.
    assert abs(grown) <= 2 * 200 * each_look.border


def test_labels_have_the_height_their_words_need(each_look: Look) -> None:
    for name, part in parts(each_look, stretched).items():
        page = shown(part)
        for label in [part, *part.findChildren(QLabel)]:
            if not isinstance(label, QLabel) or not label.text() or not label.isVisible():
                continue
            if label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()) - 1, (
                    name,
                    label.text(),
                )
            else:
                assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), name
        page.close()


@pytest.mark.parametrize("large", [False, True], ids=["100", "200"])
def test_parts_fit_the_narrowest_screen(look: Look, large: bool) -> None:
    made = Look(look.theme, tokens.Scale(4.03, large))
    for name, part in parts(made, stretched).items():
        assert part.minimumSizeHint().width() <= WIDTH, name


def test_no_text_is_drawn_by_a_progress_bar(look: Look) -> None:
    made = parts(look)
    for bar in (made["step_bar"], made["countdown"], made["scan_view"].bar):
        assert not bar.isTextVisible()


def look_inset(look: Look) -> int:
    """The ring is round and cuts the square corners of the box; nothing is written there."""
    return look.mm(tokens.RADIUS)


def test_the_focus_moves_no_text(each_look: Look) -> None:
    for name in ("tile", "plain", "primary", "icon_button", "choice_list"):
        part = parts(each_look)[name]
        page = shown(part)
        target = focusable(part)[0]
        target.clearFocus()
        QApplication.processEvents()
        away = target.grab().toImage()
        activate(page)
        target.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        assert target.hasFocus()
        near = target.grab().toImage()
        box = target.box().toRect()
        inset = look_inset(each_look)
        box = box.adjusted(inset, inset, -inset, -inset)
        assert away.copy(box) == near.copy(box), name
        assert away != near, name
        page.close()


def test_the_ring_never_leaves_its_margin(each_look: Look) -> None:
    look = each_look
    assert look.ring >= 2 * look.scale.line(tokens.RING_STROKE) + look.scale.line(tokens.RING_GAP)
    for name in ("tile", "plain", "icon_button"):
        part = parts(look)[name]
        part.resize(part.sizeHint())
        ring = look.ring
        assert part.box().left() == ring
        assert part.box().right() + ring == part.width()


def test_sizes_grow_with_large_text(look: Look) -> None:
    large = parts(Look(look.theme, tokens.Scale(4.03, large=True)))
    for name, part in parts(look).items():
        if name in ("qr_view", "paper_view", "portrait", "place_card", "scan_view", "masked_value"):
            continue  # pictures have the size of the thing itself
        ordinary = part.sizeHint()
        assert large[name].sizeHint().height() >= ordinary.height(), name
