"""What the chip says about the person; hidden until asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.journeys.submit import PersonConfirmed, State
from kiosk.people.masking import mask_name, mask_number
from kiosk.people.person import Person
from ui.citizen.covered_card import CoveredCard
from ui.citizen.page import PageContext, Primary, StatePage
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.portrait import Portrait

_HIDDEN = "••••••"


class PersonPage(StatePage):
    """Fields, portrait and an honest word on how far they were checked."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        look = context.look
        main: list[QWidget] = []
        person = state.person
        if person is not None and person.card_expired:
            main.append(Banner(look, "warn", self._expired_words()))
        if person is not None:
            picture = Portrait(look, state.portrait) if state.portrait else None
            main.append(CoveredCard(look, self._fields(person), picture))
        self.compose(main, self._side())

    def heading(self) -> str:
        return self.tr("Đây có phải là bạn?")

    def primary(self) -> Primary | None:
        return Primary(self.tr("Đúng là tôi"))

    def go(self) -> None:
        self.context.send(PersonConfirmed())

    def _fields(self, person: Person) -> list[tuple[str, str, str]]:
        """Label, masked and full value of every field the chip gave."""
        fields = [
            (self.tr("Số Căn cước"), mask_number(person.number), person.number),
            (self.tr("Họ và tên"), mask_name(person.full_name), person.full_name),
            (self.tr("Ngày sinh"), _HIDDEN, person.birth),
            (self.tr("Giới tính"), _HIDDEN, person.sex),
            (self.tr("Nơi cư trú"), _HIDDEN, person.residence),
            (self.tr("Thẻ có giá trị đến"), _HIDDEN, person.card_expires),
        ]
        return [field for field in fields if field[2]]

    def _expired_words(self) -> str:
        return self.tr("Thẻ đã hết hạn. Bạn vẫn nộp được hồ sơ; cán bộ sẽ kiểm tra thẻ tại quầy.")

    def _side(self) -> list[QWidget]:
        look = self.context.look
        note = self.tr("Cán bộ sẽ đối chiếu thẻ khi bạn đến quầy.")
        return [
            Banner(look, "ok", self.tr("Đã đọc từ chip")),
            Banner(look, "info", self.tr("Chưa kiểm tra chữ ký số của chip")),
            BodyText(look, note, muted=True),
        ]
