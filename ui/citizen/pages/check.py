"""Everything before it is handed in: each answer can be corrected."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.catalogue.procedure import Question
from kiosk.journeys.submit import EditAsked, HandInPressed, State
from kiosk.people.masking import mask_name, mask_number, mask_phone
from ui.citizen.fee_words import FeeWords
from ui.citizen.language import money
from ui.citizen.page import PageContext, Primary, StatePage
from ui.citizen.thumbs import Thumbs
from ui.parts.answer_row import AnswerRow
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText


class CheckPage(StatePage):
    """Rows with "Sửa", the pages, the fee and how it came about."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        main: list[QWidget] = [self._person_row()]
        main += [self._answer_row(question) for question in state.procedure.questions]
        main.append(self._pages_row())
        self.compose(main, [*self._pages(), *self._fee(), self._privacy()])

    def heading(self) -> str:
        return self.tr("Kiểm tra trước khi nộp")

    def primary(self) -> Primary | None:
        return Primary(self.tr("Nộp hồ sơ"))

    def go(self) -> None:
        self.context.send(HandInPressed())

    def _person_row(self) -> QWidget:
        person = self.state.person
        value = f"{mask_name(person.full_name)} · {mask_number(person.number)}" if person else ""
        return AnswerRow(self.context.look, self.tr("Người nộp"), value, edit=False)

    def _answer_row(self, question: Question) -> QWidget:
        row = AnswerRow(
            self.context.look, self.say(question.title), self._answer(question), edit=True
        )
        row.edit_asked.connect(partial(self._on_edit_asked, question.name))
        return row

    def _pages_row(self) -> QWidget:
        row = AnswerRow(
            self.context.look,
            self.tr("Giấy tờ đã quét"),
            self.tr("%n trang", "", len(self.state.pages)),
            edit=True,
        )
        row.edit_asked.connect(partial(self._on_edit_asked, "pages"))
        return row

    def _answer(self, question: Question) -> str:
        value = self.state.answers.get(question.name)
        if value is None:
            return self.tr("(để trống)")
        if question.kind == "phone":
            return mask_phone(str(value))
        for choice in question.choices:
            if choice.value == value:
                return self.say(choice.label)
        return str(value)

    def _pages(self) -> list[QWidget]:
        return [Thumbs(self.context.look, [page.jpeg for page in self.state.pages])]

    def _fee(self) -> list[QWidget]:
        look, language = self.context.look, self.context.language
        fee = money(self.context.services.fee(self.state), language)
        words = FeeWords(language)
        lines = [self.tr("Trả tại quầy khi được gọi số, không trả tại máy này.")]
        for rule in self.state.procedure.fees:
            lines.append(f"{self.say(rule.name)}: {words.basis(rule, self.state)}.")
            lines.append(words.tariff(rule).capitalize())
        title = self.tr("Phí: {amount}").format(amount=fee)
        return [Banner(look, "info", "\n".join(lines), title=title)]

    def _privacy(self) -> QWidget:
        return BodyText(
            self.context.look,
            self.tr(
                "Dữ liệu trên thẻ và giấy tờ đã quét chỉ dùng để giải quyết hồ sơ này. "
                "Màn hình được xóa sạch khi bạn kết thúc."
            ),
            muted=True,
        )

    def _on_edit_asked(self, name: str) -> None:
        self.context.send(EditAsked(name))
