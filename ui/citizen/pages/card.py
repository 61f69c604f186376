"""Put the card on the reader; what the reader is doing, step by step."""

from __future__ import annotations

from devices.idcard.api import ReadStep
from kiosk.journeys.submit import State
from ui.citizen.page import PageContext, StatePage
from ui.parts.action_button import ActionButton
from ui.parts.announce import announce
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.place_card import PlaceCard
from ui.parts.step_list import State as StepState
from ui.parts.step_list import StepList

_ORDER = (ReadStep.FOUND, ReadStep.OPENING, ReadStep.READING, ReadStep.CHECKING)


class CardPage(StatePage):
    """Waits for the card and follows the reading; nothing has to be pressed."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        look = context.look
        self._steps = StepList(
            look,
            [
                self.tr("Đã thấy thẻ"),
                self.tr("Mở chip"),
                self.tr("Đọc dữ liệu"),
                self.tr("Kiểm tra dữ liệu"),
            ],
        )
        self._stay = Banner(look, "warn", self.tr("Đừng lấy thẻ ra khi máy đang đọc."))
        without = ActionButton(look, self.tr("Tôi không có thẻ"), kind="plain", icon="id")
        without.clicked.connect(context.call_staff)
        self.compose(
            [
                BodyText(look, self.tr("Đặt thẻ nằm yên trên mặt đọc có hình sóng."), muted=True),
                PlaceCard(look),
            ],
            [self._steps, self._stay, without],
        )
        self._follow()

    def heading(self) -> str:
        return self.tr("Đặt thẻ Căn cước lên mặt đọc")

    def show_state(self, state: State) -> bool:
        former = self.state.reading
        self.state = state
        self._follow()
        if state.reading is not None and (former is None or former.step != state.reading.step):
            announce(self._steps, self._names()[_ORDER.index(state.reading.step)], urgent=False)
        return True

    def _names(self) -> tuple[str, ...]:
        return (
            self.tr("Đã thấy thẻ"),
            self.tr("Đang mở chip"),
            self.tr("Đang đọc dữ liệu"),
            self.tr("Đang kiểm tra dữ liệu"),
        )

    def _follow(self) -> None:
        reading = self.state.reading
        now = _ORDER.index(reading.step) if reading is not None else -1
        for index in range(len(_ORDER)):
            done = index < now or (index == now == 0)
            state: StepState = "done" if done else "running" if index == now else "waiting"
            note = ""
            if reading is not None and index == now and reading.step is ReadStep.READING:
                note = self.tr("{done} trên {total}").format(done=reading.done, total=reading.total)
            self._steps.set_state(index, state, note)
        self._stay.setVisible(reading is not None)
