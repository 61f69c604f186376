"""The technician's window: navigation at the left, one page, looked up anew every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.clock import Clock, at_office, now
from kiosk.faults import Fault
from kiosk.logbook import tell_bug
from kiosk.outbox.reasons import why
from kiosk.settings import Settings
from ui.citizen.frame import Band, ToolRow
from ui.citizen.language import LANGUAGES, Language
from ui.citizen.modes import Modes
from ui.parts.action_button import ActionButton
from ui.parts.announce import announce
from ui.parts.banner import Banner, Kind
from ui.parts.late_paint import LatePaint
from ui.style import stylesheet, tokens
from ui.style.look import Look
from ui.style.tokens import HIGH_CONTRAST, LIGHT, DeskScale
from ui.technician.page import PageContext
from ui.technician.page_area import PageArea
from ui.technician.pages.cards import CardsPage
from ui.technician.pages.sent import SentPage
from ui.technician.pages.station import StationPage
from ui.technician.pages.waiting import WaitingPage
from ui.technician.services import Overview, RowChangedError, TechnicianServices

Job = Callable[[], None]
Run = Callable[[Job], None]
Page = WaitingPage | SentPage | CardsPage | StationPage
PAGES: dict[str, type[Page]] = {
    "waiting": WaitingPage,
    "sent": SentPage,
    "cards": CardsPage,
    "station": StationPage,
}
_Found = TypeVar("_Found")
SMALLEST = (1366, 768)
_LOOK_MS = 5_000
_BUG = "PROGRAM_ERROR"


class TechnicianWindow(QWidget):
    """``run`` takes jobs for the worker, ``post`` brings their results back to this thread."""

    def __init__(
        self,
        services: TechnicianServices,
        settings: Settings,
        run: Run,
        post: Run,
        *,
        clock: Clock = now,
    ) -> None:
        super().__init__()
        self._services, self._settings = services, settings
        self._run, self._post, self._clock = run, post, clock
        self._language = Language(_application())
        self._modes = Modes()
        self._name = "waiting"
        self._overview: Overview | None = None
        self._looking = False
        self._told: tuple[Kind, str] | None = None
        self._sheet: QWidget | None = None
        self.setObjectName("technician")
        self.resize(*SMALLEST)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._late_paint = LatePaint(self)
        self._build()
        self._ticker = QTimer(self)
        self._ticker.timeout.connect(self.look)
        self._ticker.start(_LOOK_MS)

    @property
    def page(self) -> Page:
        """The page in front."""
        return self._page

    @property
    def told(self) -> tuple[Kind, str] | None:
        """What came of the last act, as it stands above the page."""
        return self._told

    def open(self) -> None:
        """Shows the window and looks for the first time."""
        self.showMaximized()
        self.look()

    def look(self) -> None:
        """Asks the worker for the present state; one question at a time."""
        self.band.set_time(at_office(self._clock()))
        if not self._looking:
            self._looking = True
            self._run(self._look)

    def show_overview(self, overview: Overview) -> None:
        """Shows what was found."""
        self._looking = False
        first = self._overview is None
        if overview != self._overview:
            self._overview = overview
            self._name_buttons(overview)
        self._page.show_overview(overview)
        sending = overview.sending
        self.band.set_line(sending.online, sending.waiting)
        if first:
            self._page.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, name: str) -> None:
        """Another page of `PAGES`."""
        self._name, self._told = name, None
        self._build()

    def use_modes(self, modes: Modes) -> None:
        """Another language, size or contrast."""
        draft = self._page.draft()
        self._modes = modes
        self._build()
        self._page.resume(draft)

    def _look(self) -> None:
        """On the worker."""
        try:
            found = self._services.look()
        except Exception as bug:  # noqa: BLE001  the page says so, the next look may succeed
            tell_bug(bug)
            found = Overview(fault=_BUG)
        self._post(lambda: self.show_overview(found))

    def _act(self, act: Callable[[], tuple[Kind, str]]) -> None:
        """Does something on the worker, tells what came of it, looks anew."""

        def job() -> None:
            try:
                told = act()
            except RowChangedError:
                told = ("warn", self.tr("Dòng này vừa đổi trạng thái; chưa làm gì. Hãy xem lại."))
            except Fault as fault:
                words = why(fault.code) or {}
                told = ("danger", words.get(self._modes.language, fault.code))
            except Exception as bug:  # noqa: BLE001  the person gets a word, the log the rest
                told = self._failed(bug)
            self._post(lambda: self._tell(told))

        self._run(job)

    def _failed(self, bug: Exception) -> tuple[Kind, str]:
        """What is said of an error that nobody foresaw; the log gets the error itself."""
        tell_bug(bug)
        return "danger", self.tr(
            "Lỗi chương trình; có thể chưa làm xong. Hãy xem lại và xem nhật ký."
        )

    def _tell(self, told: tuple[Kind, str]) -> None:
        self._told = told
        self._show_told()
        announce(self, told[1], urgent=told[0] != "ok")
        self.look()

    def _build(self) -> None:
        """Throws the sheet away and makes a new one for page and modes."""
        self._late_paint.hold()
        if self._language.code != self._modes.language:
            self._language.use(self._modes.language)
        self.setWindowTitle(self.tr("Một Cửa - kỹ thuật viên"))
        theme = HIGH_CONTRAST if self._modes.contrast else LIGHT
        look = Look(theme, DeskScale(large=self._modes.large))
        sheet_text = stylesheet.build(look)
        if sheet_text != self.styleSheet():
            self.setStyleSheet(sheet_text)
        former, self._sheet = self._sheet, self._new_sheet(look)
        self._column.addWidget(self._sheet)
        if former is not None:
            self._column.removeWidget(former)
            former.hide()
            former.deleteLater()
        self._show_told()
        if self._overview is not None:
            self.show_overview(self._overview)
        self._page.table.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._page, self._page.heading.text())

    def _new_sheet(self, look: Look) -> QWidget:
        sheet = QWidget()
        sheet.setObjectName("page")
        sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        tools = ToolRow(look, self._modes, landscape=True, whole=True)
        tools.modes_chosen.connect(self.use_modes)
        office = self._settings.office
        self.band = Band(look, f"{office.name} · {office.station}", self._settings.demo, tools)
        self.band.set_time(at_office(self._clock()))
        self._page = PAGES[self._name](self._context(look))
        self._notice = QVBoxLayout()
        right = QVBoxLayout()
        right.setSpacing(look.mm(tokens.SPACE_6))
        right.addLayout(self._notice)
        right.addWidget(PageArea(self._page), 1)
        inner: QBoxLayout = QVBoxLayout() if look.large else QHBoxLayout()
        margin = look.mm(tokens.SPACE_8) - look.ring
        inner.setContentsMargins(margin, look.mm(tokens.SPACE_6), margin, margin)
        inner.setSpacing(look.mm(tokens.SPACE_8))
        inner.addLayout(self._navigation(look))
        inner.addLayout(right, 1)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.band)
        column.addLayout(inner, 1)
        return sheet

    def _navigation(self, look: Look) -> QBoxLayout:
        row: QBoxLayout = QHBoxLayout() if look.large else QVBoxLayout()
        row.setSpacing(look.gap(tokens.SPACE_4))
        self._buttons = {
            "waiting": ActionButton(look, self.tr("Chờ gửi"), icon="cloud-upload"),
            "sent": ActionButton(look, self.tr("Đã gửi"), icon="files"),
            "cards": ActionButton(look, self.tr("Thẻ"), icon="id"),
            "station": ActionButton(look, self.tr("Máy"), icon="heartbeat"),
        }
        for name, button in self._buttons.items():
            button.setCheckable(True)
            button.setChecked(name == self._name)
            button.clicked.connect(lambda _=False, name=name: self.show_page(name))
            if not look.large:
                button.setFixedWidth(look.mm(tokens.NAVIGATION))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _name_buttons(self, overview: Overview) -> None:
        """How much each page has to show stands in the navigation."""
        sending, cards = overview.sending, overview.cards
        waits = sending.waiting + sending.need_person + sending.quarantined
        self._count("waiting", self.tr("Chờ gửi"), waits)
        self._count("cards", self.tr("Thẻ"), cards.refused + cards.waiting + cards.gave_up)
        self._count("station", self.tr("Máy"), len(overview.station.troubles()))

    def _count(self, name: str, words: str, number: int) -> None:
        self._buttons[name].set_label(f"{words} ({number})" if number else words)

    def _show_told(self) -> None:
        while (item := self._notice.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if self._told is not None:
            kind, words = self._told
            banner = Banner(self._look_now(), kind, words)
            banner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            self._notice.addWidget(banner)

    def _look_now(self) -> Look:
        return self._page.context.look

    def _context(self, look: Look) -> PageContext:
        services = self._services
        return PageContext(
            look=look,
            language=self._modes.language,
            clock=self._clock,
            propose_file=services.propose_file,
            send_again=self._send_again,
            hold=self._hold,
            export=self._export,
            find_sent=lambda part, show: self._ask(lambda: services.find_sent(part), show),
            open_sent=lambda row, show: self._ask(lambda: services.open_sent(row), show),
        )

    def _ask(self, ask: Callable[[], _Found], show: Callable[[_Found], None]) -> None:
        """Asks on the worker; shows what came, where the page that asked is still in front."""
        shown = self._sheet

        def came(found: _Found) -> None:
            if self._sheet is shown:
                show(found)

        def job() -> None:
            try:
                found = ask()
            except Exception as bug:  # noqa: BLE001  as for an act
                told = self._failed(bug)
                self._post(lambda: self._tell(told))
                return
            self._post(lambda: came(found))

        self._run(job)

    def _send_again(self, row: int, reason: str) -> None:
        done: tuple[Kind, str] = ("ok", self.tr("Đã cho gửi lại; máy gửi trong vòng một phút."))

        def act() -> tuple[Kind, str]:
            self._services.send_again(row, reason)
            return done

        self._act(act)

    def _hold(self, row: int, reason: str) -> None:
        done: tuple[Kind, str] = ("ok", self.tr("Đã giữ lại. Chỉ gửi khi có người cho gửi lại."))

        def act() -> tuple[Kind, str]:
            self._services.hold(row, reason)
            return done

        self._act(act)

    def _export(self, file: str, reason: str) -> None:
        def act() -> tuple[Kind, str]:
            done = self._services.export(file, reason)
            words = self.tr("Đã xuất %n hồ sơ vào {file}.", "", done.dossiers).format(
                file=done.file
            )
            if done.lost:
                words += " " + self.tr("Thiếu bản quét: {codes}.").format(
                    codes=", ".join(done.lost)
                )
            if not done.noted:
                words += " " + self.tr("Chưa ghi được vào nhật ký.")
            return ("warn" if done.lost or not done.noted else "ok", words)

        self._act(act)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._ticker.stop()
        self._language.use(LANGUAGES[0])
        super().closeEvent(event)


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("a QApplication has to exist before a window")
    return app
