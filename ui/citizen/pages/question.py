"""One question of the form a page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.catalogue.procedure import Question
from kiosk.dossiers.dossier import Answer
from kiosk.journeys.submit import Answered, State
from ui.citizen.answer_input import answer_input
from ui.citizen.page import PageContext, Primary, StatePage
from ui.citizen.validity import fits
from ui.parts.body_text import BodyText


class QuestionPage(StatePage):
    """Asks, takes an answer in the form the question wants, says when it doesn't fit."""

    def __init__(self, context: PageContext, state: State) -> None:
        self._question = state.procedure.questions[state.question]
        super().__init__(context, state)
        self._draft = f"question.{self._question.name}"
        self._input = answer_input(context, self._question, self._known())
        self._input.changed.connect(self._on_changed)
        self._input.entered.connect(self.go)
        hint = self.say(self._question.hint)
        told: list[QWidget] = [BodyText(context.look, hint, muted=True)] if hint else []
        # On a low screen an error must leave the field in sight: the hint stands below it.
        asked = self._input.main()
        if self._input.stands_free():
            asked = [*self.air(1), *asked, *self.air(2)]
        last = context.apart and (context.landscape or not self._input.stands_free())
        main = [*asked, *told] if last else [*told, *asked]
        self.compose(main, self._input.side(), docked=True)

    def heading(self) -> str:
        return self.say(self._question.title)

    def primary(self) -> Primary | None:
        empty = self._input.value() is None
        if empty and not self._question.required:
            return Primary(self.tr("Bỏ qua"))
        return Primary(self.tr("Xong") if self.state.editing else self.tr("Tiếp tục"))

    def go(self) -> None:
        value = self._input.value()
        problem = self._problem(value)
        if problem:
            self.fail(problem)
            return
        self.context.drafts.pop(self._draft, None)
        self.context.send(Answered(self._question.name, value))

    def back(self) -> None:
        self.context.drafts.pop(self._draft, None)
        super().back()

    def first_focus(self) -> QWidget | None:
        return self._input.focus_target()

    def _known(self) -> Answer | None:
        """What was typed before the page was built anew, else the answer given earlier."""
        draft = self.context.drafts.get(self._draft)
        if isinstance(draft, str | int):
            return draft
        return self.state.answers.get(self._question.name)

    def _on_changed(self) -> None:
        value = self._input.value()
        if value is None:
            self.context.drafts.pop(self._draft, None)
        else:
            self.context.drafts[self._draft] = value
        self.clear_error()
        self.footer_changed.emit()

    def _problem(self, value: Answer | None) -> str:
        question = self._question
        if value is None:
            return self._missing(question) if question.required else ""
        if fits(self.state.procedure, question, value):
            return ""
        if question.kind == "phone":
            return self.tr("Số điện thoại chưa đúng. Hãy nhập 10 chữ số, bắt đầu bằng số 0.")
        if question.kind == "number":
            return self.tr("Hãy chọn một số từ {least} đến {most}.").format(
                least=question.minimum, most=question.maximum
            )
        return self.tr("Hãy viết từ {least} đến {most} chữ.").format(
            least=question.minimum, most=question.maximum
        )

    def _missing(self, question: Question) -> str:
        if question.kind == "choice":
            return self.tr("Hãy chạm một câu trả lời.")
        return self.tr("Câu này cần câu trả lời. Hãy điền rồi chạm “Tiếp tục”.")
