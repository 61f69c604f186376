"""A small number with minus and plus."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from ui.parts.body_text import BodyText
from ui.parts.icon_button import IconButton
from ui.style import tokens
from ui.style.look import Look


class NumberStepper(QFrame):
    """Copies, months, people: a card with the number between its two buttons.

    ``small`` where the screen is low.

    *Signals*: ``changed(int)``.
    """

    changed = Signal(int)

    def __init__(
        self,
        look: Look,
        minimum: int,
        maximum: int,
        value: int,
        label: str,
        *,
        small: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.look, self._minimum, self._maximum, self._value = look, minimum, maximum, value
        self._name = label
        side = tokens.TARGET if small else tokens.STEPPER_KEY
        fewer = self.tr("bớt một: {label}").format(label=label)
        further = self.tr("thêm một: {label}").format(label=label)
        self.less = IconButton(look, "minus", fewer, side_mm=side)
        self.more = IconButton(look, "plus", further, side_mm=side)
        self._number = self._display("display" if small else "ticket")
        row = QHBoxLayout()
        row.setSpacing(look.mm(tokens.SPACE_2))
        row.addStretch(1)
        for widget in (self.less, self._number, self.more):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        padding = look.mm(tokens.SPACE_2 if small else tokens.CARD_PADDING)
        column.setContentsMargins(padding, padding, padding, padding)
        column.setSpacing(look.mm(tokens.SPACE_1))
        if label:
            column.addWidget(BodyText(look, label, size="label", inset=True))
        column.addLayout(row)
        self.less.clicked.connect(self._on_less)
        self.more.clicked.connect(self._on_more)
        self._show()

    def _display(self, size: str) -> QLabel:
        number = QLabel()
        number.setFont(self.look.font(size))
        number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        number.setMinimumWidth(
            number.fontMetrics().horizontalAdvance("0" * max(2, len(str(self._maximum))))
            + self.look.mm(tokens.SPACE_6)
        )
        return number

    def value(self) -> int:
        return self._value

    def set_value(self, value: int) -> None:
        value = max(self._minimum, min(self._maximum, value))
        if value != self._value:
            self._value = value
            self._show()
            self.changed.emit(value)

    def _show(self) -> None:
        self._number.setText(str(self._value))
        self._number.setAccessibleName(f"{self._name}: {self._value}")
        self.less.setEnabled(self._value > self._minimum)
        self.more.setEnabled(self._value < self._maximum)

    def _on_less(self) -> None:
        self.set_value(self._value - 1)

    def _on_more(self) -> None:
        self.set_value(self._value + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Plus: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Minus: -1}
        step = steps.get(Qt.Key(event.key()), 0)
        if step:
            self.set_value(self._value + step)
            return
        super().keyPressEvent(event)
