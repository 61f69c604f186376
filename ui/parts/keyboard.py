"""The on-screen keyboard with a row of Vietnamese marks."""

from __future__ import annotations

import unicodedata

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.parts import key_rows
from ui.parts.composer import Method, Syllable, backspace, compose, is_word_key, with_tone
from ui.parts.key_panel import KeyPanel, KeyRow
from ui.style import tokens
from ui.style.look import Look

_METHODS: tuple[Method, ...] = ("marks", "telex", "vni")


class Keyboard(QWidget):
    """Types into ``target`` at its cursor; the target keeps the focus. Text is always NFC.

    ``names`` starts each word with a capital. ``composing=False`` is for e-mail and codes.
    """

    def __init__(
        self, look: Look, target: QLineEdit, *, names: bool = False, composing: bool = True
    ) -> None:
        super().__init__()
        self.look, self._target = look, target
        self._names, self._composing = names, composing
        self._method: Method = "marks"
        self._shift, self._locked, self._symbols = False, False, False
        self._literal_text = ""
        self.panel = KeyPanel(
            look,
            self._rows(),
            key_mm=tokens.KEY_SIZE[1 if look.large else 0],
            width_mm=tokens.KEY_SIZE[0],
            name=self.tr("Bàn phím"),
        )
        self.panel.pressed.connect(self.press)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self._on_moved()
        target.cursorPositionChanged.connect(self._on_moved)

    def method(self) -> Method:
        return self._method

    def set_method(self, method: Method) -> None:
        """The way of typing; the page remembers it for the session only."""
        self._method = method
        self._show()

    def press(self, name: str) -> None:
        """What a key does, by its name."""
        kind, _, value = name.partition(":")
        if kind == "shift":
            self._on_shift()
        elif kind == "layer":
            self._symbols = not self._symbols
            self._show()
        elif kind == "method":
            after = (_METHODS.index(self._method) + 1) % len(_METHODS)
            self.set_method(_METHODS[after])
        elif name == "backspace":
            self._erase()
        elif kind == "tone":
            if self._syllable().text:
                self._put_syllable(with_tone(self._syllable(), value))
        else:
            self._type(value)

    def _type(self, text: str) -> None:
        char = text.upper() if self._upper() and not self._symbols else text
        method: Method = self._method if self._composing else "marks"
        if self._composing and is_word_key(char, method):
            self._put_syllable(compose(self._syllable(), char, method))
        else:
            self._target.insert(char)
            self._literal_text = ""
        if self._shift and not self._locked:
            self._shift = False
        self._on_moved()
        self._show()

    def _erase(self) -> None:
        if self._target.hasSelectedText() or not self._syllable().text or not self._composing:
            self._target.backspace()
        else:
            self._put_syllable(backspace(self._syllable()))
        self._on_moved()

    def _syllable(self) -> Syllable:
        """The word before the cursor."""
        before = self._target.text()[: self._target.cursorPosition()]
        if self._target.hasSelectedText():
            return Syllable()
        start = len(before)
        if self._literal_text and before.endswith(self._literal_text):
            return Syllable(self._literal_text, literal=True)
        while start and before[start - 1].isalpha():
            start -= 1
        return Syllable(unicodedata.normalize("NFC", before[start:]))

    def _put_syllable(self, after: Syllable) -> None:
        before = self._syllable()
        if not self._target.hasSelectedText():
            cursor = self._target.cursorPosition()
            self._target.setSelection(cursor - len(before.text), len(before.text))
        self._target.insert(after.text)
        self._literal_text = after.text if after.literal else ""

    def _upper(self) -> bool:
        return self._shift or self._locked

    def _on_shift(self) -> None:
        if self._locked:
            self._shift = self._locked = False
        elif self._shift:
            self._locked = True
        else:
            self._shift = True
        self._show()

    def _on_moved(self) -> None:
        if not self._names or self._locked:
            return
        before = self._target.text()[: self._target.cursorPosition()]
        wanted = not before or before.endswith(" ")
        if wanted != self._shift:
            self._shift = wanted
            self._show()

    def _rows(self) -> list[KeyRow]:
        return key_rows.build(
            upper=self._shift or self._locked,
            locked=self._locked,
            symbols=self._symbols,
            method=self._method,
            composing=self._composing,
        )

    def _show(self) -> None:
        self.panel.set_rows(self._rows())
