"""A citizen at the kiosk and the platform over real sockets: one page a claim, also over a restart, and the
thread that goes on asking when nobody is there any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from devices.cancel import Cancel
from kiosk.faults import Fault
from kiosk.payments import rows
from kiosk.payments.overview import overview
from kiosk.payments.standing import FeeWord, PayWay
from sync.payments.client import PlatformClient
from sync.payments.desk import PaymentDesk
from sync.payments.rounds import Rounds
from tests.contract.payments.conftest import OFFICE, Counter, chosen, opened

pytestmark = pytest.mark.real
Switch = Callable[..., None]


class Kiosk:
    """What one run of the program has of payments."""

    def __init__(self, counter: Counter, url: str = "") -> None:
        settings = chosen(url or counter.url)
        self.client = PlatformClient(settings, OFFICE, counter.clock)
        cashier = counter.cashier_with(self.client)
        self.desk = PaymentDesk(counter.database, "kiosk-01", settings, cashier)
        self.rounds = Rounds(counter.database, cashier, self.client.close, counter.clock, Random(1))
        self.dossier = counter.made.dossier_id


@pytest.fixture
def kiosk(counter: Counter) -> Iterator[Kiosk]:
    made = Kiosk(counter)
    yield made
    made.client.close()


def test_what_is_offered_follows_the_settings(counter: Counter) -> None:
    bare = chosen("", account="", bank="")
    alone = PaymentDesk(counter.database, "kiosk-01", bare, None)
    assert alone.ways == ()
    transfer = PaymentDesk(counter.database, "kiosk-01", chosen(""), None)
    assert transfer.ways == (PayWay.TRANSFER, PayWay.COUNTER)
    assert transfer.look(counter.made.dossier_id).transfer.startswith("000201")


def test_one_page_however_often_it_is_opened_and_after_a_restart(
    counter: Counter, kiosk: Kiosk, platform_folder: Path
) -> None:
    assert kiosk.desk.ways == tuple(PayWay)
    assert kiosk.desk.look(kiosk.dossier).word is FeeWord.OWED
    first = kiosk.desk.open(kiosk.dossier)
    assert first.word is FeeWord.WAITING
    assert kiosk.desk.open(kiosk.dossier).page == first.page
    again = Kiosk(counter)
    assert again.desk.open(kiosk.dossier).page == first.page
    again.client.close()
    assert opened(platform_folder, counter.code) == 1


def test_paid_is_seen_by_asking_and_nothing_is_opened_afterwards(
    counter: Counter, kiosk: Kiosk, platform_folder: Path
) -> None:
    page = kiosk.desk.open(kiosk.dossier).page
    assert kiosk.desk.ask(kiosk.dossier).word is FeeWord.WAITING
    counter.press(page, "pay")
    paid = kiosk.desk.ask(kiosk.dossier)
    assert (paid.word, paid.paid, len(paid.numbers)) == (FeeWord.PAID, 10_000, 1)
    assert kiosk.desk.open(kiosk.dossier) == paid
    assert opened(platform_folder, counter.code) == 1


def test_refused_at_the_bank_is_owed_again(counter: Counter, kiosk: Kiosk) -> None:
    counter.press(kiosk.desk.open(kiosk.dossier).page, "fail")
    assert kiosk.desk.ask(kiosk.dossier).word is FeeWord.OWED


def test_another_sum_is_a_persons_business(counter: Counter, kiosk: Kiosk) -> None:
    counter.press(kiosk.desk.open(kiosk.dossier).page, "short")
    found = kiosk.desk.ask(kiosk.dossier)
    assert (found.word, found.fault) == (FeeWord.TROUBLE, "PAYMENT_MISMATCH")
    with pytest.raises(Fault, match="PAYMENT_MISMATCH"):
        kiosk.desk.open(kiosk.dossier)
    assert overview(counter.reader).held == 1


def test_a_lost_answer_is_asked_after_and_no_second_page_is_opened(
    counter: Counter, kiosk: Kiosk, faults: Switch, platform_folder: Path
) -> None:
    faults(drop_after_commit=1.0)
    with pytest.raises(Fault, match="PAYMENT_UNCLEAR"):
        kiosk.desk.open(kiosk.dossier)
    faults(drop_after_commit=0.0)
    found = kiosk.desk.ask(kiosk.dossier)
    assert (found.word, found.fault) == (FeeWord.TROUBLE, "PAYMENT_UNCLEAR")
    assert opened(platform_folder, counter.code) == 1


def test_without_a_line_the_fee_stays_owed(counter: Counter) -> None:
    kiosk = Kiosk(counter, "http://127.0.0.1:9")
    with pytest.raises(Fault, match="PAYMENT_DOWN"):
        kiosk.desk.open(kiosk.dossier)
    assert kiosk.desk.look(kiosk.dossier).word is FeeWord.OWED
    kiosk.client.close()


def test_money_after_the_session_is_found_by_the_thread_of_the_next_start(
    counter: Counter, kiosk: Kiosk
) -> None:
    """The citizen left with the page on the phone, the power went, and then the money came."""
    page = kiosk.desk.open(kiosk.dossier).page
    counter.press(page, "late")
    again = Kiosk(counter)
    for _ in range(3):
        counter.clock.move(3600)
        again.rounds.round()
    assert again.desk.look(kiosk.dossier).word is FeeWord.PAID
    (paid,) = rows.payments_of(counter.reader, counter.made.id)
    assert counter.bills.read(paid.bill_sha256).startswith(b"%PDF")
    again.rounds.close()
    again.rounds.run(Cancel())


def test_paid_twice_while_nobody_looked_is_kept_to_be_given_back(
    counter: Counter, kiosk: Kiosk
) -> None:
    counter.press(kiosk.desk.open(kiosk.dossier).page, "twice")
    counter.clock.move(3600)
    kiosk.rounds.round()
    assert kiosk.desk.look(kiosk.dossier).word is FeeWord.PAID
    assert overview(counter.reader).refunds == 1


def test_the_thread_never_opens_a_payment(
    counter: Counter, kiosk: Kiosk, platform_folder: Path
) -> None:
    counter.claims.begin(counter.made.id, "kiosk-01")  # a program that died before it sent anything
    for _ in range(3):
        counter.clock.move(3600)
        kiosk.rounds.round()
    assert kiosk.desk.look(kiosk.dossier).word is FeeWord.OWED
    assert opened(platform_folder, counter.code) == 0
