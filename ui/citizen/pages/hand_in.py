"""The machine saves and prints; each step has a name."""

from __future__ import annotations

from kiosk.journeys.submit import Paper, Printed, State
from ui.citizen.page import PageContext, StatePage
from ui.parts.announce import announce
from ui.parts.body_text import BodyText
from ui.parts.step_list import State as StepState
from ui.parts.step_list import StepList

_SHOWN: dict[Printed, StepState] = {
    Printed.WAITING: "waiting",
    Printed.RUNNING: "running",
    Printed.CONFIRMED: "done",
    Printed.UNCONFIRMED: "warning",
    Printed.FAILED: "failed",
}


class HandInPage(StatePage):
    """Nothing is promised before the dossier is saved; then the papers come."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        look = context.look
        names = [
            self.tr("Lưu hồ sơ"),
            self.tr("In giấy tiếp nhận"),
            self.tr("In số thứ tự"),
        ]
        self._steps = StepList(look, names, roomy=context.roomy)
        wait = self.tr("Xin chờ một chút. Thường chưa đến một phút.")
        told = BodyText(look, wait, muted=True)
        self.compose([told, *self.air(1), self._steps, *self.air(2)])
        self._follow()

    def heading(self) -> str:
        return self.tr("Đang nộp hồ sơ")

    def can_go_back(self) -> bool:
        return False

    def show_state(self, state: State) -> bool:
        saved = self.state.handed_in is None and state.handed_in is not None
        self.state = state
        self._follow()
        if saved:
            announce(self._steps, self.tr("Hồ sơ đã được lưu"), urgent=False)
        return True

    def _follow(self) -> None:
        saved = self.state.handed_in is not None
        self._steps.set_state(0, "done" if saved else "running", "")
        self._show_paper(1, self.state.slip)
        self._show_paper(2, self.state.ticket)

    def _show_paper(self, index: int, paper: Paper) -> None:
        note = self.tr("hãy nhìn khe giấy") if paper.state is Printed.UNCONFIRMED else ""
        if paper.state is Printed.FAILED:
            note = self.tr("chưa in được")
        self._steps.set_state(index, _SHOWN[paper.state], note)
