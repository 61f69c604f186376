"""The cashier against the sandbox platform over real sockets, with somebody who plays the citizen at the bank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from kiosk.clock import at_office
from kiosk.faults import Fault
from kiosk.payments import reconcile, rows, statement
from kiosk.payments.claim import AttemptState, ClaimState, Standing
from kiosk.payments.takings import PAID_TWICE, Receipt
from sync.payments.cashier import ADDRESS_LOST, NEVER_ARRIVED, SETTLE
from sync.payments.client import PlatformClient
from sync.sandbox.payments import TOKEN
from tests.contract.payments.conftest import OFFICE, Counter, chosen

pytestmark = pytest.mark.real
Switch = Callable[..., None]


def test_started_once_shown_again_paid_and_receipted(counter: Counter) -> None:
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    assert attempt.url.startswith(f"{counter.url}/sandbox/bank/")
    assert counter.cashier.start(counter.made.id, "kiosk-01").url == attempt.url
    assert counter.now().state is ClaimState.PENDING
    counter.press(attempt.url, "pay")
    assert counter.cashier.ask(attempt.reference).state is AttemptState.PAID
    assert counter.now().state is ClaimState.PAID
    (paid,) = rows.payments_of(counter.reader, counter.made.id)
    sha256 = counter.cashier.bill(paid.id)
    assert counter.bills.read(sha256).startswith(b"%PDF")
    assert counter.cashier.bill(paid.id) == sha256
    with pytest.raises(Fault, match="PAYMENT_STATE"):
        counter.cashier.start(counter.made.id, "kiosk-01")


def test_paid_but_the_platform_is_slow_to_say_so(counter: Counter) -> None:
    """It stays open, is asked again, and no second payment can be begun meanwhile."""
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    counter.press(attempt.url, "late")
    for _ in range(2):
        counter.clock.move(3600)
        (asked,) = counter.cashier.round()
        assert asked.state is AttemptState.WAITING
        assert asked.next_at > counter.clock()
        assert counter.claims.begin(counter.made.id, "kiosk-01") == (asked, False)
    counter.clock.move(3600)
    assert [one.state for one in counter.cashier.round()] == [AttemptState.PAID]
    assert counter.now().state is ClaimState.PAID
    assert counter.cashier.round() == []


def test_an_answer_that_was_lost_is_asked_after_and_never_sent_again(
    counter: Counter, faults: Switch
) -> None:
    faults(drop_after_commit=1.0)
    with pytest.raises(Fault, match="PAYMENT_UNCLEAR"):
        counter.cashier.start(counter.made.id, "kiosk-01")
    faults(drop_after_commit=0.0)
    with pytest.raises(Fault, match="PAYMENT_UNCLEAR"):
        counter.cashier.start(counter.made.id, "kiosk-01")
    (attempt,) = rows.attempts_of(counter.reader, counter.made.id)
    assert attempt.state is AttemptState.STARTED
    counter.clock.move(SETTLE.total_seconds())
    second = counter.cashier.start(counter.made.id, "kiosk-01")
    first, _ = rows.attempts_of(counter.reader, counter.made.id)
    assert (first.state, first.why) == (AttemptState.FAILED, ADDRESS_LOST)
    assert second.reference != first.reference


def test_what_never_arrived_may_be_begun_anew(counter: Counter, faults: Switch) -> None:
    faults(unavailable=1.0)
    with pytest.raises(Fault, match="PAYMENT_UNCLEAR"):
        counter.cashier.start(counter.made.id, "kiosk-01")
    faults(unavailable=0.0)
    counter.clock.move(SETTLE.total_seconds())
    counter.cashier.start(counter.made.id, "kiosk-01")
    first, second = rows.attempts_of(counter.reader, counter.made.id)
    assert (first.why, second.state) == (NEVER_ARRIVED, AttemptState.WAITING)


@pytest.mark.parametrize("fault", ["html_200", "truncate"])
def test_answers_of_others_and_halves_are_unclear(
    counter: Counter, faults: Switch, fault: str
) -> None:
    faults(**{fault: 1.0})
    with pytest.raises(Fault, match="PAYMENT_UNCLEAR"):
        counter.cashier.start(counter.made.id, "kiosk-01")
    (attempt,) = rows.attempts_of(counter.reader, counter.made.id)
    assert counter.cashier.ask(attempt.reference).is_open


def test_a_dead_line_is_certain_and_the_counter_takes_cash(counter: Counter) -> None:
    client = PlatformClient(chosen("http://127.0.0.1:9"), OFFICE, counter.clock)
    with pytest.raises(Fault, match="PAYMENT_DOWN"):
        counter.cashier_with(client).start(counter.made.id, "kiosk-01")
    client.close()
    book = Receipt("01BLP2-001", "28AA-17T", "0000001")
    assert counter.takings.cash(counter.made.id, book, "clerk-1").standing is Standing.COUNTED


def test_paid_twice_is_found_and_one_goes_back(counter: Counter) -> None:
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    counter.press(attempt.url, "pay")
    counter.cashier.ask(attempt.reference)
    counter.press(attempt.url, "pay")
    counter.cashier.review(rows.attempts_of(counter.reader, counter.made.id))
    standings = [one.standing for one in rows.payments_of(counter.reader, counter.made.id)]
    assert standings == [Standing.COUNTED, Standing.EXTRA]
    assert [one.reason for one in rows.refunds_to_do(counter.reader)] == [PAID_TWICE]


def test_money_after_the_page_ran_out_is_found_by_the_days_review(counter: Counter) -> None:
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    counter.press(attempt.url, "expire")
    assert counter.cashier.ask(attempt.reference).state is AttemptState.FAILED
    counter.press(attempt.url, "pay")
    counter.cashier.review(rows.attempts_of(counter.reader, counter.made.id))
    assert counter.now().state is ClaimState.PAID


def test_a_refusal_lets_the_citizen_try_again_under_a_new_reference(counter: Counter) -> None:
    first = counter.cashier.start(counter.made.id, "kiosk-01")
    counter.press(first.url, "fail")
    second = counter.cashier.start(counter.made.id, "kiosk-01")
    assert second.reference != first.reference
    counter.press(second.url, "pay")
    counter.cashier.ask(second.reference)
    assert counter.now().state is ClaimState.PAID


def test_too_little_is_held(counter: Counter) -> None:
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    counter.press(attempt.url, "short")
    counter.cashier.ask(attempt.reference)
    assert [one.standing for one in rows.held(counter.reader)] == [Standing.HELD]
    assert counter.now().state is ClaimState.PENDING


@pytest.mark.parametrize("changes", [{"secret": "wrong"}, {"token": "wrong"}, {"partner": "OTHER"}])
def test_wrong_secrets_open_no_payment(counter: Counter, changes: dict[str, str]) -> None:
    client = PlatformClient(chosen(counter.url, **changes), OFFICE, counter.clock)
    with pytest.raises(Fault, match=r"PAYMENT_REFUSED|PAYMENT_DOWN"):
        counter.cashier_with(client).start(counter.made.id, "kiosk-01")
    (attempt,) = rows.attempts_of(counter.reader, counter.made.id)
    assert (attempt.url, attempt.state) == ("", AttemptState.FAILED)
    client.close()


def test_no_receipt_before_the_money(counter: Counter) -> None:
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    found: Any = counter.client.bill(attempt.reference)
    assert found.why == "no PDF"


def test_a_days_statement_agrees_with_the_station(counter: Counter) -> None:
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    counter.press(attempt.url, "pay")
    counter.cashier.ask(attempt.reference)
    (paid,) = rows.payments_of(counter.reader, counter.made.id)
    day = at_office(paid.taken_at).date()
    reply = requests.get(
        f"{counter.url}/payment/statement",
        params={"day": day.isoformat()},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=5,
    )
    read = statement.read(reply.content)
    assert read.unfit == ()
    ours = tuple(one for one in read.money if one.reference == attempt.reference)
    made = reconcile.report(counter.reader, day, statement.Statement(ours, ()))
    assert made["differences"] == []
    assert made["platform"] == {"count": 1, "sum": 10_000}


def test_a_late_answer_never_revives_an_attempt_that_was_judged(counter: Counter) -> None:
    """Another program judged the attempt while the answer was on its way: nobody is shown that page."""
    attempt, _ = counter.claims.begin(counter.made.id, "kiosk-01")
    counter.takings.ended(attempt.reference, NEVER_ARRIVED)
    counter.takings.waiting(attempt.reference, "https://bank.invalid/x", counter.clock())
    (kept,) = rows.attempts_of(counter.reader, counter.made.id)
    assert (kept.state, kept.url) == (AttemptState.FAILED, "")


def test_a_review_over_a_dead_line_says_what_it_does_not_know(counter: Counter) -> None:
    attempt = counter.cashier.start(counter.made.id, "kiosk-01")
    counter.press(attempt.url, "pay")
    all_of_it = rows.attempts_of(counter.reader, counter.made.id)
    client = PlatformClient(chosen("http://127.0.0.1:9"), OFFICE, counter.clock)
    unasked = counter.cashier_with(client).review(all_of_it * 5)
    client.close()
    assert unasked == [attempt.reference] * 5
    (kept,) = rows.attempts_of(counter.reader, counter.made.id)
    assert kept.asked == 3, "left alone after three"
    day = at_office(kept.started_at).date()
    report: Any = reconcile.report(counter.reader, day, None, unasked[:1])
    assert [one["kind"] for one in report["differences"]] == ["open", "unasked"]
    assert counter.cashier.review(all_of_it) == []
    assert counter.now().state is ClaimState.PAID
