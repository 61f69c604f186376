"""The thread that asks after payments: urgent but gentle, without anybody standing there, over restarts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from devices.cancel import Cancel
from kiosk.dossiers.attachments import Attachments
from kiosk.payments import rows
from kiosk.payments.claim import AttemptState, ClaimState, Confirmed
from kiosk.payments.overview import overview
from sync.payments.answers import Status, Word
from sync.payments.cashier import Cashier
from sync.payments.client import Unclear
from sync.payments.rounds import BILL_TRIES, LOOK_MS, Rounds
from tests.fakes.fee_office import FeeOffice
from tests.samples import a_vault

PDF = b"%PDF-1.4 receipt"


class Platform:
    """Answers as the test says, by reference; counts what it is asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Status | Unclear] = {}
        self.receipt: bytes | Unclear = PDF
        self.asked: list[str] = []
        self.bills = 0
        self.closed = False

    def query(self, reference: str) -> Status | Unclear:
        self.asked.append(reference)
        return self.answers.get(reference, Status(Word.WAITING))

    def bill(self, _: str) -> bytes | Unclear:
        self.bills += 1
        return self.receipt

    def close(self) -> None:
        self.closed = True


class Scene:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = FeeOffice(folder)
        self.platform = Platform()
        self.ms = 0
        self.rounds = self.started()

    def started(self) -> Rounds:
        """A program that begins: nothing of it was there before but the store."""
        cashier = Cashier(
            self.office.database,
            "kiosk-01",
            self.platform,  # type: ignore[arg-type]
            Attachments(self.folder / "receipts", a_vault()),
            self.office.clock,
            Random(1),
        )
        return Rounds(
            self.office.database,
            cashier,
            self.platform.close,
            self.office.clock,
            Random(1),
            lambda: self.ms,
        )

    def open(self, count: int = 1) -> list[str]:
        found = []
        for number in range(count):
            code = f"H29.18-261123-{number + 100}"
            self.office.hand_in(code)
            claim = self.office.claim(code)
            attempt, _ = self.office.claims.begin(claim.id, "kiosk-01")
            url = "https://bank.invalid/page"
            self.office.takings.waiting(attempt.reference, url, self.office.clock())
            found.append(attempt.reference)
        return found

    def pays(self, reference: str) -> None:
        money = Confirmed(reference, f"GD-{reference}", 10_000, self.office.clock())
        self.platform.answers[reference] = Status(Word.PAID, (money,))

    def state(self, reference: str) -> AttemptState:
        found = rows.attempt(self.office.reader, reference)
        assert found is not None
        return found.state

    def move(self, seconds: float) -> None:
        self.office.clock.move(seconds)
        self.ms += round(seconds * 1000)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.office.close()


def test_money_after_the_session_is_noted_and_its_receipt_kept(scene: Scene) -> None:
    (reference,) = scene.open()
    scene.rounds.round()
    scene.pays(reference)
    scene.move(3600)
    scene.started().round()
    assert scene.state(reference) is AttemptState.PAID
    (paid,) = rows.payments_of(scene.office.reader, f"H29.18-261123-100-{reference[-14:]}")
    kept = Attachments(scene.folder / "receipts", a_vault()).read(paid.bill_sha256)
    assert kept == PDF
    assert overview(scene.office.reader).open == 0


def test_it_sleeps_until_the_next_question_and_looks_now_and_then(scene: Scene) -> None:
    assert scene.rounds.next_in_ms() == LOOK_MS
    scene.open()
    assert scene.rounds.next_in_ms() == 0
    scene.rounds.round()
    assert 10_000 <= scene.rounds.next_in_ms() <= LOOK_MS


def test_a_young_attempt_is_asked_after_often_and_an_old_one_seldom(scene: Scene) -> None:
    (reference,) = scene.open()
    waits = []
    for _ in range(60):
        scene.rounds.round()
        found = rows.attempt(scene.office.reader, reference)
        assert found is not None
        wait = found.next_at - scene.office.clock()
        age = scene.office.clock() - found.started_at
        assert wait <= timedelta(seconds=10) + max(age * 2, timedelta(seconds=10))
        assert wait <= timedelta(seconds=910)
        waits.append(wait)
        scene.move(wait.total_seconds())
    assert sum(waits[:4], timedelta()) < timedelta(minutes=5)
    assert max(waits[20:]) > timedelta(minutes=5)


def test_on_a_dead_line_the_others_rest_too_and_a_restart_does_not_ask_them(scene: Scene) -> None:
    references = scene.open(20)
    for one in references:
        scene.platform.answers[one] = Unclear("Unreachable")
    scene.rounds.round()
    assert len(scene.platform.asked) == 3
    seen = overview(scene.office.reader)
    assert (seen.open, seen.trouble) == (20, "Unreachable")
    scene.started().round()
    assert len(scene.platform.asked) == 3
    assert scene.rounds.next_in_ms() >= 10_000
    scene.platform.answers.clear()
    scene.move(3600)
    scene.rounds.round()
    assert set(scene.platform.asked[3:]) == set(references)
    assert overview(scene.office.reader).trouble == ""


def test_a_clock_that_was_wrong_puts_nothing_off_for_a_year(scene: Scene) -> None:
    (reference,) = scene.open()
    scene.move(365 * 86_400)
    scene.rounds.round()
    scene.office.clock.move(-365 * 86_400)
    scene.pays(reference)
    scene.rounds.round()
    assert scene.state(reference) is AttemptState.PAID


def test_a_receipt_that_is_late_is_asked_for_with_back_off_and_not_for_ever(scene: Scene) -> None:
    (reference,) = scene.open()
    scene.pays(reference)
    scene.platform.receipt = Unclear("no PDF")
    scene.rounds.round()
    scene.rounds.round()
    assert scene.platform.bills == 1
    for _ in range(2 * BILL_TRIES):
        scene.move(1000)
        scene.rounds.round()
    assert scene.platform.bills == BILL_TRIES
    assert overview(scene.office.reader).unbilled == 1
    scene.platform.receipt = PDF
    scene.started().round()
    assert overview(scene.office.reader).unbilled == 0


def test_three_receipts_that_do_not_come_end_the_round(scene: Scene) -> None:
    for one in scene.open(5):
        scene.pays(one)
    scene.platform.receipt = Unclear("Unreachable")
    scene.rounds.round()
    assert scene.platform.bills == 3


def test_closing_ends_the_thread_and_cuts_the_line(scene: Scene) -> None:
    scene.rounds.close()
    scene.rounds.run(Cancel())
    assert scene.platform.closed
    assert scene.platform.asked == []


def test_a_bug_of_a_round_ends_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    (reference,) = scene.open()
    scene.pays(reference)
    real, times = scene.rounds.round, []

    def faulty() -> None:
        times.append(1)
        if len(times) == 1:
            scene.rounds.wake()
            scene.ms += 60_001
            raise ZeroDivisionError
        real()
        scene.rounds.close()

    monkeypatch.setattr(scene.rounds, "round", faulty)
    scene.rounds.run(Cancel())
    assert scene.state(reference) is AttemptState.PAID
    claim = rows.claims_of(scene.office.reader, "H29.18-261123-100")[0]
    assert claim.state is ClaimState.PAID
