"""Something outside the program failed: what, what still works, what to do."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from devices.idcard.api import Can
from kiosk import faults
from kiosk.journeys.submit import ByHandAsked, End, JourneyEnded, RetryPressed, State, Step
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
        if code == "WRONG_KEY" and isinstance(state.key, Can):
            words = self._wrong_digits()
        sign = IconLabel(look, "alert-octagon", "danger", look.mm(tokens.EMBLEM))
        main: list[QWidget] = [
            *([*self.air(1), sign, *self.air(1)] if context.roomy else []),
            Banner(look, "danger", words),
            Banner(look, "info", self._still(), title=self.tr("Những gì vẫn còn")),
        ]
        end = ActionButton(look, self.tr("Kết thúc và xóa"), kind="danger", icon="x")
        end.clicked.connect(self._on_end_asked)
        shown_code = self.tr("Mã lỗi cho cán bộ: {code}").format(code=code)
        main += [
            *self.air(1),
            *self._by_hand(),
            end,
            BodyText(look, shown_code, muted=True),
            *self.air(1),
        ]
        self.compose(main)

    def heading(self) -> str:
        step = self.state.step
        if self._at_card():
            return self.tr("Chưa đọc được thẻ")
        if step is Step.SCAN:
            return self.tr("Chưa quét được")
        if step is Step.HAND_IN:
            return self.tr("Chưa nộp được hồ sơ")
        return self.tr("Máy gặp trục trặc")

    def primary(self) -> Primary | None:
        if self.state.fault is not None and self.state.fault.retry:
            return Primary(self.tr("Thử lại"))
        return Primary(self.tr("Tự điền thông tin")) if self._at_card() else None

    def go(self) -> None:
        retry = self.state.fault is not None and self.state.fault.retry
        self.context.send(RetryPressed() if retry else ByHandAsked())

    def _at_card(self) -> bool:
        return self.state.step in (Step.CARD_KEY, Step.CARD)

    def _by_hand(self) -> list[QWidget]:
        """The way on without the chip; where trying again is no use it is the main button."""
        if not self._at_card() or self.state.fault is None or not self.state.fault.retry:
            return []
        button = ActionButton(self.context.look, self.tr("Tự điền thông tin"), icon="pencil")
        button.clicked.connect(self._on_by_hand_asked)
        return [button]

    def _wrong_digits(self) -> str:
        if self.state.qr is not None:
            return self.tr(
                "Mã QR không phải của thẻ đang đặt trên mặt đọc."
                " Hãy đặt đúng thẻ của bạn rồi thử lại."
            )
        return self.tr("Sáu số cuối chưa khớp với thẻ. Hãy xem lại số trên thẻ rồi thử lại.")

    def _still(self) -> str:
        step = self.state.step
        if self._at_card():
            return self.tr("Chưa có gì được lưu. Bạn có thể tự điền thông tin, hoặc làm tại quầy.")
        if step is Step.SCAN:
            return self.tr(
                "Các trang đã quét và câu trả lời vẫn được giữ: %n trang.",
                "",
                len(self.state.pages),
            )
        if step is Step.HAND_IN:
            return self.tr("Hồ sơ chưa được nộp. Câu trả lời và các trang đã quét vẫn được giữ.")
        return self.tr("Bạn có thể làm thủ tục này tại quầy.")

    def _on_by_hand_asked(self) -> None:
        self.context.send(ByHandAsked())

    def _on_end_asked(self) -> None:
        self.context.send(JourneyEnded(End.CANCELLED))
