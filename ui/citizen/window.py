"""The citizen's window: shows the page of the journey's present step and ends sessions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QPixmapCache,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kiosk.catalogue.procedure import Procedure
from kiosk.clock import Clock, at_office, now
from kiosk.journeys.submit import End, Event, JourneyEnded, Printed, State, Step
from kiosk.people.card_check import Source
from kiosk.settings import Settings
from ui.citizen.language import LANGUAGES, Language
from ui.citizen.modes import Modes, Room
from ui.citizen.page import Page, PageContext, StatePage
from ui.citizen.pages.display import DisplayPage
from ui.citizen.pages.home import HomePage
from ui.citizen.pages.timeout import TimeoutPage
from ui.citizen.routes import page_for, same_page
from ui.citizen.services import CitizenServices, JourneyHandle
from ui.citizen.session import Limits, Session, Warn
from ui.citizen.sheet import Sheet
from ui.parts.announce import announce
from ui.parts.late_paint import LatePaint
from ui.style import stylesheet

log = logging.getLogger(__name__)

_TICK_MS = 250
_MM_PER_INCH = 25.4
_NEEDS_CARD = (Step.PERSON, Step.QUESTION, Step.SCAN, Step.CHECK)
_TOUCHES = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.TouchBegin,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
)


class CitizenWindow(QWidget):
    """One screen for one person after the other; nothing of a person outlives the session.

    ``steady`` is a clock in seconds that never jumps, ``clock`` the time of day.
    """

    def __init__(
        self,
        services: CitizenServices,
        settings: Settings,
        *,
        steady: Callable[[], float] = time.monotonic,
        clock: Clock = now,
    ) -> None:
        super().__init__()
        self._services, self._settings = services, settings
        self._steady, self._clock = steady, clock
        self._app = _application()
        self._language = Language(self._app)
        self._modes = Modes()
        self._drafts: dict[str, object] = {}
        self._journey: JourneyHandle | None = None
        self._round = 0  # counts sessions, so that a late state of a former one is dropped
        self._state: State | None = None
        self._sheet: Sheet | None = None
        self._overlay: Callable[[PageContext], Page] | None = None
        self._touched = steady()
        self.setObjectName("citizen")
        self.setWindowTitle(self.tr("Một Cửa"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._late_paint = LatePaint(self)
        self._room = self._measure()
        limits = settings.citizen
        self.session = Session(
            Limits(limits.idle_s, limits.idle_warning_s, limits.card_pulled_s), steady, self
        )
        self.session.warned.connect(self._on_warned)
        self.session.counted.connect(self._on_counted)
        self.session.resumed.connect(self._on_resumed)
        self.session.expired.connect(self.end)
        self._ticker = QTimer(self)
        self._ticker.timeout.connect(self.tick)
        self._ticker.start(_TICK_MS)

    @property
    def page(self) -> Page:
        """The page in front."""
        return self.sheet.page

    @property
    def sheet(self) -> Sheet:
        """What fills the window; built when it is needed for the first time."""
        return self._sheet or self._build()

    @property
    def state(self) -> State | None:
        """Where the journey stands; None at home."""
        return self._state

    @property
    def modes(self) -> Modes:
        return self._modes

    def open(self) -> None:
        """Shows the window as the settings say."""
        if self._settings.citizen.full_screen:
            self.showFullScreen()
        else:
            self.show()

    def start(self, procedure: Procedure) -> None:
        """A person has chosen a procedure."""
        if self._journey is not None:
            return
        self._round += 1
        mine = self._round
        self.session.begin()

        def on_change(state: State) -> None:
            if mine == self._round:
                self.show_state(state)

        self._journey = self._services.start(procedure, on_change)
        self.show_state(self._journey.state)

    def show_state(self, state: State) -> None:
        """Shows where the journey stands; from the conductor, on the Qt thread."""
        if state.step is Step.ENDED:
            self._wipe()
            return
        former, self._state = self._state, state
        self.session.set_busy(_machine_works(state))
        self.session.set_card_away(
            state.step in _NEEDS_CARD
            and state.check.source is Source.CHIP
            and not state.card_present
        )
        page = self.page
        same = self._overlay is None and former is not None and same_page(former, state)
        if not (same and isinstance(page, StatePage) and page.show_state(state)):
            self._build()

    def send(self, event: Event) -> None:
        """Tells the journey what the person did."""
        if isinstance(event, JourneyEnded):
            self.end(event.why)
        elif self._journey is not None:
            self._journey.send(event)

    def end(self, why: End) -> None:
        """Ends the session: the journey is told, everything is wiped, home is shown."""
        journey, self._journey = self._journey, None
        self._round += 1  # what the journey says from here on is for nobody
        if journey is not None:
            journey.send(JourneyEnded(why))
        self._wipe()

    def use_modes(self, modes: Modes) -> None:
        """Another language, size, contrast or height; what was typed stays."""
        self._modes = modes
        self._overlay = None
        self.session.touch()
        self._rebuild()

    def call_staff(self) -> None:
        self._services.call_staff()
        announce(self, self.sheet.footer.show_staff_called(), urgent=True)

    def tick(self) -> None:
        """Looks at the clocks and at the world outside the journey."""
        self._show_band(self.sheet)
        self.session.tick()
        idle = self._steady() - self._touched >= self._settings.citizen.idle_s
        if self._journey is None and idle and self._modes != Modes():
            self.use_modes(Modes())
        elif self._overlay is None and self.page.is_stale():
            self._build()

    def _build(self) -> Sheet:
        """Throws the sheet away and makes a new one for the state, the modes and the room."""
        self._late_paint.hold()
        if self._language.code != self._modes.language:
            self._language.use(self._modes.language)
        look = self._room.look(self._modes)
        sheet_text = stylesheet.build(look)
        if sheet_text != self.styleSheet():
            self.setStyleSheet(sheet_text)
        page = (self._overlay or self._page)(self._context())
        former = self._sheet
        sheet = Sheet(look, self._room, self._modes, self._settings, page, self._state)
        self._sheet = sheet
        sheet.tools.modes_chosen.connect(self.use_modes)
        sheet.tools.panel_asked.connect(self._on_panel_asked)
        sheet.footer.back_pressed.connect(page.back)
        sheet.footer.primary_pressed.connect(page.go)
        sheet.footer.staff_called.connect(self.call_staff)
        page.footer_changed.connect(sheet.show_footer)
        self._show_band(sheet)
        self._column.addWidget(sheet)
        if former is not None:
            self._column.removeWidget(former)
            former.hide()
            former.deleteLater()
        (page.first_focus() or page).setFocus(Qt.FocusReason.OtherFocusReason)
        announce(page, page.heading(), urgent=False)
        return sheet

    def _show_band(self, sheet: Sheet) -> None:
        sheet.band.set_time(at_office(self._clock()))
        line = self._services.courier_state()
        sheet.band.set_line(line.online, line.waiting)

    def _rebuild(self) -> None:
        """Makes a new sheet, unless none was needed yet."""
        if self._sheet is not None:
            self._build()

    def _page(self, context: PageContext) -> Page:
        if self._state is None:
            return HomePage(context, self.start)
        return page_for(context, self._state)

    def _context(self) -> PageContext:
        return PageContext(
            look=self._room.look(self._modes),
            language=self._modes.language,
            landscape=self._room.landscape,
            height_mm=self._room.height / self._room.look(self._modes).scale.px_per_mm,
            office=self._settings.office,
            services=self._services,
            send=self.send,
            call_staff=self.call_staff,
            rebuild=self._rebuild,
            drafts=self._drafts,
        )

    def _wipe(self) -> None:
        """Nothing of the person stays: pages, pictures, drafts, clipboard, choices."""
        self._round += 1
        self._journey = self._state = self._overlay = None
        self._drafts.clear()
        self._modes = Modes()
        self.session.finish()
        QPixmapCache.clear()
        QGuiApplication.clipboard().clear()
        self._build()

    def _cover(self, overlay: Callable[[PageContext], Page]) -> None:
        """Lays a page over the journey's page until `_on_resumed`."""
        self._overlay = overlay
        self._build()

    def _on_panel_asked(self) -> None:
        self._cover(self._display_page)

    def _display_page(self, context: PageContext) -> Page:
        choices = self.sheet.tools.choices(self._modes, self._room.landscape)
        page = DisplayPage(context, choices)
        page.modes_chosen.connect(self.use_modes)
        page.closed.connect(self._on_resumed)
        return page

    def _on_warned(self, _: Warn) -> None:
        self._cover(self._timeout_page)

    def _timeout_page(self, context: PageContext) -> Page:
        session = self.session
        why, total = session.warning or Warn.IDLE, round(session.seconds_total)
        page = TimeoutPage(context, why, session.seconds_left, total)
        page.more_asked.connect(session.touch)
        page.end_asked.connect(self._on_end_asked)
        return page

    def _on_counted(self, seconds: int) -> None:
        if isinstance(self.page, TimeoutPage):
            self.page.set_seconds(seconds)

    def _on_resumed(self) -> None:
        self._overlay = None
        self._build()

    def _on_end_asked(self) -> None:
        self.end(End.CANCELLED)

    def _measure(self) -> Room:
        told = self._settings.citizen.px_per_mm
        screen = self.screen()
        return Room(
            self.width(), self.height(), told or screen.physicalDotsPerInch() / _MM_PER_INCH
        )

    def _on_resized(self) -> None:
        room = self._measure()
        if room != self._room:
            self._room = room
            self._rebuild()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._ticker.stop()
        self._language.use(LANGUAGES[0])
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_resized()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.page.can_go_back():
            self.page.back()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # All touches and keys come through the native window before they reach a widget.
        self.windowHandle().installEventFilter(self)
        if self._sheet is None:
            self._build()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self._touched = self._steady()
            if self.session.warning is None:  # else the page in front answers
                self.session.touch()
        return super().eventFilter(watched, event)


def _machine_works(state: State) -> bool:
    papers = (state.slip.state, state.ticket.state, state.receipt.state)
    printing = Printed.RUNNING in papers
    paying = state.step is Step.PAY and state.pay.followed
    handing_in = state.step is Step.HAND_IN and state.fault is None
    return (
        state.reading is not None or state.scanning is not None or handing_in or printing or paying
    )


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("a QApplication has to exist before a window")
    return app
