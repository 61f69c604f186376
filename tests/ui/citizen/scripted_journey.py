"""A journey for windows under test: the product's own moves, with a script in place of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from devices.idcard.api import ReadProgress, ReadStep
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import HandedIn
from kiosk.journeys import submit as say
from kiosk.journeys.submit import Event, Paper, Printed, State
from kiosk.journeys.submit_moves import advance, begin
from kiosk.payments.standing import PayWay
from kiosk.people.card_check import CardCheck, Source
from ui.citizen import sample_pictures, samples
from ui.citizen.services import CitizenServices, CourierState, Notice
from ui.shots import sample_services


class ScriptedJourney:
    """Moves by `advance`; effects wait until the test calls `card_is_read`, `page_comes` …"""

    def __init__(
        self,
        procedure: Procedure,
        on_change: Callable[[State], None],
        pay_ways: tuple[PayWay, ...] = (),
    ) -> None:
        self.state = begin(procedure, scans_codes=True, pay_ways=pay_ways)
        self.events: list[Event] = []
        self.effects: list[say.Effect] = []
        self._on_change = on_change

    def send(self, event: Event) -> None:
        self.events.append(event)
        self.state, effects = advance(self.state, event, lambda: "key-1")
        self.effects += effects
        self._on_change(self.state)

    def jump(self, state: State) -> None:
        """Stands where ``state`` is, with what this station offers."""
        self.state = replace(state, pay=self.state.pay)
        self._on_change(self.state)

    def card_lies_there(self) -> None:
        self.send(say.CardPlaced())

    def card_is_read(self) -> None:
        self.send(say.CardProgressed(ReadProgress(ReadStep.READING, 2, 5)))
        self.send(say.CardProgressed(ReadProgress(ReadStep.CHECKING)))
        check = CardCheck(Source.CHIP, access="PACE-CAN", lamps=samples.PARTLY)
        self.send(say.CardRead(samples.PERSON, sample_pictures.portrait(), check))

    def page_comes(self, number: int) -> None:
        self.send(say.PageProgressed(0.5))
        self.send(say.PageScanned(sample_pictures.sheet(number)))

    def feeder_is_empty(self) -> None:
        self.send(say.ScanEnded())

    def dossier_is_saved(self) -> None:
        self.send(say.DossierHandedIn(samples.handed_in(self.state)))

    def papers_come(self) -> None:
        self.send(say.SlipPrinted(Paper(Printed.CONFIRMED)))
        self.send(say.TicketPrinted(Paper(Printed.UNCONFIRMED)))


class Office:
    """Hands out `ScriptedJourney`; what it answers can be changed while a window is open."""

    def __init__(self) -> None:
        self.journeys: list[ScriptedJourney] = []
        self.notices: list[Notice] = []
        self.courier = CourierState(online=True, waiting=0)
        self.sent = False
        self.staff_calls = 0
        self.hears_codes = True
        self.pay_ways: tuple[PayWay, ...] = ()

    @property
    def journey(self) -> ScriptedJourney:
        return self.journeys[-1]

    def services(self) -> CitizenServices:
        return replace(
            sample_services(),
            start=self._start,
            device_notices=lambda: tuple(self.notices),
            courier_state=lambda: self.courier,
            is_sent=self._is_sent,
            call_staff=self._call_staff,
            hears_codes=lambda: self.hears_codes,
        )

    def _start(self, procedure: Procedure, on_change: Callable[[State], None]) -> ScriptedJourney:
        journey = ScriptedJourney(procedure, on_change, self.pay_ways)
        self.journeys.append(journey)
        return journey

    def _is_sent(self, _: HandedIn) -> bool:
        return self.sent

    def _call_staff(self) -> None:
        self.staff_calls += 1
