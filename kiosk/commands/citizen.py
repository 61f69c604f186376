"""The citizen's window on an opened station."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from types import TracebackType

from devices.code_reader.api import CodeReader
from devices.status import Level
from kiosk.catalogue.fees import fee_of
from kiosk.catalogue.offer import Offer
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import at_office, now
from kiosk.compose import Station, courier_running, open_station
from kiosk.dossiers.dossier import HandedIn
from kiosk.faults import Fault
from kiosk.journeys import submit as say
from kiosk.journeys.conductor import Bench, Conductor
from kiosk.journeys.submit import Event, State
from kiosk.logbook import tell_bug
from kiosk.settings import Settings
from ui.application import application, beep, calm_collector
from ui.background import Poster
from ui.citizen.language import day_and_hour
from ui.citizen.services import CitizenServices, CourierState, JourneyHandle, Notice
from ui.citizen.window import CitizenWindow

log = logging.getLogger(__name__)

_CALM_S = 2.0
"""Two bugs within this time: the second one ends the session."""


def open_citizen(settings: Settings) -> int:
    """Opens the citizen's face and gives the program's exit code."""
    app = application()
    with open_station(settings) as station, serving(_hearing_keys(station)) as window:
        window.open()
        return app.exec()


def _hearing_keys(station: Station) -> Station:
    """A scanner that types as a keyboard is heard by the window."""
    chosen = station.settings.devices.code_reader
    if chosen.driver != "wedge" or station.bench is None:
        return station
    from ui.parts.wedge_filter import WedgeFilter

    wedge = WedgeFilter(application(), chosen.key_gap_ms / 1000)
    return replace(station, bench=replace(station.bench, code_reader=wedge))


@contextmanager
def serving(
    station: Station, observe: Callable[[Event], None] | None = None
) -> Iterator[CitizenWindow]:
    """The window with everything that runs behind it: courier, device health; ends them in order.

    ``observe`` sees every event of the window's journeys.
    """
    if station.bench is None or station.health is None:
        raise ValueError("a station without devices")
    poster = Poster()
    office = _Office(station, station.bench, poster, observe)
    station.health.start()
    with courier_running(station):
        window = CitizenWindow(office.services(), station.settings)
        former_hook, sys.excepthook = sys.excepthook, _Guard(window, poster)
        try:
            with calm_collector():
                yield window
        finally:
            sys.excepthook = former_hook
            window.end(say.End.FINISHED)
            window.close()
            poster.close()
            station.health.stop()


class _Guard:
    """What happens to a bug on the window's thread: it is logged, the page is reset, the station stays up."""

    def __init__(self, window: CitizenWindow, poster: Poster) -> None:
        self._window = window
        self._poster = poster
        self._last = -_CALM_S

    def __call__(
        self, kind: type[BaseException], bug: BaseException, place: TracebackType | None
    ) -> None:
        tell_bug(bug)
        again, self._last = monotonic() - self._last < _CALM_S, monotonic()
        state = self._window.state
        if state is not None and state.handed_in is not None:
            return  # the code and the number stay on the screen
        # Once: the fault page of this journey. Right again: that page itself is broken, so home.
        self._poster.post(
            lambda: (
                self._window.end(say.End.FINISHED)
                if again
                else self._window.send(say.ProgramFailed())
            )
        )


class Hearing:
    """Whether the reader of QR codes works, as it said last. Asking has it looked at once more, on the
    readers' worker; until it has answered, and where nothing is known, it is taken for working."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._works = True
        self._under_way = False

    def __call__(self) -> bool:
        reader = self._bench.code_reader
        if reader is not None and not self._under_way:
            self._under_way = True
            self._bench.workers.reader.submit(lambda: self._look(reader))
        return self._works

    def _look(self, reader: CodeReader) -> None:
        try:
            self._works = reader.status().level is not Level.FAULT
        finally:
            self._under_way = False


class _Office:
    """Answers the window's questions, almost always from memory, and starts its journeys."""

    def __init__(
        self,
        station: Station,
        bench: Bench,
        poster: Poster,
        observe: Callable[[Event], None] | None,
    ) -> None:
        self._observe = observe
        self._station = station
        self._bench = bench
        self._poster = poster
        self._sent: set[str] = set()
        self._asked_at: object = None
        self._picture: bytes = b""
        self._shown = ""  # the dossier whose number the window has shown last

    def services(self) -> CitizenServices:
        station = self._station
        codes = station.settings.citizen.procedures
        return CitizenServices(
            procedures=Offer(station.catalogue, codes, lambda: at_office(now()).date()),
            start=self.start,
            device_notices=self.notices,
            courier_state=self.courier_state,
            fee=lambda state: fee_of(state.procedure, state.answers, len(state.pages)),
            due_words=lambda handed_in, language: day_and_hour(handed_in.dossier.due_at, language),
            ticket_png=lambda _: self._picture,
            is_sent=self.is_sent,
            call_staff=self.call_staff,
            hears_codes=Hearing(self._bench),
            asks_online_for=station.settings.eid.purpose if station.settings.eid.url else "",
        )

    def start(self, procedure: Procedure, on_change: Callable[[State], None]) -> JourneyHandle:
        def changed(state: State) -> None:
            self._picture = state.ticket_picture or b""
            on_change(state)
            self._note_shown(state)

        conductor = Conductor(self._bench, procedure, self._poster.post, changed, self._on_event)
        # The window takes the handle before it hears of the first change.
        self._poster.post(conductor.start)
        return conductor

    def _on_event(self, event: Event) -> None:
        if self._observe is not None:
            self._observe(event)
        if isinstance(event, say.DossierHandedIn):
            self._station.wake()

    def _note_shown(self, state: State) -> None:
        """A number counts as shown once a page stands that shows it: not when the page failed, or never came."""
        dossier = state.handed_in.dossier.id if state.handed_in else ""
        if dossier and dossier != self._shown:
            self._shown = dossier
            self._bench.workers.store.submit(lambda: self._station.register.mark_shown(dossier))

    def notices(self) -> list[Notice]:
        health = self._station.health
        troubles = health.troubles() if health else []
        found = [Notice(trouble.code, trouble.blocks) for trouble in troubles]
        return [*found, Notice("CLOCK_WRONG")] if self._station.outbox.clock_is_wrong else found

    def courier_state(self) -> CourierState:
        condition = self._station.courier.condition
        return CourierState(condition.online, condition.waiting)

    def is_sent(self, handed_in: HandedIn) -> bool:
        """Whether the portal has accepted it. The store is asked only after the courier has moved."""
        key, condition = handed_in.dossier.key, self._station.courier.condition
        if key not in self._sent and condition is not self._asked_at:
            try:
                sent = self._station.outbox.is_acknowledged(key)
            except Fault as fault:
                log.warning("store not read: %s", fault.code)
                return False
            self._asked_at = condition
            if sent:
                self._sent.add(key)
        return key in self._sent

    def call_staff(self) -> None:
        log.info("staff called")
        beep()
