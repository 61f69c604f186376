"""For a chip that six digits don't open: number, birth date, last day of validity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QWidget

from devices.idcard.api import CardKey
from kiosk.journeys.submit import CardKeyTyped, State
from ui.citizen.card_drawing import CardDrawing, Spot
from ui.citizen.page import PageContext, Primary, StatePage
from ui.citizen.typed_date import birth_date, calendar_date, from_text
from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.parts.date_fields import DateFields
from ui.parts.key_pad import KeyPad

_DRAFT = "card_whole_key"
_DIGITS = 12
_NO_EXPIRY = "991231"  # what the chip of a card without an end of validity says


@dataclass(frozen=True, repr=False)
class _Typed:
    """How far the three parts have come; a code that was scanned leaves only what it doesn't say."""

    part: int = 0
    number: str = ""
    birth: date | None = None


class CardWholeKeyPage(StatePage):
    """Three short parts, one after the other; only the last one sends the key."""

    def __init__(self, context: PageContext, state: State) -> None:
        draft = context.drafts.get(_DRAFT)
        self._typed = draft if isinstance(draft, _Typed) else _start(state)
        super().__init__(context, state)
        self._number: KeyPad | None = None
        self._date: DateFields | None = None
        (self._build_number, self._build_birth, self._build_expiry)[self._typed.part]()

    def heading(self) -> str:
        return (
            self.tr("Nhập số Căn cước"),
            self.tr("Nhập ngày sinh ghi trên thẻ"),
            self.tr("Thẻ có giá trị đến ngày nào?"),
        )[self._typed.part]

    def primary(self) -> Primary | None:
        return Primary(self.tr("Tiếp tục"))

    def back(self) -> None:
        if self._typed.part == 0:
            self.context.drafts.pop(_DRAFT, None)
            super().back()
        else:
            self._open(replace(self._typed, part=self._typed.part - 1))

    def go(self) -> None:
        (self._take_number, self._take_birth, self._take_expiry)[self._typed.part]()

    def show_state(self, state: State) -> bool:
        """Only a code that is scanned now changes what is asked."""
        former, self.state = self.state, state
        if state.qr != former.qr:
            self.context.drafts.pop(_DRAFT, None)
            return False
        return True

    def first_focus(self) -> QWidget | None:
        return self._number or self._date

    def _build_number(self) -> None:
        look = self.context.look
        self._number = KeyPad(
            look, groups=(3, 3, 3, 3), length=_DIGITS, label=self.tr("Số Căn cước, 12 chữ số")
        )
        self._number.set_text(self._typed.number)
        self._number.entered.connect(self.go)
        words = self.tr("Số gồm 12 chữ số, ở mặt trước của thẻ.")
        self._place(words, Spot.NUMBER, self._number, self._number.pad)

    def _build_birth(self) -> None:
        self._date = DateFields(self.context.look, self.tr("Ngày sinh"))
        self._date.entered.connect(self.go)
        born = self._typed.birth
        self._date.set_value((born.day, born.month, born.year) if born else None)
        words = self.tr("Ngày, tháng, năm như in ở mặt trước của thẻ.")
        self._place(words, Spot.BIRTH, self._date, self._date.pad)

    def _build_expiry(self) -> None:
        look = self.context.look
        self._date = DateFields(look, self.tr("Có giá trị đến"))
        self._date.entered.connect(self.go)
        never = ActionButton(look, self.tr("Thẻ ghi “Không thời hạn”"), kind="plain")
        never.clicked.connect(self._on_never_chosen)
        words = self.tr("Dòng “Có giá trị đến” ở mặt trước, phía dưới ảnh.")
        self._place(words, Spot.EXPIRY, self._date, self._date.pad, never)

    def _place(self, words: str, spot: Spot, field: QWidget, pad: QWidget, *more: QWidget) -> None:
        """Field and pad together at the foot of an upright screen; else the field with the words."""
        look = self.context.look
        told = BodyText(look, f"{self._because()} {words}", muted=True)
        shown = self.tr("Hình thẻ Căn cước, chỗ cần xem được tô đậm")
        drawing = CardDrawing(look, spot, shown, grows=not self.context.apart)
        if self.context.apart:
            self.compose([field, *more, told, drawing], [pad], docked=True)
        else:
            self.compose([told, drawing, *more], [field], docked=True)

    def _because(self) -> str:
        return self.tr("Chip của thẻ này cần cả số thẻ, ngày sinh và ngày hết hạn.")

    def _take_number(self) -> None:
        number = self._number.text() if self._number else ""
        if len(number) != _DIGITS or not number.isdigit():
            self.fail(self.tr("Số Căn cước có đủ 12 chữ số. Hãy nhập lại cho đủ."))
            return
        self._open(replace(self._typed, part=1, number=number))

    def _take_birth(self) -> None:
        birth = birth_date(self._date.value() if self._date else None)
        if birth is None:
            self.fail(self.tr("Ngày sinh chưa đúng. Hãy xem lại ngày, tháng và năm."))
            return
        self._open(replace(self._typed, part=2, birth=birth))

    def _take_expiry(self) -> None:
        expiry = calendar_date(self._date.value() if self._date else None)
        if expiry is None:
            self.fail(self.tr("Ngày hết hạn chưa đúng. Hãy xem lại ngày, tháng và năm."))
            return
        self._send(f"{expiry:%y%m%d}")

    def _on_never_chosen(self) -> None:
        self._send(_NO_EXPIRY)

    def _send(self, expiry: str) -> None:
        birth = self._typed.birth
        if birth is not None:
            self.context.drafts[_DRAFT] = replace(self._typed, part=0)
            key = CardKey(self._typed.number, f"{birth:%y%m%d}", expiry)
            self.context.send(CardKeyTyped(key))

    def _open(self, typed: _Typed) -> None:
        """Shows another part: the frame builds this page anew from the draft."""
        self.context.drafts[_DRAFT] = typed
        self.context.rebuild()


def _start(state: State) -> _Typed:
    if state.qr is None:
        return _Typed()
    birth = from_text(state.qr.birth)
    return _Typed(1 if birth is None else 2, state.qr.number, birth)
