"""One screenful: band, tool row, step line, page, footer, arranged for the room there is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.journeys.submit import State, Step
from kiosk.settings import Settings
from ui.citizen.frame import Band, Footer, ToolRow
from ui.citizen.modes import Modes, Room
from ui.citizen.page import Page
from ui.parts.step_bar import StepBar
from ui.style import tokens
from ui.style.look import Look

_STEPS = {
    Step.CARD_KEY: 0,
    Step.CARD: 0,
    Step.PERSON: 1,
    Step.QUESTION: 2,
    Step.SCAN: 3,
    Step.CHECK: 4,
    Step.HAND_IN: 5,
    Step.DONE: 5,
}
_LOWERED_SHARE = 0.38
"""How much of an upright screen stays empty above a lowered page."""


class Sheet(QWidget):
    """Built anew for every page, so that the tab order is the reading order."""

    def __init__(
        self, look: Look, room: Room, modes: Modes, settings: Settings, page: Page, state: State | None
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.page = page
        self.tools = ToolRow(look, modes, room.landscape)
        in_band = self.tools if room.landscape else None
        self.band = Band(look, settings.office.name, settings.demo, in_band)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.band)
        if modes.lowered and not room.landscape:
            column.addSpacing(round(room.height * _LOWERED_SHARE))
        inner = QVBoxLayout()
        margin = look.mm(tokens.PAGE_MARGIN) - look.ring
        above = look.mm(tokens.SPACE_3)
        inner.setContentsMargins(margin, above, margin, above)
        inner.setSpacing(look.mm(tokens.SPACE_3))
        column.addLayout(inner, 1)
        if not room.landscape:
            inner.addWidget(self.tools)
        if state is not None and state.step in _STEPS:
            inner.addLayout(self._inset(look, StepBar(look, self._names(), _STEPS[state.step])))
        inner.addWidget(page, 1)
        self.footer = Footer(look)
        self.footer.show_page(page)
        inner.addWidget(self.footer)

    def show_footer(self) -> None:
        """The page offers something else."""
        self.footer.show_page(self.page)

    def _names(self) -> list[str]:
        return [
            self.tr("Thẻ Căn cước"),
            self.tr("Thông tin"),
            self.tr("Câu hỏi"),
            self.tr("Giấy tờ"),
            self.tr("Kiểm tra"),
            self.tr("Nộp hồ sơ"),
        ]

    def _inset(self, look: Look, widget: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(look.ring, 0, look.ring, 0)
        row.addWidget(widget)
        return row
