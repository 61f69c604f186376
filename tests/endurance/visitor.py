"""People who use the window while it drains: one session after the other, from the first page to the number."""

from __future__ import annotations

from pathlib import Path

from devices.idcard.simulated import SimulatedReader
from devices.scanner.simulated import SimulatedScanner
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import at_office, now
from kiosk.compose import Station
from kiosk.journeys.submit import Step
from tests.endurance.papers import PAGES
from ui.citizen.window import CitizenWindow
from ui.simulated_world.hand import Hand, NotThere, wait_until

_DIGITS = "012345"
"""The last six of the synthetic card's number."""


class Visitor:
    """``sessions``: how many people have taken a number; ``codes``: those of their dossiers."""

    def __init__(self, station: Station, window: CitizenWindow) -> None:
        devices = station.devices
        if devices is None:
            raise ValueError("a station without devices")
        reader, scanner = devices.reader, devices.scanner
        if not (isinstance(reader, SimulatedReader) and isinstance(scanner, SimulatedScanner)):
            raise TypeError("the devices are not simulated")
        self._reader, self._scanner = reader, scanner
        self._station = station
        self._hand = Hand(window, Path())  # takes no pictures
        self.codes: list[str] = []

    def session(self) -> None:
        """Reads the card, answers, scans, hands in, waits for the papers, lifts the card, goes."""
        hand, procedure = self._hand, self._procedure()
        hand.press_tile(procedure.short_name["vi"])
        hand.type(_DIGITS)
        hand.press_main()
        hand.wait_for(Step.CARD)
        self._reader.put_card()
        hand.wait_for(Step.PERSON)
        hand.press_main()
        self._answer(procedure)
        self._scan()
        hand.wait_for(Step.CHECK)
        hand.press_main()
        state = hand.wait(lambda state: state.handed_in is not None, "no number")
        self._pay_later()
        hand.wait_for(Step.DONE)
        if state.handed_in is not None:
            self.codes.append(state.handed_in.dossier.code)
        wait_until(lambda: False, 1.0)  # reads the number
        self._reader.lift_card()
        hand.press_main()

    def _answer(self, procedure: Procedure) -> None:
        hand, (paper, form, *others) = self._hand, procedure.questions
        hand.wait_for(Step.QUESTION)
        hand.press(paper.suggestions[0]["vi"])
        hand.press_main()
        hand.press(form.choices[0].label["vi"])
        hand.press_main()
        for _ in others:
            hand.press_main()

    def _scan(self) -> None:
        hand = self._hand
        hand.wait_for(Step.SCAN)
        self._scanner.load(PAGES)
        hand.press_source("ScanPage", "Quét giấy trong khay")
        hand.wait(lambda s: len(s.pages) == PAGES and s.scanning is None, "pages are missing")
        hand.press_main()

    def _pay_later(self) -> None:
        """Who can pay here pays at the counter all the same."""
        state = self._hand.wait(lambda state: state.step in (Step.PAY, Step.DONE), "no end")
        if state.step is Step.PAY:
            self._hand.wait(lambda state: state.pay.fee is not None, "the fee was not looked at")
            self._hand.press_source("PayPage", "Trả tại quầy")

    def _procedure(self) -> Procedure:
        found = self._station.catalogue.on("2.000815", at_office(now()).date())
        if found is None:
            raise NotThere("the procedure is not in the catalogue")
        return found
