"""The moves of paying. The dossier is in; the person can leave at any time and loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.journeys import paying
from kiosk.journeys import submit as say
from kiosk.journeys.moves import Moved, stay
from kiosk.journeys.paying import Pay
from kiosk.journeys.submit import Paper, Printed, State, Step
from kiosk.payments.standing import FeeWord, PayWay

_AFTER = (Step.PAY, Step.DONE)
_NOTHING_TO_PAY = (FeeWord.NOTHING, FeeWord.PAID, FeeWord.BACK)


def enter(state: State) -> Moved:
    """The papers are settled: paying, where something can be paid from here, else the last page."""
    if state.handed_in is None or not (state.pay.ways and state.handed_in.dossier.fee):
        return stay(replace(state, step=Step.DONE))
    return replace(state, step=Step.PAY), (paying.LookAtFee(state.handed_in.dossier.id),)


def back(state: State) -> Moved:
    """From a way that asks nobody to the choice; an open page is left by another way only."""
    pay = state.pay
    if pay.opening or pay.way in (None, PayWay.PLATFORM):
        return stay(state)
    return stay(replace(state, pay=replace(pay, way=None, fault="", failed=False)))


def broken(pay: Pay) -> Pay:
    """A bug of ours while the platform was asked: the counter takes the money."""
    if not pay.opening:
        return pay
    return replace(pay, opening=False, way=PayWay.COUNTER, fault="PROGRAM_ERROR")


def _way_chosen(state: State, event: paying.PayWayChosen) -> Moved:
    pay, handed_in = state.pay, state.handed_in
    if state.step is not Step.PAY or handed_in is None or event.way not in pay.ways or not pay.fee:
        return stay(state)
    match event.way:
        case PayWay.COUNTER:
            return stay(replace(state, step=Step.DONE, pay=replace(pay, way=PayWay.COUNTER)))
        case PayWay.TRANSFER if pay.fee.transfer and not pay.opening:
            return stay(replace(state, pay=replace(pay, way=PayWay.TRANSFER, failed=False)))
        case PayWay.PLATFORM if not (pay.opening or pay.way is PayWay.PLATFORM):
            opening = replace(pay, way=PayWay.PLATFORM, opening=True, fault="", failed=False)
            effect = paying.OpenPayment(handed_in.dossier.id)
            return replace(state, pay=opening), (effect,)
    return stay(state)


def _fee_seen(state: State, event: paying.FeeSeen) -> Moved:
    if state.step not in _AFTER:
        return stay(state)
    former, fee = state.pay, event.fee
    pay = replace(former, fee=fee, opening=False, seconds_left=event.seconds_left, fault=fee.fault)
    if fee.word is FeeWord.OWED and former.way is PayWay.PLATFORM:
        same = former.fee is not None and former.fee.claim == fee.claim
        pay = replace(pay, way=None, failed=same, seconds_left=0)
    elif fee.word in (FeeWord.WAITING, FeeWord.TROUBLE) and former.way is None:
        pay = replace(pay, way=PayWay.PLATFORM)
    elif fee.word is FeeWord.OWED and not former.opening:
        pay = replace(pay, fault=former.fault)  # the line is as dead as it was
    unseen = former.fee is None and state.step is Step.PAY
    if unseen and fee.word in _NOTHING_TO_PAY:
        return stay(replace(state, step=Step.DONE, pay=pay))
    return stay(replace(state, pay=pay))


def _failed(state: State, event: paying.PaymentFailed) -> Moved:
    """Nobody knows: the machine goes on asking. Nothing was opened: the counter, chosen by itself."""
    if state.step not in _AFTER:
        return stay(state)
    unsure = event.code in ("PAYMENT_UNCLEAR", "PAYMENT_MISMATCH")
    way = PayWay.PLATFORM if unsure else PayWay.COUNTER
    pay = replace(state.pay, opening=False, way=way, fault=event.code, seconds_left=0)
    return stay(replace(state, pay=pay))


def _asked_again(state: State, _: paying.FeeAskedAgain) -> Moved:
    if state.step not in _AFTER or state.handed_in is None or state.pay.followed:
        return stay(state)
    # Until the first answer comes the button is of no use a second time.
    pay = replace(state.pay, opening=True)
    return replace(state, pay=pay), (paying.FollowFee(state.handed_in.dossier.id),)


def _left(state: State, _: paying.PayLeft) -> Moved:
    return stay(replace(state, step=Step.DONE) if state.step is Step.PAY else state)


def _reopened(state: State, _: paying.PayReopened) -> Moved:
    pay = state.pay
    if state.step is not Step.DONE or not pay.ways or pay.fee is None or not pay.fee.owed:
        return stay(state)
    way = PayWay.PLATFORM if pay.word in paying.OPEN else None
    return stay(replace(state, step=Step.PAY, pay=replace(pay, way=way, failed=False)))


def _receipt_asked(state: State, _: paying.ReceiptAsked) -> Moved:
    fee, handed_in = state.pay.fee, state.handed_in
    if state.step not in _AFTER or fee is None or handed_in is None or not state.pay.paid:
        return stay(state)
    if state.receipt.state is Printed.RUNNING:
        return stay(state)
    effect = paying.PrintReceipt(handed_in, fee)
    return replace(state, receipt=Paper(Printed.RUNNING)), (effect,)


def _receipt_printed(state: State, event: say.ReceiptPrinted) -> Moved:
    return stay(replace(state, receipt=event.paper))


MOVES: Mapping[type, Callable[[State, Any], Moved]] = {
    paying.PayWayChosen: _way_chosen,
    paying.FeeSeen: _fee_seen,
    paying.PaymentFailed: _failed,
    paying.FeeAskedAgain: _asked_again,
    paying.PayLeft: _left,
    paying.PayReopened: _reopened,
    paying.ReceiptAsked: _receipt_asked,
    say.ReceiptPrinted: _receipt_printed,
}
