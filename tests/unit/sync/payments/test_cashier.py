"""What the cashier makes of answers that no honest platform gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.payments import rows
from kiosk.payments.claim import Confirmed, Standing, Unfit
from sync.payments.answers import Status, Word
from sync.payments.cashier import Cashier
from tests.fakes.fee_office import FeeOffice
from tests.samples import a_vault

AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


class ScriptedPlatform:
    """Answers QUERY as the test says; opens nothing."""

    def __init__(self) -> None:
        self.answer = Status(Word.WAITING)
        self.asked: list[str] = []

    def query(self, reference: str) -> Status:
        self.asked.append(reference)
        return self.answer


class Scene:
    def __init__(self, folder: Path) -> None:
        self.office = FeeOffice(folder)
        self.platform = ScriptedPlatform()
        self.cashier = Cashier(
            self.office.database,
            "kiosk-01",
            self.platform,  # type: ignore[arg-type]
            Attachments(folder / "receipts", a_vault()),
            self.office.clock,
            Random(1),
        )
        self.claim = self.office.claim()
        self.attempt, _ = self.office.claims.begin(self.claim.id, "kiosk-01")

    def money(self, number: str, amount: int = 10_000) -> Confirmed:
        return Confirmed(self.attempt.reference, number, amount, AT)

    def paid(self, *money: Confirmed) -> None:
        self.platform.answer = Status(Word.PAID, money)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.office.close()


def test_a_contradiction_does_not_hide_other_money(scene: Scene) -> None:
    scene.paid(scene.money("GD1"))
    scene.cashier.ask(scene.attempt.reference)
    scene.paid(scene.money("GD1", 9000), scene.money("GD2"))
    with pytest.raises(Fault, match="PAYMENT_MISMATCH"):
        scene.cashier.ask(scene.attempt.reference)
    found = rows.payments_of(scene.office.reader, scene.claim.id)
    assert [(one.number, one.amount, one.standing) for one in found] == [
        ("GD1", 10_000, Standing.COUNTED),
        ("GD2", 10_000, Standing.EXTRA),
    ]


def test_a_contradiction_in_one_holds_up_no_other(scene: Scene) -> None:
    scene.paid(scene.money("GD1"))
    scene.cashier.ask(scene.attempt.reference)
    scene.paid(scene.money("GD1", 9000))
    twice = [scene.attempt, scene.attempt]
    assert scene.cashier.review(twice) == [scene.attempt.reference] * 2
    assert len(scene.platform.asked) == 3


def test_open_attempts_are_asked_when_they_are_due_and_ever_more_rarely(scene: Scene) -> None:
    waits: list[float] = []
    for _ in range(12):
        due = rows.open_attempts(scene.office.reader)[0].next_at
        scene.office.clock.present = max(due, scene.office.clock())
        (one,) = scene.cashier.round()
        assert scene.cashier.round() == []
        waits.append((one.next_at - scene.office.clock()).total_seconds())
        if not one.is_open:
            break
        # a page that is shown stays open however long it takes
        scene.office.takings.waiting(one.reference, "https://bank.example/x", one.next_at)
    assert all(10 <= wait <= 910 for wait in waits)
    assert max(waits[-6:]) > max(waits[:2])


def test_numbers_that_nobody_has(scene: Scene) -> None:
    with pytest.raises(Unfit):
        scene.cashier.ask("dvcX")
    with pytest.raises(Unfit):
        scene.cashier.bill(77)
