"""Paying at the kiosk: calm, live, never "paid" before it is, and free to leave at any time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.journeys import paying
from kiosk.journeys import submit as say
from kiosk.journeys.paying import FeeSeen, PayLeft, PaymentFailed, PayWayChosen
from kiosk.journeys.submit import End, Paper, Printed, Step
from kiosk.payments.standing import FeeStanding, FeeWord, PayWay
from tests.ui.citizen.conftest import Seconds
from tests.ui.citizen.scripted_journey import Office
from tests.ui.citizen.test_journey import banners, named, shown
from ui.citizen import samples
from ui.citizen.pages.done import DonePage
from ui.citizen.pages.home import HomePage
from ui.citizen.pages.pay import PayPage
from ui.citizen.window import CitizenWindow
from ui.parts.countdown import Countdown
from ui.parts.qr_view import QrView
from ui.parts.tile import Tile
from ui.shots import procedures

OWED = FeeStanding(FeeWord.OWED, 15_000, 15_000, "C1", transfer="000201")
WAITING = FeeStanding(FeeWord.WAITING, 15_000, 15_000, "C1", page="https://pay.invalid/1")
PAID = FeeStanding(FeeWord.PAID, numbers=("GD7",), paid=15_000)


def at_paying(window: CitizenWindow, office: Office) -> None:
    """A journey whose papers are printed and whose fee is owed."""
    office.pay_ways = tuple(PayWay)
    window.start(procedures()[0])
    office.journey.jump(samples.states(procedures()[0])["hand_in"])
    office.journey.papers_come()
    assert office.journey.effects[-1] == paying.LookAtFee("sample")
    office.journey.send(FeeSeen(OWED))
    QApplication.processEvents()
    assert isinstance(window.page, PayPage)


def press(window: CitizenWindow, title: str) -> None:
    tile = next(one for one in window.page.findChildren(Tile) if one.text() == title)
    tile.clicked.emit()
    QApplication.processEvents()


def texts(window: CitizenWindow) -> str:
    QApplication.processEvents()
    return "\n".join(one.accessibleName() for one in window.page.findChildren(QrView)) + banners(
        window
    )


def test_from_the_choice_to_the_money(window: CitizenWindow, office: Office) -> None:
    at_paying(window, office)
    journey = office.journey
    press(window, "Quét mã trả trực tuyến")
    assert journey.effects[-1] == paying.OpenPayment("sample")
    assert "Đang mở" in window.page.heading()
    journey.send(FeeSeen(WAITING, 300))
    assert window.page.heading() == "Quét mã để nộp 15.000\N{NO-BREAK SPACE}₫"
    assert "Đã nhận tiền" not in texts(window)
    page = window.page
    journey.send(FeeSeen(WAITING, 280))
    assert window.page is page, "the same page goes on"
    assert page.findChild(Countdown).value() == 280
    journey.send(FeeSeen(PAID, 270))
    assert window.page.heading() == "Đã nhận tiền: 15.000\N{NO-BREAK SPACE}₫"
    named(window, "In giấy xác nhận").click()
    assert isinstance(journey.effects[-1], paying.PrintReceipt)
    journey.send(say.ReceiptPrinted(Paper(Printed.CONFIRMED)))
    assert "Đã in giấy xác nhận" in banners(window)
    shown(window, "primary").click()
    assert isinstance(window.page, DonePage)


def test_the_ring_counts_and_never_says_over_before_the_machine_does(
    window: CitizenWindow, office: Office
) -> None:
    at_paying(window, office)
    press(window, "Quét mã trả trực tuyến")
    office.journey.send(FeeSeen(WAITING, 2))
    page = window.page
    assert isinstance(page, PayPage)
    for _ in range(5):
        page.count()
    ring = page.findChild(Countdown)
    assert (ring.value(), ring.isHidden()) == (1, False)
    office.journey.send(FeeSeen(WAITING, 0))
    assert ring.isHidden()
    assert "tự ghi nhận" in banners(window)
    named(window, "Hỏi lại").click()
    assert office.journey.effects[-1] == paying.FollowFee("sample")


@pytest.mark.parametrize("code", ["PAYMENT_DOWN", "PAYMENT_REFUSED"])
def test_without_the_platform_the_counter_is_chosen_and_the_dossier_stays_valid(
    window: CitizenWindow, office: Office, code: str
) -> None:
    at_paying(window, office)
    press(window, "Quét mã trả trực tuyến")
    office.journey.send(PaymentFailed(code))
    assert "tại quầy" in window.page.heading()
    assert "vẫn hợp lệ" in banners(window)
    named(window, "Thử lại").click()
    assert office.journey.effects[-1] == paying.OpenPayment("sample")
    office.journey.send(PaymentFailed(code))
    shown(window, "primary").click()
    assert isinstance(window.page, DonePage)


def test_a_contradiction_sends_the_person_to_a_clerk(window: CitizenWindow, office: Office) -> None:
    at_paying(window, office)
    press(window, "Quét mã trả trực tuyến")
    office.journey.send(FeeSeen(WAITING, 300))
    office.journey.send(PaymentFailed("PAYMENT_MISMATCH"))
    assert "cán bộ" in window.page.heading()
    assert "không bị mất" in banners(window)


def test_a_page_that_never_came_frightens_nobody(window: CitizenWindow, office: Office) -> None:
    """No page was shown, so no money can have moved; the machine goes on asking, the counter takes it too."""
    unclear = FeeStanding(FeeWord.TROUBLE, 15_000, 15_000, "C1", fault="PAYMENT_UNCLEAR")
    at_paying(window, office)
    press(window, "Quét mã trả trực tuyến")
    office.journey.send(FeeSeen(unclear, 300))
    assert "Chưa có tiền nào bị trừ" in banners(window)
    office.journey.send(FeeSeen(OWED, 180))
    assert "Bạn có thể thử lại" in banners(window)
    press(window, "Quét mã trả trực tuyến")
    office.journey.send(FeeSeen(unclear, 300))
    shown(window, "primary").click()
    assert "trả tại quầy" in fee_line(window)


def test_a_transfer_says_that_the_machine_does_not_know(
    window: CitizenWindow, office: Office
) -> None:
    at_paying(window, office)
    press(window, "Chuyển khoản VietQR")
    assert "Máy không tự biết" in banners(window)
    shown(window, "primary").click()
    assert "trả tại quầy" in fee_line(window)


def test_from_the_last_page_the_person_may_pay_after_all(
    window: CitizenWindow, office: Office
) -> None:
    at_paying(window, office)
    press(window, "Trả tại quầy")
    assert isinstance(window.page, DonePage)
    named(window, "Nộp phí tại máy này").click()
    assert isinstance(window.page, PayPage)


def test_money_that_comes_while_the_last_page_is_open_is_told_there(
    window: CitizenWindow, office: Office
) -> None:
    at_paying(window, office)
    press(window, "Quét mã trả trực tuyến")
    office.journey.send(FeeSeen(WAITING, 300))
    office.journey.send(PayLeft())
    page = window.page
    office.journey.send(FeeSeen(WAITING, 290))
    assert window.page is page, "asking in the background disturbs nobody"
    assert "đang chờ tiền" in fee_line(window)
    office.journey.send(FeeSeen(PAID, 280))
    assert "đã nhận tiền, số GD7" in fee_line(window)


def fee_line(window: CitizenWindow) -> str:
    from ui.parts.answer_row import AnswerRow

    QApplication.processEvents()
    rows = [one.accessibleName() for one in window.page.findChildren(AnswerRow)]
    return next(one for one in rows if one.startswith("Phí"))


def idle_over(window: CitizenWindow, seconds: Seconds) -> None:
    seconds.now += 60
    window.tick()


def test_who_waits_for_money_is_not_idle_and_afterwards_is(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    at_paying(window, office)
    press(window, "Quét mã trả trực tuyến")
    office.journey.send(FeeSeen(WAITING, 300))
    idle_over(window, seconds)
    assert isinstance(window.page, PayPage)
    office.journey.send(FeeSeen(WAITING, 0))
    idle_over(window, seconds)
    assert not isinstance(window.page, PayPage), "the warning stands before it"


ENDS: list[Callable[[Office], None]] = [
    lambda office: office.journey.send(PayWayChosen(PayWay.PLATFORM)),
    lambda office: office.journey.send(FeeSeen(WAITING, 300)),
    lambda office: office.journey.send(PaymentFailed("PAYMENT_DOWN")),
]


@pytest.mark.parametrize("lead", ENDS)
def test_the_person_can_leave_at_any_time(
    window: CitizenWindow, office: Office, lead: Callable[[Office], None]
) -> None:
    at_paying(window, office)
    lead(office)
    window.end(End.IDLE)
    assert isinstance(window.page, HomePage)
    assert office.journey.effects[-1] == say.StopWork()
    assert office.journey.state.step is Step.ENDED
