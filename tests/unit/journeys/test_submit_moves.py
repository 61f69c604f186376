"""The moves of the submit journey, as lists of events."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.idcard.api import CardKey, ReadProgress, ReadStep
from devices.scanner.api import ScannedPage
from kiosk.journeys import submit as say
from kiosk.journeys.submit import Paper, Printed, State, Step
from kiosk.journeys.submit_moves import advance, begin
from tests.samples import a_handed_in, a_person, a_procedure

KEY = CardKey("001300012345", "000302", "400302")
PAGE = ScannedPage(b"\xff\xd8\xff\xd9", 10, 10, 200)
PERSON = a_person()
UNTIL_PERSON = [say.CardKeyTyped(KEY), say.CardPlaced(), say.CardRead(PERSON, None)]
UNTIL_SCAN = [
    *UNTIL_PERSON,
    say.PersonConfirmed(),
    say.Answered("paper", "Bằng tốt nghiệp"),
    say.Answered("form", "electronic"),
    say.Answered("copies", 2),
    say.Answered("phone", None),
]
UNTIL_CHECK = [
    *UNTIL_SCAN,
    say.ScanAsked(),
    say.PageScanned(PAGE),
    say.PageScanned(PAGE),
    say.ScanEnded(),
    say.PagesConfirmed(),
]
UNTIL_HAND_IN = [*UNTIL_CHECK, say.HandInPressed()]


def run(events, state: State | None = None):
    """The last state and all effects of a list of events."""
    state = state or begin(a_procedure())
    keys = (f"key-{n}" for n in itertools.count(1))
    effects = []
    for event in events:
        state, more = advance(state, event, lambda: next(keys))
        effects += more
    return state, effects


def test_the_whole_way_hands_in_once_and_prints_both_papers():
    handed_in = a_handed_in()
    state, effects = run(
        [
            *UNTIL_HAND_IN,
            say.DossierHandedIn(handed_in),
            say.SlipPrinted(Paper(Printed.CONFIRMED)),
            say.TicketPrinted(Paper(Printed.UNCONFIRMED)),
        ]
    )
    assert state.step is Step.DONE
    assert [type(e).__name__ for e in effects] == [
        "ReadCard",
        "ScanPages",
        "Prepare",
        "HandIn",
        "PrintPapers",
    ]
    assert state.submission_key == "key-1"
    assert dict(state.answers) == {"paper": "Bằng tốt nghiệp", "form": "electronic", "copies": 2}


def test_a_card_that_lies_there_already_is_read_when_the_key_is_typed():
    state, effects = run([say.CardPlaced(), say.CardKeyTyped(KEY)])
    assert state.step is Step.CARD
    assert effects == [say.ReadCard(KEY)]


def test_a_double_press_hands_in_once():
    _, effects = run([*UNTIL_HAND_IN, say.HandInPressed(), say.HandInPressed()])
    assert sum(isinstance(e, say.HandIn) for e in effects) == 1


def test_the_key_survives_corrections_and_a_failed_commit():
    events = [
        *UNTIL_CHECK,
        say.EditAsked("copies"),
        say.Answered("copies", 3),
        say.HandInPressed(),
        say.HandInFailed("DISK_FULL"),
        say.BackPressed(),
        say.EditAsked("pages"),
        say.PagesConfirmed(),
        say.HandInPressed(),
        say.HandInFailed("DISK_FULL"),
        say.RetryPressed(),
    ]
    state, effects = run(events)
    assert state.submission_key == "key-1"
    assert sum(isinstance(e, say.HandIn) for e in effects) == 3
    assert state.answers["copies"] == 3


def test_each_opening_of_the_review_page_prepares_what_it_shows():
    state, effects = run(
        [
            *UNTIL_CHECK,
            say.EditAsked("copies"),
            say.Answered("copies", 3),
            say.EditAsked("pages"),
            say.PageRemoved(0),
            say.BackPressed(),
            say.HandInPressed(),
            say.HandInFailed("DISK_FULL"),
            say.BackPressed(),
        ]
    )
    prepared = [one.state for one in effects if isinstance(one, say.Prepare)]
    assert [(one.answers["copies"], len(one.pages)) for one in prepared] == [
        (2, 2),
        (3, 2),
        (3, 1),
        (3, 1),
    ]
    assert {one.submission_key for one in prepared} == {"key-1"}
    assert state.step is Step.CHECK


def test_a_wrong_key_goes_back_to_typing():
    state, _ = run([say.CardKeyTyped(KEY), say.CardPlaced(), say.CardFailed("WRONG_KEY")])
    assert state.fault == say.ShownFault("WRONG_KEY", retry=True)
    state, effects = run([say.CardLifted(), say.CardPlaced()], state)
    assert not effects, "the same wrong key is not tried again by itself"
    state, _ = run([say.RetryPressed()], state)
    assert (state.step, state.fault) == (Step.CARD_KEY, None)


def test_a_pulled_card_is_read_again_when_put_back():
    state, effects = run(
        [
            say.CardKeyTyped(KEY),
            say.CardPlaced(),
            say.CardLifted(),
            say.CardFailed("CARD_REMOVED"),
            say.CardPlaced(),
        ]
    )
    assert effects == [say.ReadCard(KEY), say.ReadCard(KEY)]
    assert state.fault is None


def test_too_many_pages_stop_the_scanner_and_keep_what_fits():
    most = a_procedure().components[0].maximum_pages
    state, effects = run([*UNTIL_SCAN, say.ScanAsked(), *[say.PageScanned(PAGE)] * (most + 1)])
    assert len(state.pages) == most
    assert state.fault is not None
    assert state.fault.code == "TOO_MANY_PAGES"
    assert say.StopWork() in effects


def test_the_review_needs_a_page():
    state, _ = run([*UNTIL_SCAN, say.PagesConfirmed()])
    assert state.step is Step.SCAN


def test_the_end_waits_for_a_running_commit():
    state, _ = run([*UNTIL_HAND_IN, say.JourneyEnded(say.End.CARD_PULLED)])
    assert state.step is Step.HAND_IN
    state, _ = run([say.DossierHandedIn(a_handed_in()), say.JourneyEnded(say.End.IDLE)], state)
    assert state.step is Step.ENDED


def test_failed_papers_still_come_to_the_done_page():
    state, _ = run(
        [
            *UNTIL_HAND_IN,
            say.DossierHandedIn(a_handed_in()),
            say.SlipPrinted(Paper(Printed.FAILED, "PRINTER_PAPER_OUT")),
            say.TicketPrinted(Paper(Printed.FAILED, "TICKET_PAPER_OUT")),
        ]
    )
    assert state.step is Step.DONE
    state, effects = run([say.PrintAgainAsked(ticket=True)], state)
    assert effects == [say.PrintPapers(state.handed_in, slip=False, ticket=True, again=True)]
    state, effects = run([say.PrintAgainAsked(ticket=True)], state)
    assert not effects, "a reprint that runs is not asked twice"


def test_a_bug_while_printing_does_not_hide_the_dossier():
    state, _ = run([*UNTIL_HAND_IN, say.DossierHandedIn(a_handed_in()), say.ProgramFailed()])
    assert state.step is Step.DONE
    assert state.ticket == Paper(Printed.FAILED, "PROGRAM_ERROR")


@pytest.mark.parametrize("events", [UNTIL_PERSON, UNTIL_SCAN, UNTIL_CHECK])
def test_the_end_wipes_everything(events):
    state, effects = run([*events, say.JourneyEnded(say.End.IDLE)])
    assert replace(state, procedure=a_procedure()) == State(
        a_procedure(), step=Step.ENDED, end=say.End.IDLE
    )
    assert effects[-1] == say.StopWork()


def test_back_walks_all_the_way_home():
    state, _ = run([*UNTIL_CHECK])
    seen = []
    while state.step is not Step.ENDED:
        seen.append(state.step)
        state, _ = run([say.BackPressed()], state)
    assert seen == [Step.CHECK, Step.SCAN, *[Step.QUESTION] * 4, Step.PERSON, Step.CARD_KEY]
    assert state.end is say.End.CANCELLED


ANY_EVENT = st.sampled_from(
    [
        *UNTIL_HAND_IN,
        say.CardLifted(),
        say.CardFailed("WRONG_KEY"),
        say.CardFailed("CARD_REMOVED"),
        say.CardProgressed(ReadProgress(ReadStep.READING, 1, 4)),
        say.PageProgressed(0.5),
        say.ScanFailed("SCANNER_JAM"),
        say.ScanStopped(),
        say.PageRemoved(0),
        say.EditAsked("pages"),
        say.EditAsked("nonsense"),
        say.HandInFailed("DISK_FULL"),
        say.DossierHandedIn(a_handed_in()),
        say.SlipPrinted(Paper(Printed.CONFIRMED)),
        say.TicketPrinted(Paper(Printed.FAILED, "TICKET_OFFLINE")),
        say.PrintAgainAsked(slip=True),
        say.BackPressed(),
        say.RetryPressed(),
        say.ProgramFailed(),
        say.ByHandAsked(),
        say.WholeKeyAsked(),
        say.CodeScanned(None),
        say.PersonTyped(PERSON),
        say.ReaderLost("NO_READER"),
        say.ReaderFound(),
    ]
)


@given(st.lists(ANY_EVENT, max_size=60))
def test_any_order_of_events_keeps_the_promises(events):
    state, effects = run([*UNTIL_CHECK[:3], *events])
    keys = {e.state.submission_key for e in effects if isinstance(e, say.HandIn)}
    assert len(keys) <= 1, "one act, one key"
    for effect in effects:
        if isinstance(effect, say.HandIn):
            assert effect.state.pages
            assert effect.state.person is not None
    assert sum(isinstance(e, say.PrintPapers) and not e.again for e in effects) <= 1
    if state.step is Step.DONE:
        assert state.handed_in is not None
