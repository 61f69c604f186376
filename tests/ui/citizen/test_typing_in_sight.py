"""The field one types into stands wholly in sight: when a page opens, on focus, while typing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.ui.activate import activate
from ui import shots
from ui.citizen.language import LANGUAGES
from ui.citizen.modes import Modes
from ui.citizen.page_scroller import PageScroller
from ui.citizen.window import CitizenWindow
from ui.parts.body_text import BodyText
from ui.parts.digit_pad import DigitPad

TYPED = (
    "card_key",
    "card_key_birth",
    "card_key_expiry",
    "card_key_error",
    "card_key_whole",
    "by_hand",
    "by_hand_name",
    "by_hand_birth",
    "question_phone",
    "question_paper",
    "question_error",
)
SHOWN = [
    (screen, Modes(language=language, large=large, lowered=lowered))
    for screen in shots.SCREENS
    for language in LANGUAGES
    for large in (False, True)
    for lowered in ((False, True) if screen.name == "portrait" else (False,))
]


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def opened(name: str) -> Iterator[tuple[CitizenWindow, str]]:
    for screen, modes in SHOWN:
        window = shots.open_page(name, screen, modes)
        activate(window)
        settle()
        yield window, f"{screen.name} {modes}"
        shots.close(window)


def fields(window: CitizenWindow) -> list[QLineEdit]:
    return [edit for edit in window.page.findChildren(QLineEdit) if edit.isVisible()]


def hidden_part(window: CitizenWindow, widget: QWidget) -> str:
    """What of a widget can't be seen; empty when it is wholly in its viewport."""
    for scroller in window.page.findChildren(PageScroller):
        if scroller.isAncestorOf(widget):
            room = scroller.area.viewport()
            place = QRect(widget.mapTo(room, QPoint()), widget.size())
            return "" if room.rect().contains(place) else f"{place} in {room.size()}"
    whole = QRect(widget.mapTo(window, QPoint()), widget.size())
    return "" if window.rect().contains(whole) else f"{whole} in the window"


def labels(window: CitizenWindow, edit: QLineEdit) -> list[BodyText]:
    return [label for label in window.page.findChildren(BodyText) if label.buddy() is edit]


@pytest.mark.parametrize("name", TYPED)
def test_field_and_label_are_in_sight_when_the_page_opens(name: str) -> None:
    for window, how in opened(name):
        edit = next((e for e in fields(window) if e.hasFocus()), None)
        if name.endswith("error"):
            assert edit is None, "the error is read first"
            continue
        assert edit is not None, how
        for widget in (edit.parentWidget(), *labels(window, edit)):
            assert hidden_part(window, widget) == "", how


@pytest.mark.parametrize("name", TYPED)
def test_each_field_comes_into_sight_with_the_focus(name: str) -> None:
    for window, how in opened(name):
        for edit in [*fields(window), *reversed(fields(window))]:
            edit.setFocus(Qt.FocusReason.TabFocusReason)
            settle()
            assert hidden_part(window, edit.parentWidget()) == "", how
            for label in labels(window, edit):
                assert hidden_part(window, label) == "", how


@pytest.mark.parametrize(
    "name", [name for name in TYPED if name not in ("question_paper", "by_hand_name")]
)
def test_pad_and_field_are_seen_together_while_digits_are_typed(name: str) -> None:
    for window, how in opened(name):
        pad = window.page.findChild(DigitPad)
        if pad is None:
            continue
        shown = fields(window)
        assert shown, how
        edit = shown[0]
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        settle()
        for scroller in window.page.findChildren(PageScroller):
            scroller.down.click()
        pad.panel.key("5").click()
        settle()
        assert hidden_part(window, edit.parentWidget()) == "", how
        assert hidden_part(window, pad) == "", how
        assert edit.text(), how


def test_what_is_pressed_does_not_slip_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A touched button takes the focus; scrolling then would turn the touch into nothing."""
    window = shots.open_page("check", shots.SCREENS[2], Modes(large=True))
    activate(window)
    settle()
    scroller = window.page.findChild(PageScroller)
    bar = scroller.area.verticalScrollBar()
    inside = scroller.area.widget()
    last = [w for w in inside.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus][
        -1
    ]
    pressed = Qt.MouseButton.LeftButton
    monkeypatch.setattr("ui.citizen.page_scroller.QGuiApplication.mouseButtons", lambda: pressed)
    before = bar.value()
    last.setFocus(Qt.FocusReason.MouseFocusReason)
    settle()
    assert bar.value() == before
    monkeypatch.undo()
    last.clearFocus()
    last.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    assert hidden_part(window, last) == ""
    shots.close(window)


@pytest.mark.parametrize("name", ["question_form", "question_copies"])
def test_what_fits_does_not_scroll(name: str) -> None:
    window = shots.open_page(name, shots.SCREENS[2], Modes())
    settle()
    assert not any(scroller.scrolls() for scroller in window.page.findChildren(PageScroller))
    shots.close(window)
