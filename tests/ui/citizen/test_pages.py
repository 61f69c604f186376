"""Every page in every way of showing it: names, order, size, nothing cut, nothing personal readable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTranslator
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from tests.ui.stretch import stretched
from ui import shots
from ui.citizen import language as words
from ui.citizen import samples
from ui.citizen.modes import Modes
from ui.citizen.page import Page
from ui.citizen.page_scroller import PageScroller
from ui.citizen.window import CitizenWindow
from ui.parts.action_button import ActionButton
from ui.parts.heading import Heading
from ui.parts.key import Key
from ui.parts.page_strip import PageStrip
from ui.parts.pressable import Pressable

NAMES = shots.page_names()
SHOWN = [
    (screen, Modes(language=language, large=large))
    for screen in shots.SCREENS
    for language in words.LANGUAGES
    for large in (False, True)
]
NOT_ENDING = {"home", "home_troubles", "home_disk_low"}


class Longer(QTranslator):
    """Every text of the program, half as long again."""

    def __init__(self, found: words.Words) -> None:
        super().__init__()
        self._plain = words.Translations(found)

    def isEmpty(self) -> bool:
        return False

    def translate(self, context, source, disambiguation=None, n=-1):
        return stretched(self._plain.translate(context, source, disambiguation, n) or source)


@pytest.fixture
def longer(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Windows speak with lengthened words, in every language."""
    installed = [Longer({})]
    qapp.installTranslator(installed[0])

    def use(self: words.Language, code: str) -> None:
        qapp.removeTranslator(installed.pop())
        installed.append(Longer(words.read_words(code) if code != "vi" else {}))
        qapp.installTranslator(installed[0])
        self.code = code

    monkeypatch.setattr(words.Language, "use", use)
    monkeypatch.setattr(Page, "say", lambda self, text: stretched(text[self.context.language]))
    yield
    qapp.removeTranslator(installed.pop())


def opened(name: str, screen: shots.Screen, modes: Modes) -> CitizenWindow:
    window = shots.open_page(name, screen, modes)
    QApplication.processEvents()
    return window


def visible(window: QWidget, kind: type = QWidget) -> Iterator[QWidget]:
    return (widget for widget in window.findChildren(kind) if widget.isVisible())


def cut(window: CitizenWindow) -> list[str]:
    """Everything whose words have not the room they need."""
    found = []
    for label in visible(window, QLabel):
        text = label.text()
        if not text:
            continue
        room = label.contentsRect()
        if label.wordWrap():
            longest = max(label.fontMetrics().horizontalAdvance(word) for word in text.split())
            if longest > room.width() + 1 and "-" not in text:
                found.append(f"word wider than its label: {text!r}")
            if room.height() + 1 < label.heightForWidth(label.width()):
                found.append(
                    f"too low: {text!r} {room} needs {label.heightForWidth(label.width())}"
                )
        elif label.sizeHint().width() > label.width() + 1:
            found.append(f"too narrow: {text!r}")
    for button in visible(window, ActionButton):
        if button.height() + 1 < button.heightForWidth(button.width()):
            found.append(f"button too low: {button.text()!r}")
        if button.width() + 1 < button.minimumSizeHint().width():
            found.append(f"button too narrow: {button.text()!r}")
    for scroller in visible(window, PageScroller):
        body, room = scroller.area.widget(), scroller.area.viewport()
        if body.minimumSizeHint().width() > room.width():
            found.append(f"wider than its room: {body.minimumSizeHint()} in {room.size()}")
    return found + outside(window)


def outside(window: CitizenWindow) -> list[str]:
    """Everything that stands beyond the window and can't be scrolled to."""
    whole = QRect(QPoint(), window.size())
    return [
        f"outside: {type(widget).__name__} {place}"
        for widget in visible(window)
        if not any(area.isAncestorOf(widget) for area in visible(window, PageScroller))
        and not whole.contains(place := QRect(widget.mapTo(window, QPoint()), widget.size()))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_longer_words_fit_every_screen(name: str, longer: None) -> None:
    faults = []
    for screen, modes in SHOWN:
        window = opened(name, screen, modes)
        least = window.minimumSizeHint()
        if least.width() > screen.width or least.height() > screen.height:
            faults.append(f"{screen.name} {modes}: wants {least}")
        faults += [f"{screen.name} {modes}: {fault}" for fault in cut(window)]
        shots.close(window)
    assert faults == []


@pytest.mark.parametrize("name", NAMES)
def test_page_can_be_used_by_everybody(name: str) -> None:
    window = opened(name, shots.SCREENS[0], Modes())
    names_and_heading(window)
    one_primary_and_help(window)
    nothing_personal(window)
    targets(window, shots.SCREENS[0])
    shots.close(window)


@pytest.mark.parametrize("name", ["home", "card_key", "question_paper", "check", "timeout"])
def test_what_the_call_did_is_said_without_cutting_anything(name: str) -> None:
    faults = []
    for screen, modes in SHOWN:
        window = opened(name, screen, modes)
        window.call_staff()
        QApplication.processEvents()
        faults += [f"{screen.name} {modes}: {fault}" for fault in cut(window)]
        shots.close(window)
    assert faults == []


def names_and_heading(window: CitizenWindow) -> None:
    for widget in focusable(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), type(widget).__name__
    first = next(iter(in_order(window.page, QLabel)))
    assert isinstance(first, Heading)
    assert first.text() == window.page.heading()


def one_primary_and_help(window: CitizenWindow) -> None:
    buttons = list(visible(window, ActionButton))
    primaries = [button for button in buttons if button.kind == "primary"]
    assert len(primaries) <= 1
    assert not [button for button in primaries if "cán bộ" in button.text()]
    assert [button for button in buttons if "cán bộ" in button.text()]


def nothing_personal(window: CitizenWindow) -> None:
    texts = [window.windowTitle(), window.objectName()]
    texts += [child.objectName() for child in window.findChildren(QObject)]
    for widget in visible(window):
        texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        texts += [widget.text()] if isinstance(widget, QLabel | Pressable) else []
    everything = "\n".join(texts)
    for value in samples.SENSITIVE:
        assert value not in everything


def targets(window: CitizenWindow, screen: shots.Screen) -> None:
    for widget in focusable(window):
        least = (15 if isinstance(widget, Key) else 20) * screen.px_per_mm
        if isinstance(widget, Pressable):
            assert min(widget.height(), widget.width()) >= least, widget.text()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("screen", shots.SCREENS[::2], ids=lambda screen: screen.name)
def test_tab_goes_in_reading_order(name: str, screen: shots.Screen) -> None:
    window = opened(name, screen, Modes())
    groups = [window.sheet.tools, window.page, window.sheet.footer]
    chain = tab_chain(window)
    places = [next(i for i, g in enumerate(groups) if g.isAncestorOf(w)) for w in chain]
    assert places == sorted(places)
    footer = [w.x() for w in chain if window.sheet.footer.isAncestorOf(w)]
    assert footer == sorted(footer)
    for scroller in window.page.findChildren(PageScroller):
        inside = [w for w in chain if scroller.area.widget().isAncestorOf(w) and not in_strip(w)]
        halves = {w: w.mapTo(window, QPoint()) for w in inside}
        left = [p.y() for p in halves.values() if p.x() < window.width() / 2]
        assert left == sorted(left)
    shots.close(window)


def test_every_page_says_in_english_what_it_says_in_vietnamese() -> None:
    for name in NAMES:
        texts = []
        for language in words.LANGUAGES:
            window = opened(name, shots.SCREENS[0], replace(Modes(), language=language))
            texts.append(window.page.heading())
            shots.close(window)
        assert texts[0] != texts[1], name


def test_lowered_page_stands_in_the_lower_part() -> None:
    for name in ("home", "question_paper", "card_key", "check"):
        window = opened(name, shots.SCREENS[0], Modes(lowered=True))
        for widget in focusable(window):
            assert widget.mapTo(window, QPoint()).y() > window.height() * 0.35
        assert outside(window) == []
        shots.close(window)


def test_band_is_as_high_on_every_page() -> None:
    for screen in shots.SCREENS:
        heights = set()
        for name in ("home", "card_key", "question_paper", "done", "timeout"):
            window = opened(name, screen, Modes())
            heights.add(window.sheet.band.height())
            shots.close(window)
        assert len(heights) == 1


def in_strip(widget: QWidget) -> bool:
    """Thumbnails go from left to right, each with its own button below."""
    parent = widget.parentWidget()
    return isinstance(parent, PageStrip) or (parent is not None and in_strip(parent))


def focusable(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in visible(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
    ]


def in_order(page: QWidget, kind: type) -> list[QWidget]:
    """Widgets with words, from the top left to the bottom right."""
    shown = [w for w in visible(page, kind) if w.text()]
    return sorted(shown, key=lambda w: (w.mapTo(page, QPoint()).y(), w.mapTo(page, QPoint()).x()))


def tab_chain(window: CitizenWindow) -> list[QWidget]:
    """Where the Tab key leads, from the first control on."""
    wanted, found = set(focusable(window)), []
    widget = window.sheet.nextInFocusChain()
    while widget is not window.sheet:
        if widget in wanted and not isinstance(widget, QLineEdit | Key):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found
