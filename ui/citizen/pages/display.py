"""Size, contrast and height of the screen, as large buttons: the tool row of large text."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.citizen.modes import Modes
from ui.citizen.page import Page, PageContext, Primary
from ui.parts.action_button import ActionButton


class DisplayPage(Page):
    """Lies over the page of the journey. Signals: ``modes_chosen``, ``closed``."""

    modes_chosen = Signal(object)
    closed = Signal()

    def __init__(self, context: PageContext, choices: list[tuple[str, str, Modes]]) -> None:
        super().__init__(context)
        buttons: list[QWidget] = []
        for text, icon, modes in choices:
            button = ActionButton(context.look, text, kind="plain", icon=icon)
            button.clicked.connect(lambda _=False, modes=modes: self.modes_chosen.emit(modes))
            buttons.append(button)
        self.compose(buttons)

    def heading(self) -> str:
        return self.tr("Hiển thị màn hình")

    def primary(self) -> Primary | None:
        return Primary(self.tr("Xong"))

    def can_go_back(self) -> bool:
        return False

    def go(self) -> None:
        self.closed.emit()
