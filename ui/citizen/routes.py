"""Which page shows which state."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.journeys.submit import State, Step
from ui.citizen.page import PageContext, StatePage
from ui.citizen.pages.by_hand import ByHandPage
from ui.citizen.pages.card import CardPage
from ui.citizen.pages.card_key import CardKeyPage
from ui.citizen.pages.card_whole_key import CardWholeKeyPage
from ui.citizen.pages.check import CheckPage
from ui.citizen.pages.done import DonePage
from ui.citizen.pages.fault import FaultPage
from ui.citizen.pages.hand_in import HandInPage
from ui.citizen.pages.pay import PayPage
from ui.citizen.pages.person import PersonPage
from ui.citizen.pages.question import QuestionPage
from ui.citizen.pages.scan import ScanPage

_PAGES: dict[Step, Callable[[PageContext, State], StatePage]] = {
    Step.CARD_KEY: CardKeyPage,
    Step.CARD: CardPage,
    Step.BY_HAND: ByHandPage,
    Step.PERSON: PersonPage,
    Step.QUESTION: QuestionPage,
    Step.SCAN: ScanPage,
    Step.CHECK: CheckPage,
    Step.HAND_IN: HandInPage,
    Step.PAY: PayPage,
    Step.DONE: DonePage,
}


def page_for(context: PageContext, state: State) -> StatePage:
    """The page of a state; a fault comes before everything else."""
    if state.fault is not None:
        return FaultPage(context, state)
    if state.step is Step.CARD_KEY and state.whole_key:
        return CardWholeKeyPage(context, state)
    return _PAGES[state.step](context, state)


def same_page(former: State, state: State) -> bool:
    """Whether a page may take the newer state without being built anew."""
    return (former.step, former.question, former.fault, former.whole_key) == (
        state.step,
        state.question,
        state.fault,
        state.whole_key,
    )
