"""The inputs of a question: choice, number, text, phone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kiosk.catalogue.procedure import Question
from kiosk.dossiers.dossier import Answer
from ui.citizen.page import PageContext
from ui.parts.action_button import ActionButton
from ui.parts.choice_list import ChoiceList
from ui.parts.key_pad import KeyPad
from ui.parts.keyboard import Keyboard
from ui.parts.number_stepper import NumberStepper
from ui.parts.text_field import TextField

_PHONE_GROUPS = (4, 3, 3)


class AnswerInput(QObject):
    """An input of one kind. Signals: ``changed``; ``entered``, when the input itself says "done"."""

    changed = Signal()
    entered = Signal()

    def main(self) -> list[QWidget]:
        raise NotImplementedError

    def stands_free(self) -> bool:
        """Whether it is small and stands in the middle of the room there is."""
        return False

    def side(self) -> list[QWidget]:
        """Pads and keyboards, kept in sight."""
        return []

    def value(self) -> Answer | None:
        raise NotImplementedError

    def focus_target(self) -> QWidget | None:
        return None


def answer_input(context: PageContext, question: Question, known: Answer | None) -> AnswerInput:
    """The input for a question, filled with what is known."""
    kinds = {"choice": ChoiceInput, "number": NumberInput, "phone": PhoneInput}
    return kinds.get(question.kind, TextInput)(context, question, known)


class ChoiceInput(AnswerInput):
    def __init__(self, context: PageContext, question: Question, known: Answer | None) -> None:
        super().__init__()
        language = context.language
        self._value = str(known) if known is not None else None
        options = [(c.value, c.label.get(language) or c.label["vi"]) for c in question.choices]
        self._list = ChoiceList(context.look, options, self._value)
        self._list.chosen.connect(self._on_chosen)

    def main(self) -> list[QWidget]:
        return [self._list]

    def stands_free(self) -> bool:
        return True

    def value(self) -> Answer | None:
        return self._value

    def _on_chosen(self, value: str) -> None:
        self._value = value
        self.changed.emit()


class NumberInput(AnswerInput):
    def __init__(self, context: PageContext, question: Question, known: Answer | None) -> None:
        super().__init__()
        value = int(known) if known is not None else question.minimum
        self._stepper = NumberStepper(
            context.look,
            minimum=question.minimum,
            maximum=question.maximum,
            value=value,
            label="",
            small=context.low and context.look.large,
        )
        self._value = value
        self._stepper.changed.connect(self._on_number)

    def main(self) -> list[QWidget]:
        return [self._stepper]

    def stands_free(self) -> bool:
        return True

    def value(self) -> Answer | None:
        return self._value

    def _on_number(self, value: int) -> None:
        self._value = value
        self.changed.emit()


class PhoneInput(AnswerInput):
    def __init__(self, context: PageContext, question: Question, known: Answer | None) -> None:
        super().__init__()
        self._pad = KeyPad(
            context.look,
            groups=_PHONE_GROUPS,
            length=sum(_PHONE_GROUPS),
            label=self.tr("Số điện thoại"),
        )
        self._apart = context.apart
        self._pad.set_text(str(known or ""))
        self._pad.changed.connect(self.changed)
        self._pad.entered.connect(self.entered)

    def main(self) -> list[QWidget]:
        return [self._pad] if self._apart else []

    def side(self) -> list[QWidget]:
        return [self._pad.pad] if self._apart else [self._pad]

    def value(self) -> Answer | None:
        return self._pad.text() or None

    def focus_target(self) -> QWidget | None:
        return self._pad


class TextInput(AnswerInput):
    def __init__(self, context: PageContext, question: Question, known: Answer | None) -> None:
        super().__init__()
        look, language = context.look, context.language
        self._field = TextField(look, label="", max_length=question.maximum)
        self._field.edit.setAccessibleName(question.title.get(language) or question.title["vi"])
        self._field.set_text(str(known or ""))
        self._field.changed.connect(self.changed)
        self._field.entered.connect(self.entered)
        self._keyboard = Keyboard(look, self._field.edit)
        self._suggestions = [
            self._suggestion(context, s.get(language) or s["vi"], s["vi"])
            for s in question.suggestions
        ]

    def main(self) -> list[QWidget]:
        return [self._field, *self._suggestions]

    def side(self) -> list[QWidget]:
        return [self._keyboard]

    def value(self) -> Answer | None:
        return self._field.text().strip() or None

    def focus_target(self) -> QWidget | None:
        return self._field

    def _suggestion(self, context: PageContext, shown: str, meant: str) -> ActionButton:
        """The office's papers are Vietnamese: whatever language is shown, that name is filled in."""
        button = ActionButton(context.look, shown, kind="plain")
        button.clicked.connect(lambda: self._field.set_text(meant))
        return button
