"""The moves of the journey "hand in a dossier": (state, event) -> (state, effects), and nothing else.

An event that doesn't fit the step is ignored: a press that comes twice, a result that comes after
the person went back. Card pulled, time-out and cancel are answered in every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.catalogue.procedure import Procedure
from kiosk.journeys import card_moves, pay_moves
from kiosk.journeys import submit as say
from kiosk.journeys.moves import Moved, shown_fault, stay
from kiosk.journeys.paying import Pay
from kiosk.journeys.submit import Event, Paper, Printed, State, Step
from kiosk.payments.standing import PayWay
from kiosk.people.card_check import Source

NewKey = Callable[[], str]


def begin(
    procedure: Procedure, *, scans_codes: bool = False, pay_ways: tuple[PayWay, ...] = ()
) -> State:
    """The first state of a journey; ``scans_codes``: there is a reader for QR codes. ``pay_ways``: how a
    fee can be paid from here, empty where the counter alone takes it."""
    return State(procedure, scans_codes=scans_codes, pay=Pay(ways=pay_ways))


def advance(state: State, event: Event, new_key: NewKey) -> Moved:
    """The next state and what is to be done; ``new_key`` makes an idempotency key."""
    if state.step is Step.ENDED:
        return state, ()
    if isinstance(event, say.PagesConfirmed):
        moved, effects = _pages_confirmed(state, new_key)
    else:
        moved, effects = _MOVES[type(event)](state, event)
    if moved.step is Step.CHECK and state.step is not Step.CHECK:
        effects = (*effects, say.Prepare(moved))
    return moved, effects


def page_limits(state: State) -> tuple[int, int]:
    """Fewest and most pages of the component that is scanned."""
    rule = next(c for c in state.procedure.components if c.scanned)
    return rule.minimum_pages, rule.maximum_pages


def _person_confirmed(state: State, _: say.PersonConfirmed) -> Moved:
    if state.step is not Step.PERSON:
        return stay(state)
    first = Step.QUESTION if state.procedure.questions else Step.SCAN
    return stay(replace(state, step=first, question=0))


# --- the form ---------------------------------------------------------------------------------


def _answered(state: State, event: say.Answered) -> Moved:
    questions = state.procedure.questions
    if state.step is not Step.QUESTION or questions[state.question].name != event.name:
        return stay(state)
    answers = {k: v for k, v in state.answers.items() if k != event.name}
    if event.value is not None:
        answers[event.name] = event.value
    state = replace(state, answers=answers)
    if state.editing:
        return stay(replace(state, step=Step.CHECK, editing=False))
    if state.question + 1 < len(questions):
        return stay(replace(state, question=state.question + 1))
    return stay(replace(state, step=Step.SCAN))


# --- the scanner ------------------------------------------------------------------------------


def _scan_asked(state: State, event: say.ScanAsked) -> Moved:
    if state.step is not Step.SCAN or state.scanning is not None:
        return stay(state)
    return replace(state, scanning=0.0, fault=None), (say.ScanPages(event.source),)


def _scan_stopped(state: State, _: say.ScanStopped) -> Moved:
    return state, (say.StopWork(),) if state.scanning is not None else ()


def _page_progressed(state: State, event: say.PageProgressed) -> Moved:
    if state.scanning is not None:
        state = replace(state, scanning=event.share)
    return stay(state)


def _page_scanned(state: State, event: say.PageScanned) -> Moved:
    if state.step is not Step.SCAN or state.scanning is None:
        return stay(state)
    most = page_limits(state)[1]
    if len(state.pages) >= most:
        state = replace(state, fault=shown_fault("TOO_MANY_PAGES"))
        return state, (say.StopWork(),)
    return stay(replace(state, pages=(*state.pages, event.page), scanning=0.0))


def _scan_ended(state: State, _: say.ScanEnded) -> Moved:
    return stay(replace(state, scanning=None))


def _scan_failed(state: State, event: say.ScanFailed) -> Moved:
    if state.step is not Step.SCAN:
        return stay(state)
    return stay(replace(state, scanning=None, fault=shown_fault(event.code)))


def _page_removed(state: State, event: say.PageRemoved) -> Moved:
    if state.step is not Step.SCAN or not 0 <= event.index < len(state.pages):
        return stay(state)
    pages = state.pages[: event.index] + state.pages[event.index + 1 :]
    return stay(replace(state, pages=pages))


def _pages_confirmed(state: State, new_key: NewKey) -> Moved:
    fewest, most = page_limits(state)
    enough = fewest <= len(state.pages) <= most
    if state.step is not Step.SCAN or state.scanning is not None or not enough:
        return stay(state)
    # The key is born once, when the review page opens for the first time: every later press,
    # retry or correction of this hand-in carries the same key, so it can't become two dossiers.
    key = state.submission_key or new_key()
    return stay(replace(state, step=Step.CHECK, editing=False, fault=None, submission_key=key))


# --- review and hand in -----------------------------------------------------------------------


def _edit_asked(state: State, event: say.EditAsked) -> Moved:
    if state.step is not Step.CHECK:
        return stay(state)
    if event.name == "pages":
        return stay(replace(state, step=Step.SCAN, editing=True))
    names = [q.name for q in state.procedure.questions]
    if event.name not in names:
        return stay(state)
    return stay(replace(state, step=Step.QUESTION, question=names.index(event.name), editing=True))


def _hand_in_pressed(state: State, _: say.HandInPressed) -> Moved:
    if state.step is not Step.CHECK:
        return stay(state)
    state = replace(state, step=Step.HAND_IN, fault=None)
    return state, (say.HandIn(state),)


def _handed_in(state: State, event: say.DossierHandedIn) -> Moved:
    if state.step is not Step.HAND_IN or state.handed_in is not None:
        return stay(state)
    running = Paper(Printed.RUNNING)
    state = replace(state, handed_in=event.handed_in, slip=running, ticket=running, fault=None)
    return state, (say.PrintPapers(event.handed_in),)


def _hand_in_failed(state: State, event: say.HandInFailed) -> Moved:
    if state.step is not Step.HAND_IN or state.handed_in is not None:
        return stay(state)
    return stay(replace(state, fault=shown_fault(event.code)))


def _slip_printed(state: State, event: say.SlipPrinted) -> Moved:
    return _papers_settled(replace(state, slip=event.paper))


def _ticket_printed(state: State, event: say.TicketPrinted) -> Moved:
    picture = event.picture or state.ticket_picture
    return _papers_settled(replace(state, ticket=event.paper, ticket_picture=picture))


def _papers_settled(state: State) -> Moved:
    running = Printed.RUNNING in (state.slip.state, state.ticket.state)
    if state.step is Step.HAND_IN and state.handed_in and not running:
        return pay_moves.enter(state)
    return stay(state)


def _print_again(state: State, event: say.PrintAgainAsked) -> Moved:
    if state.step is not Step.DONE or state.handed_in is None:
        return stay(state)
    running = Paper(Printed.RUNNING)
    slip = event.slip and state.slip.state is not Printed.RUNNING
    ticket = event.ticket and state.ticket.state is not Printed.RUNNING
    if not (slip or ticket):
        return stay(state)
    effect = say.PrintPapers(state.handed_in, slip=slip, ticket=ticket, again=True)
    state = replace(
        state, slip=running if slip else state.slip, ticket=running if ticket else state.ticket
    )
    return state, (effect,)


# --- back, again, end -------------------------------------------------------------------------


def _back(state: State, _: say.BackPressed) -> Moved:
    if state.step is Step.PAY:
        return pay_moves.back(state)
    if state.step is Step.CARD_KEY and state.whole_key:
        return stay(replace(state, whole_key=False, fault=None))
    if state.step is Step.CARD_KEY:
        return _ended(state, say.JourneyEnded(say.End.CANCELLED))
    moved = replace(state, fault=None)
    if state.editing:
        moved = replace(moved, step=Step.CHECK, editing=False)
    elif state.step is Step.QUESTION and state.question > 0:
        moved = replace(moved, question=state.question - 1)
    elif state.step is Step.SCAN and state.procedure.questions:
        moved = replace(moved, step=Step.QUESTION, question=len(state.procedure.questions) - 1)
    elif state.step is Step.PERSON and state.check.source is not Source.CHIP:
        moved = replace(moved, step=Step.BY_HAND)
    elif state.step in _BEFORE and not (state.step is Step.HAND_IN and state.fault is None):
        moved = replace(moved, step=_BEFORE[state.step])
    else:
        return stay(state)
    stop = (say.StopWork(),) if state.reading or state.scanning is not None else ()
    return replace(card_moves.at_rest(moved), scanning=None), stop


_BEFORE: Mapping[Step, Step] = {
    Step.CARD: Step.CARD_KEY,
    Step.BY_HAND: Step.CARD_KEY,
    Step.PERSON: Step.CARD_KEY,
    Step.QUESTION: Step.PERSON,
    Step.SCAN: Step.PERSON,
    Step.CHECK: Step.SCAN,
    Step.HAND_IN: Step.CHECK,  # only after a fault: nothing was committed
}


def _retry(state: State, _: say.RetryPressed) -> Moved:
    if state.fault is None:
        return stay(state)
    if state.step is Step.CARD:
        return card_moves.retry(state)
    state = replace(state, fault=None)
    if state.step is Step.HAND_IN:
        return state, (say.HandIn(state),)
    return stay(state)


def _program_failed(state: State, _: say.ProgramFailed) -> Moved:
    broken = Paper(Printed.FAILED, "PROGRAM_ERROR")
    state = replace(
        card_moves.at_rest(state),
        scanning=None,
        slip=broken if state.slip.state is Printed.RUNNING else state.slip,
        ticket=broken if state.ticket.state is Printed.RUNNING else state.ticket,
        receipt=broken if state.receipt.state is Printed.RUNNING else state.receipt,
        pay=pay_moves.broken(state.pay),
    )
    if state.handed_in is None:
        state = replace(state, fault=shown_fault("PROGRAM_ERROR"))
    return _papers_settled(state)


def _ended(state: State, event: say.JourneyEnded) -> Moved:
    # While the commit runs nobody can know yet whether there is a dossier: the end waits for it.
    if state.step is Step.HAND_IN and state.handed_in is None and state.fault is None:
        return stay(state)
    return State(state.procedure, step=Step.ENDED, end=event.why), (say.StopWork(),)


_MOVES: Mapping[type, Callable[[State, Any], Moved]] = {
    **card_moves.MOVES,
    **pay_moves.MOVES,
    say.PersonConfirmed: _person_confirmed,
    say.Answered: _answered,
    say.ScanAsked: _scan_asked,
    say.ScanStopped: _scan_stopped,
    say.PageProgressed: _page_progressed,
    say.PageScanned: _page_scanned,
    say.ScanEnded: _scan_ended,
    say.ScanFailed: _scan_failed,
    say.PageRemoved: _page_removed,
    say.EditAsked: _edit_asked,
    say.HandInPressed: _hand_in_pressed,
    say.DossierHandedIn: _handed_in,
    say.HandInFailed: _hand_in_failed,
    say.SlipPrinted: _slip_printed,
    say.TicketPrinted: _ticket_printed,
    say.PrintAgainAsked: _print_again,
    say.BackPressed: _back,
    say.RetryPressed: _retry,
    say.ProgramFailed: _program_failed,
    say.JourneyEnded: _ended,
}
