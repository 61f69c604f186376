"""The first page: what can be done here, how long it takes, what it costs, what fails today."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk import faults
from kiosk.catalogue.procedure import Procedure
from ui.citizen.contact import Contact
from ui.citizen.fee_words import FeeWords
from ui.citizen.how_it_works import HowItWorks
from ui.citizen.page import Page, PageContext
from ui.citizen.services import CourierState, Notice
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.tile import Tile
from ui.style import tokens

_TILE_MM = (2 * tokens.TARGET, 4 * tokens.TARGET)
_FEW = 2


class HomePage(Page):
    """Nobody is known here. ``on_chosen`` gets the procedure whose tile was pressed."""

    def __init__(self, context: PageContext, on_chosen: Callable[[Procedure], None]) -> None:
        self._notices = tuple(context.services.device_notices())
        self._courier = context.services.courier_state()
        super().__init__(context)
        look = context.look
        blocked = any(notice.blocks for notice in self._notices)
        few = len(context.services.procedures) <= _FEW and not (context.low or look.large)
        tiles: list[QWidget] = []
        for procedure in context.services.procedures:
            tile = Tile(
                look,
                prominent=few,
                icon=procedure.icon,
                title=self.say(procedure.short_name),
                note=self._note(procedure),
                enabled_note=self.tr("Tạm không làm được tại máy này") if blocked else "",
            )
            tile.setMinimumHeight(look.mm(_TILE_MM[1 if few else 0]))
            tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            tile.clicked.connect(partial(on_chosen, procedure))
            tiles.append(tile)
        lead = [BodyText(look, self.tr("Chạm vào thủ tục bạn cần làm."), muted=True)]
        warnings = self._warnings()
        # In one column what can be touched stands first, unless nothing can be done here.
        beside = [] if context.wide else warnings
        main = [*beside, *tiles] if blocked else [*tiles, *beside]
        self.compose(
            main if blocked else [*lead, *main],
            [
                *(warnings if context.wide else []),
                HowItWorks(look, roomy=context.roomy),
                *self.air(),
                Contact(look, context.office),
            ],
        )

    def heading(self) -> str:
        return self.tr("Kính chào quý khách")

    def can_go_back(self) -> bool:
        return False

    def is_stale(self) -> bool:
        """Whether devices or the network say something else than what is shown."""
        services = self.context.services
        return (
            tuple(services.device_notices()) != self._notices
            or services.courier_state() != self._courier
        )

    def _note(self, procedure: Procedure) -> str:
        return self.tr("Khoảng {minutes} phút · {fee} · cần thẻ Căn cước").format(
            minutes=procedure.minutes, fee=FeeWords(self.context.language).least(procedure)
        )

    def _warnings(self) -> list[QWidget]:
        return [self._warning(notice) for notice in self._notices] + self._offline(self._courier)

    def _warning(self, notice: Notice) -> QWidget:
        text = faults.texts().get(notice.code)
        words = self.say(text.citizen) if text else self.tr("Một thiết bị đang hỏng.")
        if not notice.blocks:
            return Banner(self.context.look, "warn", words)
        title = self.tr("Máy này tạm không phục vụ được")
        return Banner(self.context.look, "danger", words, title=title)

    def _offline(self, courier: CourierState) -> list[QWidget]:
        if courier.online is not False:
            return []
        words = self.tr("Vẫn nộp được hồ sơ: máy lưu lại và tự gửi khi có mạng.")
        if courier.waiting:
            words += " " + self.tr("Đang chờ gửi: %n hồ sơ.", "", courier.waiting)
        return [Banner(self.context.look, "info", words, title=self.tr("Đang mất mạng"))]
