"""The moves of paying: the dossier is in whatever happens, one page is opened a try, nothing is said to be paid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.journeys import paying
from kiosk.journeys import submit as say
from kiosk.journeys.paying import FeeSeen, Pay, PayLeft, PaymentFailed, PayWayChosen
from kiosk.journeys.submit import End, Paper, Printed, State, Step
from kiosk.journeys.submit_moves import advance
from kiosk.payments.standing import FeeStanding, FeeWord, PayWay
from tests.samples import a_handed_in, a_procedure

ALL = (PayWay.PLATFORM, PayWay.TRANSFER, PayWay.COUNTER)
DOSSIER = a_handed_in().dossier.id
OWED = FeeStanding(FeeWord.OWED, 15_000, 15_000, "C1", transfer="000201…")
WAITING = FeeStanding(FeeWord.WAITING, 15_000, 15_000, "C1", page="https://pay.invalid/1")
UNCLEAR = FeeStanding(FeeWord.TROUBLE, 15_000, 15_000, "C1", fault="PAYMENT_UNCLEAR")
PAID = FeeStanding(FeeWord.PAID, numbers=("GD1",), paid=15_000)


def run(state: State, *events: say.Event) -> tuple[State, list[say.Effect]]:
    effects: list[say.Effect] = []
    for event in events:
        state, more = advance(state, event, lambda: "key-1")
        effects += more
    return state, effects


def handed_in(ways: tuple[PayWay, ...] = ALL, fee: int = 15_000) -> State:
    made = a_handed_in()
    made = replace(made, dossier=replace(made.dossier, fee=fee))
    return State(
        a_procedure(),
        step=Step.HAND_IN,
        handed_in=made,
        slip=Paper(Printed.CONFIRMED),
        ticket=Paper(Printed.RUNNING),
        pay=Pay(ways=ways),
    )


def at_paying() -> State:
    state, effects = run(handed_in(), say.TicketPrinted(Paper(Printed.CONFIRMED)))
    assert (state.step, effects) == (Step.PAY, [paying.LookAtFee(DOSSIER)])
    state, effects = run(state, FeeSeen(OWED))
    assert effects == []
    return state


@pytest.mark.parametrize("state", [handed_in(ways=()), handed_in(fee=0)])
def test_where_nothing_can_be_paid_from_here_the_journey_is_as_before(state: State) -> None:
    state, effects = run(state, say.TicketPrinted(Paper(Printed.CONFIRMED)))
    assert (state.step, effects) == (Step.DONE, [])


def test_a_fee_that_is_settled_already_is_no_step() -> None:
    state, _ = run(handed_in(), say.TicketPrinted(Paper(Printed.FAILED)))
    state, _ = run(state, FeeSeen(FeeStanding(FeeWord.NOTHING)))
    assert state.step is Step.DONE


def test_pressing_twice_opens_one_page() -> None:
    press = PayWayChosen(PayWay.PLATFORM)
    state, effects = run(at_paying(), press, press, FeeSeen(WAITING, 300), press)
    assert effects == [paying.OpenPayment(DOSSIER)]
    assert state.pay.followed
    assert state.pay.fee == WAITING


def test_paid_is_said_when_the_platform_said_so() -> None:
    state, _ = run(at_paying(), PayWayChosen(PayWay.PLATFORM), FeeSeen(WAITING, 300))
    assert state.pay.paid == ()
    state, _ = run(state, FeeSeen(PAID, 290))
    assert state.pay.paid == ("GD1",)
    assert not state.pay.followed
    state, effects = run(state, paying.ReceiptAsked(), paying.ReceiptAsked())
    assert effects == [paying.PrintReceipt(state.handed_in, PAID)]
    state, _ = run(state, say.ReceiptPrinted(Paper(Printed.CONFIRMED)), PayLeft())
    assert (state.step, state.receipt.state) == (Step.DONE, Printed.CONFIRMED)


def test_a_transfer_is_never_said_to_be_paid() -> None:
    state, effects = run(at_paying(), PayWayChosen(PayWay.TRANSFER))
    assert (state.pay.way, effects) == (PayWay.TRANSFER, [])
    state, _ = run(state, say.BackPressed())
    assert state.pay.way is None
    state, _ = run(state, PayWayChosen(PayWay.TRANSFER), PayLeft())
    assert (state.step, state.pay.paid) == (Step.DONE, ())


@pytest.mark.parametrize("code", ["PAYMENT_DOWN", "PAYMENT_REFUSED", "DISK_FULL"])
def test_what_cannot_be_reached_leaves_the_counter_and_may_be_tried_again(code: str) -> None:
    press = PayWayChosen(PayWay.PLATFORM)
    state, _ = run(at_paying(), press, PaymentFailed(code))
    assert (state.step, state.pay.way, state.pay.fault) == (Step.PAY, PayWay.COUNTER, code)
    again, effects = run(state, press, FeeSeen(WAITING, 300))
    assert effects == [paying.OpenPayment(DOSSIER)]
    assert again.pay.fault == ""
    state, _ = run(state, PayLeft())
    assert state.step is Step.DONE


def test_a_try_that_came_to_nothing_lets_choose_again() -> None:
    state, _ = run(at_paying(), PayWayChosen(PayWay.PLATFORM), FeeSeen(WAITING, 300))
    state, _ = run(state, FeeSeen(OWED, 200))
    assert (state.pay.way, state.pay.failed) == (None, True)
    _, effects = run(state, PayWayChosen(PayWay.PLATFORM))
    assert effects == [paying.OpenPayment(DOSSIER)]


def test_the_next_fee_of_the_dossier_is_no_failure_of_the_first() -> None:
    second = replace(OWED, claim="C2", owed=5_000, asked=5_000)
    state, _ = run(at_paying(), PayWayChosen(PayWay.PLATFORM), FeeSeen(WAITING, 300))
    state, _ = run(state, FeeSeen(second, 200))
    assert (state.pay.way, state.pay.failed, state.pay.fee) == (None, False, second)


def test_an_unclear_try_is_followed_and_no_other_is_begun() -> None:
    press = PayWayChosen(PayWay.PLATFORM)
    state, _ = run(at_paying(), press, FeeSeen(UNCLEAR, 300))
    assert state.pay.fault == "PAYMENT_UNCLEAR"
    assert state.pay.followed
    _, effects = run(state, press)
    assert effects == []


def test_when_the_time_is_over_the_person_may_ask_again() -> None:
    state, _ = run(at_paying(), PayWayChosen(PayWay.PLATFORM), FeeSeen(WAITING, 300))
    _, effects = run(state, paying.FeeAskedAgain())
    assert effects == [], "it is being asked already"
    state, _ = run(state, FeeSeen(WAITING, 0))
    state, effects = run(state, paying.FeeAskedAgain(), paying.FeeAskedAgain())
    assert effects == [paying.FollowFee(DOSSIER)]
    state, _ = run(state, FeeSeen(PAID, 300))
    assert state.pay.paid


def test_money_that_comes_on_the_last_page_is_seen_there() -> None:
    state, _ = run(at_paying(), PayWayChosen(PayWay.PLATFORM), FeeSeen(WAITING, 300), PayLeft())
    assert state.step is Step.DONE
    state, _ = run(state, FeeSeen(PAID, 250))
    assert state.pay.paid == ("GD1",)


def test_from_the_last_page_back_to_paying_shows_the_same_page() -> None:
    state, _ = run(at_paying(), PayWayChosen(PayWay.COUNTER))
    assert state.step is Step.DONE
    state, _ = run(state, paying.PayReopened())
    assert (state.step, state.pay.way) == (Step.PAY, None)
    state, _ = run(state, PayWayChosen(PayWay.PLATFORM), FeeSeen(WAITING, 300), PayLeft())
    state, effects = run(state, paying.PayReopened())
    assert (state.step, state.pay.way, effects) == (Step.PAY, PayWay.PLATFORM, [])


def test_a_bug_while_the_page_is_opened_leaves_the_counter() -> None:
    state, _ = run(at_paying(), PayWayChosen(PayWay.PLATFORM), say.ProgramFailed())
    assert (state.step, state.pay.opening, state.pay.fault) == (Step.PAY, False, "PROGRAM_ERROR")


def test_the_end_stops_the_asking() -> None:
    state, _ = run(at_paying(), PayWayChosen(PayWay.PLATFORM), FeeSeen(WAITING, 300))
    state, effects = run(state, say.JourneyEnded(End.IDLE))
    assert effects == [say.StopWork()]
    assert state.pay.fee is None


MONEY: list[say.Event] = [
    *(PayWayChosen(way) for way in PayWay),
    *(FeeSeen(fee, left) for fee in (OWED, WAITING, UNCLEAR, PAID) for left in (0, 300)),
    *(PaymentFailed(code) for code in ("PAYMENT_DOWN", "PAYMENT_MISMATCH")),
    *(paying.FeeAskedAgain(), PayLeft(), paying.PayReopened(), paying.ReceiptAsked()),
    *(say.BackPressed(), say.ProgramFailed(), say.RetryPressed(), say.HandInPressed()),
    say.ReceiptPrinted(Paper(Printed.FAILED, "TICKET_PAPER_OUT")),
]


@given(st.lists(st.sampled_from(MONEY), max_size=25))
def test_in_any_order_the_dossier_stays_in_and_paid_is_only_what_was_seen(
    events: list[say.Event],
) -> None:
    state = at_paying()
    for event in events:
        opened_before = state.pay.opening
        state, effects = advance(state, event, lambda: "key-1")
        assert state.handed_in is not None
        assert state.step in (Step.PAY, Step.DONE)
        assert not any(isinstance(one, say.HandIn) for one in effects)
        if any(isinstance(one, paying.OpenPayment) for one in effects):
            assert not opened_before
            assert state.pay.opening
        assert bool(state.pay.paid) == (state.pay.fee == PAID)
        if opened_before and isinstance(event, say.BackPressed):
            assert state.pay.opening
