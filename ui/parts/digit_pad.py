"""Twelve large keys for digits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.parts.key import KeySpec
from ui.parts.key_panel import KeyPanel, KeyRow
from ui.style import tokens
from ui.style.look import Look


class DigitPad(QWidget):
    """Digits, clear, backspace; the keys share the width there is.

    *Signals*: ``digit(str)``, ``erased``, ``cleared``.
    """

    digit = Signal(str)
    erased = Signal()
    cleared = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        rows = [
            KeyRow(tuple(KeySpec(d, d, self.tr("số {digit}").format(digit=d)) for d in three), 3)
            for three in ("123", "456", "789")
        ]
        rows.append(
            KeyRow(
                (
                    KeySpec(
                        "clear",
                        self.tr("Xóa hết"),
                        self.tr("xóa hết các số"),
                        icon="x",
                        sunken=True,
                    ),
                    KeySpec("0", "0", self.tr("số {digit}").format(digit="0")),
                    KeySpec("backspace", "", self.tr("xóa một số"), icon="backspace", sunken=True),
                ),
                3,
            )
        )
        self.panel = KeyPanel(
            look,
            rows,
            key_mm=tokens.PAD_KEY_SIZE[1 if look.large else 0],
            width_mm=tokens.PAD_KEY_WIDTH,
            name=self.tr("Bàn phím số"),
        )
        self.panel.pressed.connect(self._on_pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_pressed(self, name: str) -> None:
        if name == "clear":
            self.cleared.emit()
        elif name == "backspace":
            self.erased.emit()
        else:
            self.digit.emit(name)
