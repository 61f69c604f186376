"""Words that have the width they ask for stand on one line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from ui import shots
from ui.citizen.language import LANGUAGES
from ui.citizen.modes import Modes
from ui.parts.action_button import ActionButton
from ui.parts.wrapped_text import WrappedText
from ui.style.look import Look
from ui.style.tokens import LIGHT, Scale

TOKENS = ("caption", "body", "button")
WORDS = ("Nộp hồ sơ", "Lưu hồ sơ", "In số thứ tự", "Bỏ qua", "Mã hồ sơ", "Hand in", "Ơ", "f")


@pytest.fixture(scope="module")
def labels(qapp: QApplication) -> set[str]:
    """What the main action is called, page by page."""
    found = set()
    for name in shots.page_names():
        for language in LANGUAGES:
            window = shots.open_page(name, shots.SCREENS[0], Modes(language=language))
            offered = window.page.primary()
            found.add(offered.text if offered else "")
            shots.close(window)
    return found - {""}


def looks() -> list[Look]:
    densities = [screen.px_per_mm for screen in shots.SCREENS]
    return [Look(LIGHT, Scale(px, large)) for px in densities for large in (False, True)]


def test_natural_width_is_enough_for_one_line() -> None:
    for look in looks():
        for token in TOKENS:
            for word in WORDS:
                text = WrappedText(word, look.font(token))
                one_line = text.height(10**5)
                assert text.height(text.natural_width()) == one_line, (word, token, look.scale)


def test_a_word_has_the_width_it_asks_for() -> None:
    for look in looks():
        for word in ("sơ", "tự", "chứng", "Ơ", "f"):
            text = WrappedText(word, look.font("button"))
            assert text.height(text.longest_word()) == text.height(10**5), (word, look.scale)


def test_ink_width_breaks_into_the_same_lines() -> None:
    for look in looks():
        text = WrappedText("Chứng thực bản sao hồ sơ từ bản chính", look.font("button"))
        for width in range(text.longest_word(), text.natural_width(), 7):
            assert text.height(text.ink_width(width)) == text.height(width)


def test_every_main_action_stands_on_one_line(labels: set[str]) -> None:
    assert {"Nộp hồ sơ", "Hand in"} <= labels
    for look in looks():
        for label in labels:
            button = ActionButton(look, label, kind="primary", icon="arrow-right", icon_after=True)
            assert button.sizeHint().height() == button.heightForWidth(10**5), label


def test_hand_in_is_one_line_on_every_screen(qapp: QApplication) -> None:
    for screen in shots.SCREENS:
        for language in LANGUAGES:
            for large in (False, True):
                window = shots.open_page("check", screen, Modes(language=language, large=large))
                qapp.processEvents()
                label = window.page.primary().text
                found = [
                    b
                    for b in window.findChildren(ActionButton)
                    if b.kind == "primary" and b.isVisible()
                ]
                assert [b.text() for b in found] == [label]
                button = found[0]
                assert button.heightForWidth(button.width()) == button.heightForWidth(10**5), screen
                shots.close(window)
