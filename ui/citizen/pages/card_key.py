"""What opens the chip: the last six digits of the number, or the code printed on the card."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from devices.idcard.api import Can
from kiosk.journeys.submit import ByHandAsked, CardKeyTyped, State, WholeKeyAsked
from ui.citizen.card_drawing import CardDrawing, Spot
from ui.citizen.code_hint import CodeHint
from ui.citizen.consent_hint import ConsentHint
from ui.citizen.page import PageContext, Primary, StatePage
from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.parts.key_pad import KeyPad

_DRAFT = "card_key"
_DIGITS = 6


class CardKeyPage(StatePage):
    """One number pad; a code that is scanned goes straight on without it."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        look = context.look
        self._pad = KeyPad(look, groups=(3, 3), length=_DIGITS, label=self.tr("Sáu số cuối"))
        draft = context.drafts.get(_DRAFT)
        if isinstance(draft, str) and Can(draft) not in state.refused:
            self._pad.set_text(draft)
        self._pad.changed.connect(self._on_changed)
        self._pad.entered.connect(self.go)
        words = self.tr("Số Căn cước gồm 12 chữ số, ở mặt trước của thẻ. Máy cần sáu số cuối.")
        told = BodyText(look, words, muted=True)
        shown = self.tr("Hình thẻ Căn cước, chỗ cần xem được tô đậm")
        drawing = CardDrawing(look, Spot.LAST_DIGITS, shown, grows=not context.apart)
        # After a code that was refused the error itself speaks of codes, and takes the room.
        self._heard = self.hears_codes()
        code = [CodeHint(look)] if self._heard and not state.code_refused else []
        purpose = context.services.asks_online_for
        consent = [ConsentHint(look, purpose)] if purpose else []
        ways = self._ways()
        if context.apart:
            main = [self._pad, *consent, *code, *ways, told, drawing]
            self.compose(main, [self._pad.pad], docked=True)
        else:
            self.compose([told, *code, drawing, *consent, *ways], [self._pad], docked=True)
        if state.code_refused:
            self.fail(self._refused())

    def heading(self) -> str:
        return self.tr("Nhập sáu số cuối của thẻ")

    def primary(self) -> Primary | None:
        return Primary(self.tr("Tiếp tục"))

    def back(self) -> None:
        self.context.drafts.pop(_DRAFT, None)
        super().back()

    def go(self) -> None:
        digits = self._pad.text()
        if len(digits) != _DIGITS:
            self.fail(self.tr("Hãy nhập đủ sáu chữ số cuối của số Căn cước."))
            return
        self.context.send(CardKeyTyped(Can(digits)))

    def is_stale(self) -> bool:
        """Whether the hint speaks of a scanner that has gone, or not of one that came back."""
        return self.hears_codes() != self._heard

    def first_focus(self) -> QWidget | None:
        return self._pad

    def show_state(self, state: State) -> bool:
        """What happens on the reader meanwhile takes nothing away from what is being typed."""
        former, self.state = self.state, state
        return former.code_refused == state.code_refused

    def _ways(self) -> list[ActionButton]:
        look = self.context.look
        without = ActionButton(look, self.tr("Tôi không có thẻ gắn chip"), kind="plain", icon="id")
        without.clicked.connect(self._on_by_hand_asked)
        if self.state.key is None:
            return [without]
        # Offered after a try: a chip may take no six digits, or other ones.
        whole = ActionButton(look, self.tr("Dùng cả ngày sinh và ngày hết hạn"), kind="plain")
        whole.clicked.connect(self._on_whole_key_asked)
        return [whole, without]

    def _refused(self) -> str:
        return self.tr("Mã này chưa dùng được. Hãy quét mã QR trên thẻ, hoặc nhập sáu số cuối.")

    def _on_changed(self, digits: str) -> None:
        self.context.drafts[_DRAFT] = digits
        self.clear_error()

    def _on_by_hand_asked(self) -> None:
        self.context.send(ByHandAsked())

    def _on_whole_key_asked(self) -> None:
        self.context.send(WholeKeyAsked())
