"""Without a chip: number, name, birth date and sex, one after the other; a scanned code fills them in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QWidget

from kiosk.journeys.submit import PersonTyped, State
from kiosk.people.card_check import Source
from kiosk.people.person import Person
from kiosk.people.typed import LONGEST_NAME, name_fits
from kiosk.vietnamese import nfc
from ui.citizen.code_hint import CodeHint
from ui.citizen.page import PageContext, Primary, StatePage
from ui.citizen.typed_date import NOTHING_TYPED, as_typed, birth_date, from_text, whole
from ui.parts.body_text import BodyText
from ui.parts.choice_list import ChoiceList
from ui.parts.date_fields import DateFields
from ui.parts.key_pad import KeyPad
from ui.parts.keyboard import Keyboard
from ui.parts.text_field import TextField

_DRAFT = "by_hand"
_DIGITS = 12


@dataclass(frozen=True, repr=False)
class _Typed:
    part: int = 0
    number: str = ""
    full_name: str = ""
    born: tuple[str, str, str] = NOTHING_TYPED
    sex: str = ""
    residence: str = ""

    @property
    def birth(self) -> date | None:
        return birth_date(whole(self.born))


class ByHandPage(StatePage):
    """Four short parts; only the last one sends the person."""

    def __init__(self, context: PageContext, state: State) -> None:
        draft = context.drafts.get(_DRAFT)
        self._typed = draft if isinstance(draft, _Typed) else _start(state)
        super().__init__(context, state)
        self._focus: QWidget | None = None
        self._date: DateFields | None = None
        self._heard = self.hears_codes()
        (self._build_number, self._build_name, self._build_birth, self._build_sex)[
            self._typed.part
        ]()
        if state.code_refused:
            self.fail(self._refused())

    def heading(self) -> str:
        return (
            self.tr("Nhập số Căn cước"),
            self.tr("Họ và tên của bạn là gì?"),
            self.tr("Bạn sinh ngày nào?"),
            self.tr("Giới tính ghi trên giấy tờ?"),
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
        problem = self._problem()
        if problem:
            self.fail(problem)
        elif self._typed.part < 3:
            self._open(replace(self._typed, part=self._typed.part + 1))
        else:
            self._send()

    def is_stale(self) -> bool:
        """Whether the hint speaks of a scanner that has gone, or not of one that came back."""
        return self._typed.part == 0 and self.hears_codes() != self._heard

    def first_focus(self) -> QWidget | None:
        return self._focus

    def show_state(self, state: State) -> bool:
        former, self.state = self.state, state
        if state.qr != former.qr:
            self.context.drafts.pop(_DRAFT, None)
            return False
        if state.code_refused:
            self.fail(self._refused())
        return True

    def _build_number(self) -> None:
        look = self.context.look
        pad = KeyPad(look, groups=(3, 3, 3, 3), length=_DIGITS, label=self.tr("Số Căn cước"))
        pad.set_text(self._typed.number)
        pad.changed.connect(self._on_number)
        pad.entered.connect(self.go)
        words = self.tr("Không có thẻ ở đây, bạn vẫn nộp được hồ sơ. Cán bộ sẽ kiểm tra tại quầy.")
        told: list[QWidget] = [BodyText(look, words, muted=True)]
        told += [CodeHint(look)] if self._heard else []
        self._docked(told, pad, pad.pad)

    def _build_name(self) -> None:
        look = self.context.look
        field = TextField(look, label="", max_length=LONGEST_NAME)
        field.edit.setAccessibleName(self.tr("Họ và tên"))
        field.set_text(self._typed.full_name)
        field.changed.connect(self._on_name)
        field.entered.connect(self.go)
        self._focus = field
        told = BodyText(look, self.tr("Viết đủ dấu, đúng như trên giấy tờ."), muted=True)
        low = self.context.apart and self.context.landscape
        main = [field, told] if low else [told, field]
        self.compose(main, [Keyboard(look, field.edit, names=True)], docked=True)

    def _build_birth(self) -> None:
        look = self.context.look
        fields = DateFields(look, self.tr("Ngày sinh"))
        fields.set_texts(self._typed.born)
        self._date = fields
        fields.changed.connect(self._on_birth)
        fields.entered.connect(self.go)
        words = self.tr("Ngày, tháng, năm như trên giấy tờ.")
        self._docked([BodyText(look, words, muted=True)], fields, fields.pad)

    def _build_sex(self) -> None:
        # Kept as the office writes it, in whatever language it is shown.
        choices = [("Nam", self.tr("Nam")), ("Nữ", self.tr("Nữ"))]
        answers = ChoiceList(self.context.look, choices, self._typed.sex or None)
        answers.chosen.connect(self._on_sex)
        self.compose([*self.air(1), answers, *self.air(2)])

    def _docked(self, told: list[QWidget], field: KeyPad | DateFields, pad: QWidget) -> None:
        """Field and pad together at the foot of an upright screen; else the field with the words."""
        self._focus = field
        if self.context.apart:
            self.compose([field, *told], [pad], docked=True)
        else:
            self.compose([*told, *self.air(1)], [field], docked=True)

    def _problem(self) -> str:
        typed = self._typed
        fine, words = (
            (
                len(typed.number) == _DIGITS,
                self.tr("Số Căn cước có đủ 12 chữ số. Hãy nhập lại cho đủ."),
            ),
            (
                name_fits(_single_spaced(typed.full_name)),
                self.tr("Hãy viết họ và tên của bạn."),
            ),
            (
                typed.birth is not None,
                self.tr("Ngày sinh chưa đúng. Hãy xem lại ngày, tháng và năm."),
            ),
            (bool(typed.sex), self.tr("Hãy chạm một câu trả lời.")),
        )[typed.part]
        return "" if fine else words

    def _refused(self) -> str:
        return self.tr("Mã này không phải mã QR của thẻ Căn cước. Hãy quét lại, hoặc tự điền.")

    def _send(self) -> None:
        typed = self._typed
        if typed.birth is None:
            return
        self.context.drafts[_DRAFT] = replace(typed, part=0)
        born = f"{typed.birth:%d/%m/%Y}"
        name = _single_spaced(typed.full_name)
        person = Person(typed.number, name, born, typed.sex, typed.residence)
        self.context.send(PersonTyped(person))

    def _on_number(self, digits: str) -> None:
        self._keep(replace(self._typed, number=digits))

    def _on_name(self, text: str) -> None:
        self._keep(replace(self._typed, full_name=text))

    def _on_birth(self) -> None:
        if self._date is not None:
            self._keep(replace(self._typed, born=self._date.texts()))

    def _on_sex(self, value: str) -> None:
        self._keep(replace(self._typed, sex=value))

    def _keep(self, typed: _Typed) -> None:
        """Typed and not yet sent; it outlives a change of language or size."""
        self._typed = self.context.drafts[_DRAFT] = typed
        self.clear_error()

    def _open(self, typed: _Typed) -> None:
        """Shows another part: the frame builds this page anew from the draft."""
        self.context.drafts[_DRAFT] = typed
        self.context.rebuild()


def _single_spaced(text: str) -> str:
    return nfc(" ".join(text.split()))


def _start(state: State) -> _Typed:
    """What the code says, or what was typed before the way back."""
    if state.qr is not None:
        qr = state.qr
        return _Typed(0, qr.number, qr.full_name, as_typed(from_text(qr.birth)), qr.sex, qr.address)
    known = state.person
    if known is not None and state.check.source is Source.TYPED:
        born = as_typed(from_text(known.birth))
        return _Typed(0, known.number, known.full_name, born, known.sex, known.residence)
    return _Typed()
