"""One screenful: band, tool row, step line, page, footer, arranged for the room there is."""

from __future__ import annotations

from PySide6.QtCore import Qt
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
    Step.BY_HAND: 0,
    Step.PERSON: 1,
    Step.QUESTION: 2,
    Step.SCAN: 3,
    Step.CHECK: 4,
    Step.HAND_IN: 5,
    Step.PAY: 5,
    Step.DONE: 5,
}
_LOWERED_SHARE = (0.36, 0.12)
"""How much of an upright screen stays empty above a lowered page; less for large letters."""


class Sheet(QWidget):
    """Built anew for every page, so that the tab order is the reading order."""

    def __init__(
        self,
        look: Look,
        room: Room,
        modes: Modes,
        settings: Settings,
        page: Page,
        state: State | None,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.page = page
        self.tools = ToolRow(look, modes, room.landscape)
        in_band = self.tools if room.landscape else None
        self.band = Band(look, settings.office.name, settings.demo, in_band)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.band)
        if modes.lowered and not room.landscape:
            column.addSpacing(round(room.height * _LOWERED_SHARE[1 if look.large else 0]))
        inner = self._margined(look, room.landscape)
        column.addLayout(inner, 1)
        steps = self._steps(look, state)
        if not room.landscape:
            inner.addWidget(self.tools)
        if steps is not None and not room.landscape:
            inner.addLayout(self._inset(look, steps))
        elif steps is not None and look.large:
            page.put_above(steps)
        inner.addWidget(page, 1)
        self.footer = Footer(
            look, room.landscape, steps if room.landscape and not look.large else None
        )
        self.footer.show_page(page)
        inner.addWidget(self.footer)

    def _margined(self, look: Look, landscape: bool) -> QVBoxLayout:
        inner = QVBoxLayout()
        side = tokens.SPACE_8 if landscape else tokens.PAGE_MARGIN
        margin, above = look.mm(side) - look.ring, look.mm(tokens.SPACE_3)
        inner.setContentsMargins(margin, above, margin, above)
        inner.setSpacing(above)
        return inner

    def show_footer(self) -> None:
        """The page offers something else."""
        self.footer.show_page(self.page)

    def _steps(self, look: Look, state: State | None) -> StepBar | None:
        if state is None or state.step not in _STEPS:
            return None
        return StepBar(look, self._names(), _STEPS[state.step])

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
