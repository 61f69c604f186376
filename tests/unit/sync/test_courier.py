"""The courier's rounds, drains and its thread, with a scripted portal and a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from kiosk.outbox.message import State
from sync.breaker import Breaker
from sync.courier import Condition, Courier
from sync.portal.driver import (
    Accepted,
    AuthenticationFailed,
    Busy,
    Misconfigured,
    NotThePortal,
    Outcome,
    Outgoing,
    Poison,
    Received,
    Refused,
    UnknownOutcome,
    Unreachable,
)
from tests.fakes.memory_outbox import MemoryOutbox
from tests.fakes.moving_clock import MovingClock
from tests.fakes.portal_items import item
from tests.fakes.scripted_portal import BatchingPortal, ScriptedPortal


class Desk:
    """Everything around one courier."""

    def __init__(self, rows: int, script: Callable[[Outgoing], Outcome] | None = None) -> None:
        self.clock = MovingClock()
        self.box = MemoryOutbox(self.clock)
        self.box.put(*(item(f"D-{number}", seq=number) for number in range(1, rows + 1)))
        self.portal = ScriptedPortal(script)
        self.seen: list[Condition] = []
        self.courier = Courier(
            self.box,
            self.portal,
            self.clock,
            Random(7),
            on_change=self.seen.append,
            monotonic=lambda: self.clock.present.timestamp(),
        )

    def restarted(self, portal: ScriptedPortal | None = None) -> Courier:
        """Another run of the program on the same store."""
        return Courier(
            self.box,
            portal or self.portal,
            self.clock,
            Random(8),
            monotonic=lambda: self.clock.present.timestamp(),
        )

    def states(self) -> list[State]:
        return [kept.state for kept in self.box.kept.values()]


class Impatient(Cancel):
    """Waits by moving the clock, so that a drain of minutes takes no time."""

    def __init__(self, clock: MovingClock) -> None:
        super().__init__()
        self._clock = clock
        self.waits: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self._clock.move(seconds + 0.00001)  # never a step that rounds to none
        return self.asked


def test_a_round_sends_what_is_due_in_order() -> None:
    desk = Desk(3)
    assert desk.courier.round(Cancel()) == 3
    assert desk.portal.sent == [f"key-D-{number}-submit" for number in (1, 2, 3)]
    assert desk.box.kept[1].receipt == b"receipt key-D-1-submit"
    assert desk.box.recovered == 1
    assert desk.courier.round(Cancel()) == 0


def test_one_refused_item_holds_up_none_of_twenty() -> None:
    def script(it: Outgoing) -> Outcome:
        return Refused("5") if it.dossier_code == "D-1" else Accepted(b"ok")

    desk = Desk(21, script)
    assert desk.courier.round(Cancel()) == 20
    assert desk.states() == [State.NEEDS_ATTENTION] + [State.ACKNOWLEDGED] * 20
    assert desk.courier.condition.attention == 1
    assert desk.courier.waiting == 0


def test_one_item_that_always_fails_holds_up_none() -> None:
    def script(it: Outgoing) -> Outcome:
        return Busy(500) if it.dossier_code == "D-1" else Accepted(b"ok")

    desk = Desk(21, script)
    desk.courier.round(Cancel())
    assert desk.states()[1:] == [State.ACKNOWLEDGED] * 20
    assert desk.states()[0] is State.READY


@pytest.mark.parametrize(
    "outcome",
    [Unreachable(), Misconfigured(), NotThePortal()],
    ids=lambda o: type(o).__name__,
)
def test_an_outage_costs_one_request_and_then_one_probe(outcome: Outcome) -> None:
    desk = Desk(100, lambda _: outcome)
    desk.courier.round(Cancel())
    desk.courier.round(Cancel())
    assert len(desk.portal.sent) == 1
    assert desk.courier.online is False
    desk.clock.move(901)
    desk.courier.round(Cancel())
    assert len(desk.portal.sent) == 2
    desk.clock.move(901)
    desk.portal.script = lambda _: Accepted(b"ok")
    assert desk.courier.round(Cancel()) == 100
    assert desk.courier.condition == Condition(True, desk.clock.present, 0, 0, "")


def test_an_account_that_isn_t_taken_is_tried_once_an_hour_and_told_once() -> None:
    desk = Desk(100, lambda _: AuthenticationFailed())
    for _ in range(59):
        desk.courier.round(Cancel())
        desk.clock.move(61)
    assert len(desk.portal.sent) == 1
    assert [seen.fault for seen in desk.seen] == ["PORTAL_LOGIN_FAILED"]
    assert desk.states() == [State.READY] * 100
    assert not any(kept.item.attempts for kept in desk.box.kept.values())
    desk.clock.move(61)
    desk.portal.script = lambda _: Accepted(b"ok")
    assert desk.courier.round(Cancel()) == 100


def test_a_rest_goes_on_after_a_restart() -> None:
    desk = Desk(3, lambda _: Busy(503, 600.0))
    desk.courier.round(Cancel())
    again = desk.restarted()
    again._resume()
    assert (again.online, again.condition.fault) == (False, "PORTAL_BUSY")
    desk.clock.move(599)
    again.round(Cancel())
    assert len(desk.portal.sent) == 1
    desk.clock.move(2)
    desk.portal.script = lambda _: Accepted(b"ok")
    assert again.round(Cancel()) == 3
    assert desk.box.rests == {}


def test_the_stops_of_before_the_restart_still_count() -> None:
    desk = Desk(1, lambda _: Unreachable())
    for _ in range(12):
        desk.courier.round(Cancel())
        desk.clock.move(901)
    assert desk.box.rests["portal"].stops == 12
    again = desk.restarted()
    again._resume()
    again.round(Cancel())
    assert desk.box.rests["portal"].stops == 13


@pytest.mark.parametrize("outcome", [AuthenticationFailed(), Misconfigured()])
def test_what_was_mended_by_hand_is_tried_at_the_start(outcome: Outcome) -> None:
    desk = Desk(3, lambda _: outcome)
    desk.courier.round(Cancel())
    desk.portal.script = lambda _: Accepted(b"ok")
    again = desk.restarted()
    again._resume()
    desk.clock.move(2)  # the row's own short wait
    assert again.round(Cancel()) == 3
    assert desk.box.rests == {}


def test_what_the_portal_took_is_asked_after_until_there_is_a_receipt() -> None:
    answers = iter([Received("HTTP 202", 202), Received("HTTP 202", 202), Accepted(b"receipt")])
    desk = Desk(1, lambda _: next(answers))
    desk.box.put(item("D-1", "progress", seq=9))
    assert desk.courier.round(Cancel()) == 0
    assert (desk.states()[0], desk.box.kept[1].error) == (State.SENT, "PORTAL_PENDING")
    assert (desk.courier.online, desk.courier.waiting) == (True, 2)
    desk.clock.move(901)
    desk.courier.round(Cancel())
    desk.portal.script = lambda _: Accepted(b"receipt")
    desk.clock.move(901)
    assert desk.courier.round(Cancel()) == 2
    assert desk.portal.sent == ["key-D-1-submit"] * 3 + ["key-D-1-progress"]


def test_urgent_before_dossiers_before_news() -> None:
    desk = Desk(0)
    kinds = ("status", "progress", "submit", "supplement", "cancel", "payment")
    desk.box.put(*(item(f"D-{seq}", kind, seq=seq) for seq, kind in enumerate(kinds, 1)))
    desk.courier.round(Cancel())
    assert [key.rpartition("-")[2] for key in desk.portal.sent] == [
        "cancel", "payment", "submit", "supplement", "status", "progress",
    ]  # fmt: skip


def test_what_is_urgent_has_a_turn_of_its_own_after_an_outage() -> None:
    desk = Desk(3)
    desk.box.put(item("D-9", "payment", seq=9))
    desk.clock.move(121)
    slept: list[tuple[float, list[str]]] = []
    desk.courier._sleep = lambda _, seconds, wakeable=True: slept.append(  # type: ignore[method-assign,assignment]
        (seconds, list(desk.portal.sent))
    )
    desk.courier._start(Cancel())
    (soon, before), (later, between) = slept
    assert (before, between) == ([], ["key-D-9-payment"])
    assert 0 <= soon <= 30
    assert 0 <= later <= 900
    assert desk.portal.sent == between


def test_without_an_outage_nothing_urgent_waits() -> None:
    desk = Desk(1)
    desk.box.put(item("D-9", "payment", seq=9))
    slept: list[float] = []
    desk.courier._sleep = lambda _, seconds, wakeable=True: slept.append(seconds)  # type: ignore[method-assign,assignment]
    desk.courier._start(Cancel())
    assert slept == [0.0]


def test_rows_learn_how_far_the_clock_is_off() -> None:
    desk = Desk(1)
    desk.portal.clock_offset_s = -7200.0  # type: ignore[attr-defined]
    desk.courier.round(Cancel())
    assert desk.box.clock_offset == -7200.0


def test_refused_at_the_login_from_some_item_on() -> None:
    """The account is locked in the middle of a drain: one trial, rows stay, after the mending all arrive."""
    desk = Desk(20)
    desk.portal.script = lambda it: (
        Accepted(b"ok") if int(it.dossier_code[2:]) <= 7 else AuthenticationFailed()
    )
    with pytest.raises(Fault, match="PORTAL_LOGIN_FAILED: 13 rows still wait"):
        desk.courier.drain(Impatient(desk.clock), 600)
    assert len(desk.portal.sent) == 8
    assert desk.states() == [State.ACKNOWLEDGED] * 7 + [State.READY] * 13
    assert [seen.fault for seen in desk.seen].count("PORTAL_LOGIN_FAILED") == 1
    desk.portal.script = lambda _: Accepted(b"ok")
    again = desk.restarted()
    again._resume()
    desk.clock.move(2)
    assert again.round(Cancel()) == 13


def test_a_person_beside_the_program_ends_the_rest() -> None:
    desk = Desk(3, lambda _: AuthenticationFailed())
    desk.courier.round(Cancel())
    desk.portal.script = lambda _: Accepted(b"ok")
    desk.courier._heed()
    assert desk.courier.round(Cancel()) == 0
    desk.box.keep_rest("portal", 0, 0, "")
    desk.clock.move(2)
    desk.courier._heed()
    assert desk.courier.round(Cancel()) == 3


def test_a_drain_that_can_t_end_in_its_time_ends_at_once() -> None:
    desk = Desk(3, lambda _: AuthenticationFailed())
    cancel = Impatient(desk.clock)
    with pytest.raises(Fault, match="PORTAL_LOGIN_FAILED"):
        desk.courier.drain(cancel, 60)
    assert (len(desk.portal.sent), cancel.waits) == (1, [])


def test_a_thousand_items_and_a_server_that_is_down() -> None:
    desk = Desk(1000, lambda _: Busy(500))
    rounds = 50
    for _ in range(rounds):
        desk.courier.round(Cancel())
        desk.clock.move(901)
    assert len(desk.portal.sent) <= 5 + rounds - 1


@pytest.mark.parametrize("outcome", [Busy(503), UnknownOutcome()], ids=["busy", "unknown"])
def test_five_in_a_row_rest_the_destination(outcome: Outcome) -> None:
    desk = Desk(100, lambda _: outcome)
    desk.courier.round(Cancel())
    assert len(desk.portal.sent) == 5
    desk.clock.move(901)
    desk.courier.round(Cancel())
    assert len(desk.portal.sent) == 6


def test_a_long_retry_after_speaks_for_the_destination() -> None:
    desk = Desk(5, lambda _: Busy(503, 600.0))
    desk.courier.round(Cancel())
    assert len(desk.portal.sent) == 1
    desk.clock.move(599)
    desk.courier.round(Cancel())
    assert len(desk.portal.sent) == 1
    desk.clock.move(2)
    desk.courier.round(Cancel())
    assert len(desk.portal.sent) == 2


def test_one_busy_answer_doesn_t_make_the_portal_offline() -> None:
    answers = iter([Accepted(b"ok"), Busy(503), Accepted(b"ok")])
    desk = Desk(3, lambda _: next(answers))
    assert desk.courier.online is None
    assert desk.courier.round(Cancel()) == 2
    assert all(seen.online for seen in desk.seen)
    assert desk.courier.waiting == 1


@pytest.mark.parametrize("hours", [-3, 3, -87600])
def test_a_clock_that_is_set_changes_no_rest(hours: float) -> None:
    seconds = [100.0]
    clock = MovingClock()
    box = MemoryOutbox(clock)
    box.put(item("D-1"), item("D-2", seq=2))
    portal = ScriptedPortal(lambda _: Busy(503, 1000.0))
    courier = Courier(box, portal, clock, Random(7), monotonic=lambda: seconds[0])
    courier.round(Cancel())
    clock.move(timedelta(hours=hours).total_seconds())
    box.make_due("portal")
    seconds[0] += 999
    courier.round(Cancel())
    assert len(portal.sent) == 1
    seconds[0] += 2
    courier.round(Cancel())
    assert len(portal.sent) == 2


def test_a_rest_is_over_in_time() -> None:
    seconds = [100.0]
    breaker = Breaker(Random(1), lambda: seconds[0])
    assert breaker.judge(Unreachable())
    assert 0 < breaker.pause_s() <= 2
    seconds[0] += 2
    assert breaker.pause_s() == 0


def test_cancelling_ends_a_round_between_items() -> None:
    cancel = Cancel()

    def script(it: Outgoing) -> Outcome:
        cancel.cancel()
        return Accepted(b"ok")

    desk = Desk(5, script)
    assert desk.courier.round(cancel) == 1


def test_changes_are_told_once_each() -> None:
    desk = Desk(2)
    desk.courier.round(Cancel())
    assert [(seen.online, seen.waiting) for seen in desk.seen] == [(True, 1), (True, 0)]
    assert desk.courier.last_contact == desk.clock.present


def test_a_drain_waits_out_faults_with_short_back_offs() -> None:
    dice = Random(3)
    desk = Desk(60, lambda _: Accepted(b"ok") if dice.random() < 0.4 else Busy(503))
    cancel = Impatient(desk.clock)
    progress: list[tuple[int, int]] = []
    done = desk.courier.drain(cancel, 60, lambda *at: progress.append(at))
    assert done == 60
    assert max(cancel.waits) <= 3
    assert progress[-1] == (60, 0)
    assert [at[0] for at in progress] == list(range(1, 61))


def test_a_drain_starts_at_once_whatever_was_planned() -> None:
    desk = Desk(3, lambda _: Unreachable())
    desk.courier.round(Cancel())
    desk.portal.script = lambda _: Accepted(b"ok")
    assert desk.courier.drain(Impatient(desk.clock), 10) == 3


def test_a_drain_obeys_the_portal_s_retry_after() -> None:
    answers = iter([Busy(503, 20.0), Accepted(b"ok")])
    desk = Desk(1, lambda _: next(answers))
    cancel = Impatient(desk.clock)
    assert desk.courier.drain(cancel, 60) == 1
    assert sum(cancel.waits) == pytest.approx(20, abs=0.1)


def test_a_drain_leaves_what_needs_a_person() -> None:
    answers = iter([Refused("5"), Poison("KEY_REUSED"), Accepted(b"ok")])
    desk = Desk(3, lambda _: next(answers))
    assert desk.courier.drain(Impatient(desk.clock), 10) == 1
    assert desk.courier.condition.attention == 2


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Unreachable(), "PORTAL_DOWN"),
        (NotThePortal(), "PORTAL_NOT_THE_PORTAL"),
        (Busy(503), "PORTAL_BUSY"),
    ],
)
def test_a_drain_whose_time_is_up_says_what_is_wrong(outcome: Outcome, code: str) -> None:
    desk = Desk(2, lambda _: outcome)
    with pytest.raises(Fault, match=code) as caught:
        desk.courier.drain(Cancel(), 0.2)
    assert caught.value.detail == "2 rows still wait"


def test_a_drain_without_time_sends_nothing() -> None:
    desk = Desk(1)
    with pytest.raises(Fault, match="PORTAL_DOWN"):
        desk.courier.drain(Cancel(), 0)
    assert desk.portal.sent == []


def test_a_drain_can_be_cancelled() -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        Desk(1).courier.drain(cancel, 10)


def test_old_rows_at_start_are_spread_over_minutes() -> None:
    desk = Desk(1)
    assert desk.courier._spread_s() == 0
    desk.clock.move(121)
    waits = [desk.courier._spread_s() for _ in range(200)]
    assert 0 <= min(waits) < 20
    assert 280 < max(waits) <= 300
    desk.courier.round(Cancel())
    assert desk.courier._spread_s() == 0


def test_an_old_row_that_needs_a_person_delays_no_new_one() -> None:
    desk = Desk(1, lambda _: Refused("5"))
    desk.box.put(item("D-1", "progress", seq=9))  # waits behind it
    desk.courier.round(Cancel())
    desk.clock.move(3600)
    desk.box.put(item("D-2", seq=2))
    assert {desk.courier._spread_s() for _ in range(20)} == {0}


def batching(rows: int, script: Callable[[Outgoing], Outcome] | None = None) -> Desk:
    desk = Desk(rows)
    desk.portal = BatchingPortal(script)
    desk.courier = desk.restarted(desk.portal)
    return desk


def requests_of(desk: Desk) -> list[int]:
    assert isinstance(desk.portal, BatchingPortal)
    return desk.portal.requests


def test_ten_at_once_after_the_first_answer() -> None:
    desk = batching(25)
    assert desk.courier.round(Cancel()) == 25
    assert requests_of(desk) == [1, 10, 10, 4]
    assert set(desk.states()) == {State.ACKNOWLEDGED}


def test_an_outage_still_costs_one_attempt_of_one_row() -> None:
    desk = batching(25, lambda _: Unreachable())
    assert desk.courier.round(Cancel()) == 0
    assert requests_of(desk) == [1]
    assert sum(kept.item.attempts for kept in desk.box.kept.values()) == 1


def test_what_a_driver_in_trouble_did_not_try_goes_back_uncounted() -> None:
    def script(it: Outgoing) -> Outcome:
        return Unreachable() if it.dossier_code == "D-4" else Accepted(b"ok")

    desk = batching(12, script)
    assert desk.courier.round(Cancel()) == 3
    assert requests_of(desk) == [1, 10]
    assert desk.states() == [State.ACKNOWLEDGED] * 3 + [State.READY] * 9
    assert [desk.box.kept[seq].item.attempts for seq in (3, 4, 5, 12)] == [1, 1, 0, 0]
    assert desk.box.kept[5].next_at == desk.clock(), "due as before"
    assert desk.courier.online is False


def test_one_request_is_one_sign_of_trouble() -> None:
    busy = Busy(503)
    seen: list[str] = []

    def script(it: Outgoing) -> Outcome:
        seen.append(it.dossier_code)
        return Accepted(b"ok") if len(seen) == 1 else busy

    desk = batching(40, script)

    def send_all(items: Sequence[Outgoing]) -> list[Outcome]:
        requests_of(desk).append(len(items))
        return [busy] * len(items)

    desk.portal.send_all = send_all  # type: ignore[attr-defined]
    desk.courier.round(Cancel())
    assert requests_of(desk)[:4] == [1, 10, 10, 10], (
        "ten busy rows of a request are no breaker's five"
    )


def test_a_row_that_the_portal_always_breaks_over_is_set_apart() -> None:
    def script(it: Outgoing) -> Outcome:
        return Busy(500) if it.dossier_code == "D-2" else Accepted(b"ok")

    desk = Desk(60, script)
    for seq in range(3, 61):
        desk.box.kept[seq].next_at = desk.clock() + timedelta(hours=seq)
    for _ in range(60):
        desk.courier.round(Cancel())
        desk.clock.move(3600)
    assert desk.box.kept[2].state is State.QUARANTINED
    assert desk.box.kept[2].error == "PORTAL_FAILS_ITEM"
    assert desk.box.kept[2].item.failures == 39, "the fortieth set it apart"


def test_after_an_outage_short_moments_of_success_set_nothing_apart() -> None:
    up = [False]
    desk = Desk(8, lambda _: Busy(500))
    for hour in range(72):
        if hour % 24 == 23:  # one of them gets through, then it is the outage again
            up[0] = True
            desk.portal.script = flapping(up)
        desk.courier.round(Cancel())
        desk.clock.move(3600)
    assert State.QUARANTINED not in desk.states()
    assert desk.states().count(State.ACKNOWLEDGED) == 3


def flapping(up: list[bool]) -> Callable[[Outgoing], Outcome]:
    def script(_: Outgoing) -> Outcome:
        taken, up[0] = up[0], False
        return Accepted(b"ok") if taken else Busy(500)

    return script


def test_a_filter_that_refuses_one_row_stops_no_other() -> None:
    def script(it: Outgoing) -> Outcome:
        if it.dossier_code == "D-2":
            return AuthenticationFailed("", 403, logged_in=True)
        return Accepted(b"ok")

    desk = Desk(20, script)
    assert desk.courier.round(Cancel()) == 19
    assert desk.box.kept[2].item.attempts == 1


def test_an_outage_sets_nothing_apart() -> None:
    desk = Desk(2, lambda _: Busy(500))
    for _ in range(200):
        desk.courier.round(Cancel())
        desk.clock.move(3600)
    assert set(desk.states()) == {State.READY}
