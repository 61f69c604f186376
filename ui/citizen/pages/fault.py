"""Something outside the program failed: what, what still works, what to do."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk import faults
from kiosk.journeys.submit import End, JourneyEnded, RetryPressed, State, Step
from ui.citizen.page import PageContext, Primary, StatePage
from ui.parts.action_button import ActionButton
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens


class FaultPage(StatePage):
    """One sentence for the citizen; the code, small, for the clerk."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        look, fault = context.look, state.fault
        code = fault.code if fault else ""
        text = faults.texts().get(code)
        words = self.say(text.citizen) if text else self.tr("Máy gặp trục trặc. Mời gọi cán bộ.")
        sign = IconLabel(look, "alert-octagon", "danger", look.mm(tokens.EMBLEM))
        main: list[QWidget] = [
            *([*self.air(1), sign, *self.air(1)] if context.roomy else []),
            Banner(look, "danger", words),
            Banner(look, "info", self._still(), title=self.tr("Những gì vẫn còn")),
        ]
        end = ActionButton(look, self.tr("Kết thúc và xóa"), kind="danger", icon="x")
        end.clicked.connect(self._on_end_asked)
        shown_code = self.tr("Mã lỗi cho cán bộ: {code}").format(code=code)
        main += [*self.air(1), end, BodyText(look, shown_code, muted=True), *self.air(1)]
        self.compose(main)

    def heading(self) -> str:
        step = self.state.step
        if step is Step.CARD:
            return self.tr("Chưa đọc được thẻ")
        if step is Step.SCAN:
            return self.tr("Chưa quét được")
        if step is Step.HAND_IN:
            return self.tr("Chưa nộp được hồ sơ")
        return self.tr("Máy gặp trục trặc")

    def primary(self) -> Primary | None:
        if self.state.fault is None or not self.state.fault.retry:
            return None
        return Primary(self.tr("Thử lại"))

    def go(self) -> None:
        self.context.send(RetryPressed())

    def _still(self) -> str:
        step = self.state.step
        if step is Step.CARD:
            return self.tr(
                "Chưa có gì được lưu. Bạn có thể thử lại, hoặc làm thủ tục này tại quầy."
            )
        if step is Step.SCAN:
            return self.tr(
                "Các trang đã quét và câu trả lời vẫn được giữ: %n trang.",
                "",
                len(self.state.pages),
            )
        if step is Step.HAND_IN:
            return self.tr("Hồ sơ chưa được nộp. Câu trả lời và các trang đã quét vẫn được giữ.")
        return self.tr("Bạn có thể làm thủ tục này tại quầy.")

    def _on_end_asked(self) -> None:
        self.context.send(JourneyEnded(End.CANCELLED))
