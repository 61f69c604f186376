"""The session is about to end: a number, a ring, more time or the end."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from ui.citizen.page import Page, PageContext, Primary
from ui.citizen.session import Warn
from ui.parts.action_button import ActionButton
from ui.parts.announce import announce
from ui.parts.body_text import BodyText
from ui.parts.countdown import Countdown


class TimeoutPage(Page):
    """Covers the page below until the person answers. Signals: ``more_asked``, ``end_asked``."""

    more_asked = Signal()
    end_asked = Signal()

    def __init__(self, context: PageContext, why: Warn, seconds: int, total: int) -> None:
        self._why = why
        super().__init__(context)
        look = context.look
        self._ring = Countdown(look, seconds, total, alone=not look.large)
        end = ActionButton(look, self.tr("Kết thúc và xóa"), kind="danger", icon="trash")
        end.clicked.connect(self.end_asked)
        words = BodyText(look, self._words())
        if context.wide:
            self.compose([words, end], [self._ring])
        else:
            self.compose([words, *self.air(1), self._ring, *self.air(1), end, *self.air(1)])
        announce(self, self._words(), urgent=True)

    def heading(self) -> str:
        if self._why is Warn.CARD_PULLED:
            return self.tr("Thẻ đã được lấy ra")
        return self.tr("Bạn còn ở đây không?")

    def primary(self) -> Primary | None:
        return Primary(self.tr("Tôi cần thêm thời gian"))

    def can_go_back(self) -> bool:
        return False

    def go(self) -> None:
        self.more_asked.emit()

    def set_seconds(self, seconds: int) -> None:
        self._ring.set_seconds(seconds)

    def _words(self) -> str:
        if self._why is Warn.CARD_PULLED:
            return self.tr("Đặt thẻ lại để tiếp tục. Nếu không, mọi thứ bạn đã nhập sẽ bị xóa.")
        return self.tr("Nếu không có ai chạm vào màn hình, mọi thứ bạn đã nhập sẽ bị xóa.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.more_asked.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.more_asked.emit()
