"""A hand before the citizen's window: it looks for buttons, presses them and types, as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from kiosk.journeys.submit import State, Step
from ui.background import settle
from ui.citizen.window import CitizenWindow
from ui.parts.action_button import ActionButton
from ui.parts.key import Key
from ui.parts.tile import Tile

PATIENCE_S = 30.0
_PAUSE_MS = 10


class NotThere(Exception):
    """The window doesn't show what the hand was to press, or doesn't come to where it should."""


class Hand:
    """Plays a person. Every act is a mouse or key event on the real window; `look` keeps a picture."""

    def __init__(self, window: CitizenWindow, pictures: Path) -> None:
        self._window = window
        self._pictures = pictures
        self._count = 0
        self.language = "vi"

    def look(self, name: str) -> None:
        """Keeps a picture ``NN-name-language.png`` of the window as it is."""
        QApplication.processEvents()
        settle()
        self._count += 1
        file = self._pictures / f"{self._count:02}-{name}-{self.language}.png"
        if not self._window.grab().save(str(file)):
            raise NotThere(f"{file} can't be written")

    def press(self, text: str) -> None:
        """Presses the button that says ``text``."""
        self._press(lambda button: button.text().replace("&&", "&") == text, text)

    def press_source(self, context: str, text: str) -> None:
        """Presses the button whose Vietnamese source text is ``text``, whatever language is shown."""
        self.press(QCoreApplication.translate(context, text))

    def press_main(self) -> None:
        """Presses the page's one main button."""
        self._press(
            lambda button: isinstance(button, ActionButton) and button.kind == "primary",
            "the main button",
        )

    def press_tile(self, title: str) -> None:
        self._press(
            lambda button: isinstance(button, Tile) and button.text().replace("&&", "&") == title,
            title,
        )

    def type(self, digits: str, field: int = 0) -> None:
        """Touches the page's field number ``field`` and presses the keys of its pad."""

        def fields() -> list[QLineEdit]:
            return [edit for edit in self._window.findChildren(QLineEdit) if edit.isVisible()]

        if not wait_until(lambda: len(fields()) > field, PATIENCE_S):
            raise NotThere(f"no field {field}")
        _click(fields()[field])
        for digit in digits:
            self._press(_key_named(digit), f"the key {digit}")

    def wait(self, condition: Callable[[State], bool], what: str) -> State:
        """Waits until the journey's state is as wanted."""

        def holds() -> bool:
            state = self._window.state
            return state is not None and condition(state)

        if not wait_until(holds, PATIENCE_S):
            state = self._window.state
            where = f"{state.step} {state.fault}" if state else "home"
            raise NotThere(f"{what}; the window is at {where}")
        found = self._window.state
        if found is None:
            raise NotThere(what)
        return found

    def wait_for(self, step: Step) -> State:
        return self.wait(lambda state: state.step is step, f"never came to {step}")

    def _press(self, wanted: Callable[[QAbstractButton], bool], what: str) -> None:
        def found() -> list[QAbstractButton]:
            buttons = self._window.findChildren(QAbstractButton)
            return [b for b in buttons if b.isVisible() and b.isEnabled() and wanted(b)]

        if not wait_until(lambda: bool(found()), PATIENCE_S):
            raise NotThere(f"no button: {what}")
        _click(found()[0])


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Runs Qt's events until ``condition`` holds; false when ``seconds`` are over."""
    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            return False
        _pause()
    return True


def _pause() -> None:
    """Lets Qt and the other threads work. (``QTest.qWait`` keeps Python's lock, so that they would stand still;
    ``processEvents`` deletes nothing of what was to be deleted.)"""
    loop = QEventLoop()
    QTimer.singleShot(_PAUSE_MS, loop.quit)
    loop.exec()


def _key_named(name: str) -> Callable[[QAbstractButton], bool]:
    return lambda button: isinstance(button, Key) and button.spec.name == name


def _click(target: QWidget) -> None:
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.rect().center())
