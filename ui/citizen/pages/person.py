"""Who stands before the machine, hidden until asked for, and how far that was checked."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.journeys.submit import PersonConfirmed, State
from kiosk.people.card_check import Source
from ui.citizen.covered_card import CoveredCard
from ui.citizen.lamp_words import LampWords, any_failed
from ui.citizen.page import PageContext, Primary, StatePage
from ui.citizen.person_words import PersonWords
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.lamp_list import LampList
from ui.parts.portrait import Portrait


class PersonPage(StatePage):
    """Fields and portrait, then the lamps; without a chip a plain word that none was read.

    Nothing here keeps anybody from going on: the clerk judges the card.
    """

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        look = context.look
        main: list[QWidget] = []
        person = state.person
        if person is not None:
            picture = Portrait(look, state.portrait) if self._from_chip() else None
            fields = PersonWords().fields(person)
            across, upright = context.fields_across, context.picture_above
            main.append(CoveredCard(look, fields, picture, across=across, upright=upright))
        if context.wide and not self._from_chip():
            self.compose(main, [*self._notices(), *self._side()])
        else:
            self.compose([*self._notices(), *main], self._side())

    def heading(self) -> str:
        return self.tr("Đây có phải là bạn?")

    def primary(self) -> Primary | None:
        return Primary(self.tr("Đúng là tôi"))

    def go(self) -> None:
        self.context.send(PersonConfirmed())

    def show_state(self, state: State) -> bool:
        same = (state.person, state.check, state.portrait)
        kept = same == (self.state.person, self.state.check, self.state.portrait)
        self.state = state
        return kept

    def _from_chip(self) -> bool:
        return self.state.check.source is Source.CHIP

    def _notices(self) -> list[Banner]:
        look, check, person = self.context.look, self.state.check, self.state.person
        found = []
        if not self._from_chip():
            found.append(Banner(look, "warn", self._unread_words(), title=self._unread_title()))
        if person is not None and person.card_expired:
            found.append(Banner(look, "warn", self._expired_words()))
        differing = self._differing_words() if check.mismatches else ""
        if any_failed(check.lamps):
            # One notice, not two: the page stays calm and the lamps in sight.
            words = f"{self._failed_words()} {differing}".strip()
            found.append(Banner(look, "warn", words))
        elif differing:
            words = f"{differing} {self.tr('Cán bộ sẽ xem cùng bạn.')}"
            found.append(Banner(look, "info", words))
        return found

    def _differing_words(self) -> str:
        names = PersonWords().differing(self.state.check.mismatches)
        return self.tr("Có chỗ ghi khác nhau: {names}.").format(names=names)

    def _unread_title(self) -> str:
        return self.tr("Không đọc từ chip")

    def _unread_words(self) -> str:
        if self.state.check.source is Source.QR:
            return self.tr("Thông tin lấy từ mã QR trên thẻ. Cán bộ sẽ so với thẻ của bạn.")
        return self.tr("Thông tin do bạn tự điền. Cán bộ sẽ so với thẻ của bạn.")

    def _failed_words(self) -> str:
        return self.tr("Thẻ cần cán bộ xem cùng bạn. Bạn vẫn nộp được hồ sơ.")

    def _expired_words(self) -> str:
        return self.tr("Thẻ đã hết hạn. Bạn vẫn nộp được hồ sơ; cán bộ sẽ kiểm tra thẻ tại quầy.")

    def _side(self) -> list[QWidget]:
        look = self.context.look
        if not self._from_chip():
            back = self.tr("Nếu có chỗ sai, chạm “Quay lại” để sửa.")
            return [BodyText(look, back, muted=True)]
        title = self.tr("Máy đã kiểm tra thẻ")
        note = self.tr("Cán bộ sẽ đối chiếu thẻ khi bạn đến quầy.")
        rows = LampWords().rows(self.state.check.lamps)
        lamps = LampList(look, rows, title=title, roomy=self.context.roomy)
        return [lamps, BodyText(look, note, muted=True)]
