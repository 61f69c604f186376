"""What every page of the technician's face has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.clock import Clock, at_office
from kiosk.outbox.reasons import why
from ui.parts.banner import Banner, Kind
from ui.parts.heading import Heading
from ui.style import tokens
from ui.style.look import Look
from ui.technician.sent import SentList, SentWhole
from ui.technician.services import Overview


@dataclass(frozen=True)
class PageContext:
    """How a page looks and speaks; ``act`` does something in the background and shows what came of it."""

    look: Look
    language: str
    clock: Clock
    propose_file: Callable[[], str]
    send_again: Callable[[int, str], None]
    hold: Callable[[int, str], None]
    export: Callable[[str, str], None]
    find_sent: Callable[[str, Callable[[SentList], None]], None]
    """Asks for what was sent, in the background, and hands it to the second."""
    open_sent: Callable[[int, Callable[[SentWhole], None]], None]


class TechnicianPage(QWidget):
    """A heading, then what the subclass adds to ``column``."""

    def __init__(self, context: PageContext, heading: str) -> None:
        super().__init__()
        self.context = context
        look = context.look
        self.head = QHBoxLayout()
        self.head.setSpacing(look.gap(tokens.SPACE_6))
        self.heading = Heading(look, heading, inset=True)
        self.head.addWidget(self.heading, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.mm(tokens.SPACE_6))
        self.column.addLayout(self.head)
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(look.ring, 0, look.ring, 0)
        self._notices.setSpacing(look.mm(tokens.SPACE_3))
        self._told: tuple[tuple[Kind, str], ...] = ()
        self.column.addLayout(self._notices)

    def minimumSizeHint(self) -> QSize:
        """The height that the words take at the width there is, so that nothing is cut.

        Qt's own guess is for the narrowest width, where every sentence takes many lines.
        """
        room = self.parentWidget()
        width = self.width() if room is None else room.width()
        return QSize(0, self.column.minimumHeightForWidth(width))

    def show_overview(self, overview: Overview) -> None:
        """Shows what was looked up; called again and again."""
        raise NotImplementedError

    def draft(self) -> object:
        """What a person has begun here; `resume` of the same page in another language or size takes it."""
        return None

    def resume(self, draft: object) -> None:
        """Goes on with a `draft`; called when the overview is shown."""

    def notices(self, *told: tuple[Kind, str]) -> None:
        """Banners above the page: kind and words of each."""
        if told == self._told:
            return
        self._told = told
        while (item := self._notices.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for kind, words in told:
            self._notices.addWidget(Banner(self.context.look, kind, words))

    def reason(self, code: str) -> str:
        """Why something waits, in the page's language; the code itself where no text is known."""
        words = why(code)
        return code if words is None else words[self.context.language]

    def time(self, moment: datetime | None) -> str:
        """Hour and day as the office's clock shows them."""
        return "–" if moment is None else f"{at_office(moment):%H:%M %d/%m}"

    def next_time(self, moment: datetime | None) -> str:
        if moment is not None and moment <= self.context.clock():
            return self.tr("ngay")
        return self.time(moment)
