"""Put the card on the reader; what the reader is doing, and who it is while the portrait still comes."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from devices.idcard.api import ReadStep
from kiosk.journeys.submit import ByHandAsked, State
from ui.citizen.consent_hint import ConsentHint
from ui.citizen.covered_card import CoveredCard
from ui.citizen.page import PageContext, StatePage
from ui.citizen.person_words import PersonWords
from ui.parts.action_button import ActionButton
from ui.parts.announce import announce
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.place_card import PlaceCard
from ui.parts.portrait import Portrait
from ui.parts.progress_line import ProgressLine
from ui.parts.step_list import State as StepState
from ui.parts.step_list import StepList

_ORDER = (ReadStep.FOUND, ReadStep.OPENING, ReadStep.READING, ReadStep.CHECKING)
_PORTRAIT = len(_ORDER)
_PATIENCE_MS = 3000
"""A transmission has no time-out of its own: after so long without a sign the page says so."""


class CardPage(StatePage):
    """Waits for the card and follows the reading; nothing has to be pressed."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        look = context.look
        self._steps = StepList(look, self._names())
        self._stay = Banner(look, "warn", self._keep_still())
        self._progress = ProgressLine(look, "")
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_PATIENCE_MS)
        self._silence.timeout.connect(self._on_silence)
        self._without = ActionButton(
            look, self.tr("Tôi không có thẻ gắn chip"), kind="plain", icon="id"
        )
        self._without.clicked.connect(self._on_by_hand_asked)
        self._place_parts()
        self._follow()

    def heading(self) -> str:
        if self.state.preview is not None:
            return self.tr("Đang đọc thẻ của bạn")
        return self.tr("Đặt thẻ Căn cước lên mặt đọc")

    def show_state(self, state: State) -> bool:
        former, self.state = self.state, state
        if former.preview != state.preview:
            return False
        self._follow()
        now = self._place(state)
        if now >= 0 and now != self._place(former):
            announce(self, self._under_way()[now], urgent=False)
        return True

    def _place_parts(self) -> None:
        look, person = self.context.look, self.state.preview
        if person is None:
            words = self.tr("Đặt thẻ nằm yên trên mặt đọc có hình sóng.")
            told: list[QWidget] = [BodyText(look, words, muted=True)]
            purpose = self.context.services.asks_online_for
            if purpose and self.state.reading is None:
                told.append(ConsentHint(look, purpose))
            main = [*told, *self.air(), PlaceCard(look), *self.air()]
            self.compose(main, [self._stay, self._steps, *self.air(), self._without])
            return
        across, upright = self.context.fields_across, self.context.picture_above
        fields = PersonWords().fields(person)
        card = CoveredCard(look, fields, Portrait(look, None), across=across, upright=upright)
        if self.context.wide:
            self.compose([card], [self._stay, self._progress, self._steps])
        else:
            steps = [self._steps] if self.context.roomy else []
            self.compose([self._progress, self._stay, card, *steps])

    def _names(self) -> tuple[str, ...]:
        return (
            self.tr("Nhận ra thẻ"),
            self.tr("Mở chip"),
            self.tr("Đọc dữ liệu"),
            self.tr("Kiểm tra dữ liệu"),
            self.tr("Tải ảnh"),
        )

    def _under_way(self) -> tuple[str, ...]:
        return (
            self.tr("Đang nhận ra thẻ"),
            self.tr("Đang mở chip"),
            self.tr("Đang đọc dữ liệu"),
            self.tr("Đang kiểm tra dữ liệu"),
            self.tr("Đang tải ảnh"),
        )

    def _place(self, state: State) -> int:
        """Which step runs; -1 while there is no card."""
        if state.reading is None:
            return -1
        if state.checked and state.reading.step is ReadStep.READING:
            return _PORTRAIT
        return _ORDER.index(state.reading.step)

    def _follow(self) -> None:
        reading, now = self.state.reading, self._place(self.state)
        for index in range(_PORTRAIT + 1):
            done = index < now or (index == now == 0)
            state: StepState = "done" if done else "running" if index == now else "waiting"
            self._steps.set_state(index, state, self._note() if index == now else "")
        if self.state.preview is None:
            self._stay.setVisible(reading is not None)
            self._without.setVisible(reading is None)
        if reading is None:
            self._silence.stop()
            return
        self._progress.set_text(self._under_way()[now])
        loading = now == _PORTRAIT
        self._progress.set_progress(reading.done if loading else 0, reading.total)
        self._stay.set_text(self._keep_still())
        self._silence.start()

    def _note(self) -> str:
        """How many files are read; of the portrait the bar says it."""
        reading = self.state.reading
        counted = reading is not None and reading.step is ReadStep.READING and reading.total > 0
        if reading is None or not counted or self.state.checked:
            return ""
        return self.tr("{done} trên {total}").format(done=reading.done, total=reading.total)

    def _keep_still(self) -> str:
        return self.tr("Đừng lấy thẻ ra khi máy đang đọc.")

    def _on_silence(self) -> None:
        words = self.tr("Đang chờ thẻ… Hãy giữ thẻ nằm yên trên mặt đọc.")
        self._stay.set_text(words)
        announce(self._stay, words, urgent=False)

    def _on_by_hand_asked(self) -> None:
        self.context.send(ByHandAsked())
