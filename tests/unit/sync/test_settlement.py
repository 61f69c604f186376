"""Each outcome does to the row what the courier's docstring says."""

from __future__ import annotations

from random import Random

import pytest

from kiosk.faults import texts
from kiosk.outbox.message import State
from sync.portal.driver import (
    Accepted,
    AuthenticationFailed,
    Busy,
    Incomplete,
    Misconfigured,
    NotThePortal,
    Outcome,
    Poison,
    Received,
    Refused,
    TooEarly,
    UnknownOutcome,
    Unreachable,
    Untrusted,
    fault_code,
)
from sync.settlement import TOO_EARLY_LIMIT, said, settle
from tests.fakes.memory_outbox import Kept, MemoryOutbox
from tests.fakes.moving_clock import MovingClock
from tests.fakes.portal_items import item


def after(outcome: Outcome, attempts_before: int = 0) -> Kept:
    clock = MovingClock()
    box = MemoryOutbox(clock)
    box.put(item())
    for _ in range(attempts_before):
        box.claim("portal")
        box.retry(1, 0, own=True)
    [claimed] = box.claim("portal")
    settle(box, claimed, outcome, Random(1), duration_ms=7)
    return box.kept[1]


def test_accepted() -> None:
    kept = after(Accepted(b"yes", 201))
    assert (kept.state, kept.receipt, kept.status) == (State.ACKNOWLEDGED, b"yes", 201)


@pytest.mark.parametrize(
    ("outcome", "error", "attempts"),
    [
        (Busy(503), "PORTAL_BUSY", 1),
        (Unreachable("x"), "PORTAL_DOWN", 1),
        (UnknownOutcome("x"), "PORTAL_SLOW", 1),
        (TooEarly("x"), "PORTAL_TOO_EARLY", 1),
        (Untrusted("x"), "PORTAL_CERTIFICATE", 0),
        (Misconfigured("x"), "PORTAL_SETTINGS", 0),
        (NotThePortal("x", 200), "PORTAL_NOT_THE_PORTAL", 0),
        (AuthenticationFailed("x", 401), "PORTAL_LOGIN_FAILED", 0),
    ],
)
def test_ready_again(outcome: Outcome, error: str, attempts: int) -> None:
    kept = after(outcome)
    assert (kept.state, kept.error, kept.item.attempts) == (State.READY, error, attempts)
    assert kept.status == getattr(outcome, "status", None)


def test_retry_after_wins_when_it_is_longer() -> None:
    assert after(Busy(503, 600.0)).next_at == MovingClock().present.replace(minute=10)


def test_a_step_that_is_too_early_too_often_needs_a_person() -> None:
    assert after(TooEarly(), TOO_EARLY_LIMIT - 2).state is State.READY
    assert after(TooEarly(), TOO_EARLY_LIMIT - 1).state is State.NEEDS_ATTENTION


def test_an_outage_before_is_no_sign_that_a_step_is_too_early() -> None:
    clock = MovingClock()
    box = MemoryOutbox(clock)
    box.put(item())
    for _ in range(30):
        [claimed] = box.claim("portal")
        settle(box, claimed, Unreachable(), Random(1), duration_ms=7)
        clock.move(3600)
    [claimed] = box.claim("portal")
    settle(box, claimed, TooEarly(), Random(1), duration_ms=7)
    assert box.kept[1].state is State.READY


def test_refused_needs_a_person_and_shows_why() -> None:
    kept = after(Refused("5", "not valid: ChuHoSo", 200))
    assert (kept.state, kept.detail) == (State.NEEDS_ATTENTION, "5 not valid: ChuHoSo")


def test_poison_is_quarantined() -> None:
    kept = after(Poison("KEY_REUSED", "other bytes", 200))
    assert (kept.state, kept.error) == (State.QUARANTINED, "MESSAGE_UNFIT")
    assert kept.detail == "KEY_REUSED other bytes"


def test_long_numbers_of_people_are_left_out_of_what_the_portal_said() -> None:
    assert said("5 số 079090000001 sai") == "5 số ••• sai"
    assert len(said("x" * 1000)) == 300


def test_every_outcome_but_success_has_a_fault() -> None:
    assert fault_code(Accepted(b"")) == ""
    others = (Busy(503), UnknownOutcome(), NotThePortal(), TooEarly(), Refused("5"), Poison("X"))
    rest = (Unreachable(), Misconfigured(), Untrusted(), AuthenticationFailed(), Received())
    rest += (Untrusted(clock=True), Incomplete())
    assert {fault_code(outcome) for outcome in others + rest} <= set(texts())


def test_an_answer_by_somebody_else_counts_once_something_was_pushed() -> None:
    assert after(NotThePortal(pushed=True)).item.attempts == 1
    assert after(NotThePortal()).item.attempts == 0
