"""The desk of the demo shows the world and changes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication

from ui.citizen import sample_pictures
from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.simulated_world.desk import Desk
from ui.simulated_world.world import BankAct, CardKind, Output, Printer, ScannerFault


class SmallWorld:
    """A world that only remembers."""

    def __init__(self) -> None:
        self.card = False
        self.kind = CardKind.GOOD
        self.scans = 0
        self.pages = 0
        self.fault = ScannerFault.NONE
        self.paper = dict.fromkeys(Printer, True)
        self.network = True
        self.acts: list[BankAct] = []
        self.printed: list[Output] = []

    def card_print(self) -> tuple[str, str, str]:
        return "001300012345", "02/03/2000", "02/03/2040"

    def card_kind(self) -> CardKind:
        return self.kind

    def set_card_kind(self, kind: CardKind) -> None:
        self.kind = kind

    def scans_codes(self) -> bool:
        return True

    def scan_card_code(self) -> None:
        self.scans += 1

    def card_present(self) -> bool:
        return self.card

    def set_card_present(self, present: bool) -> None:
        self.card = present

    def pages_loaded(self) -> int:
        return self.pages

    def load_pages(self, count: int) -> None:
        self.pages = count

    def scanner_fault(self) -> ScannerFault:
        return self.fault

    def set_scanner_fault(self, fault: ScannerFault) -> None:
        self.fault = fault

    def paper_present(self, printer: Printer) -> bool:
        return self.paper[printer]

    def set_paper_present(self, printer: Printer, present: bool) -> None:
        self.paper[printer] = present

    def pages_to_pay(self) -> int:
        return len(self.acts)

    def at_the_bank(self, act: BankAct) -> None:
        self.acts.append(act)

    def network_up(self) -> bool:
        return self.network

    def set_network_up(self, up: bool) -> None:
        self.network = up

    def outputs(self) -> list[Output]:
        return self.printed

    def outbox_waiting(self) -> int:
        return 0 if self.network else 2


@pytest.fixture
def world() -> SmallWorld:
    return SmallWorld()


@pytest.fixture
def desk(qapp: QApplication, world: SmallWorld) -> Iterator[Desk]:
    made = Desk(world)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def press(desk: Desk, words: str) -> None:
    next(b for b in desk.findChildren(ActionButton) if b.text() == words).click()


def texts(desk: Desk) -> list[str]:
    return [label.text() for label in desk.findChildren(BodyText)]


def test_card_goes_on_and_off(desk: Desk, world: SmallWorld) -> None:
    press(desk, "Đặt thẻ lên mặt đọc")
    assert world.card
    press(desk, "Lấy thẻ ra khỏi mặt đọc")
    assert not world.card


def test_another_card_is_taken_and_its_code_scanned(desk: Desk, world: SmallWorld) -> None:
    press(desk, "Chip sao chép")
    assert world.kind is CardKind.CLONE
    assert "Thẻ trong tay: Chip sao chép" in texts(desk)
    press(desk, "Quét mã QR trên thẻ")
    assert world.scans == 1


def test_scanner_is_loaded_and_jammed(desk: Desk, world: SmallWorld) -> None:
    press(desk, "Nạp 3 tờ")
    assert world.pages == 3
    assert "Trong khay: 3 tờ" in texts(desk)
    press(desk, "Kẹt giấy")
    assert world.fault is ScannerFault.JAM
    press(desk, "Sửa xong")
    assert world.fault is ScannerFault.NONE


def test_printers_lose_and_get_paper(desk: Desk, world: SmallWorld) -> None:
    press(desk, "Lấy cuộn giấy số ra")
    press(desk, "Lấy giấy A4 ra")
    assert not any(world.paper.values())
    press(desk, "Nạp giấy A4 vào")
    assert world.paper[Printer.PAPER]


def test_network_is_cut_and_restored(desk: Desk, world: SmallWorld) -> None:
    press(desk, "Cắt mạng")
    assert "Chờ gửi: 2 hồ sơ" in texts(desk)
    press(desk, "Nối lại mạng")
    assert world.network


def test_what_was_printed_can_be_looked_at(desk: Desk, world: SmallWorld) -> None:
    moment = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
    world.printed.append(Output(Printer.TICKET, 1, moment, sample_pictures.portrait()))
    desk.refresh()
    desk.refresh()
    found = [b for b in desk.findChildren(ActionButton) if "Phiếu số" in b.text()]
    assert [b.text() for b in found] == ["1 · Phiếu số · 09:05:00"]
    view = desk.open_picture(world.printed[0])
    assert view.isVisible()
    view.close()


def test_the_phone_pays_at_the_bank(desk: Desk, world: SmallWorld) -> None:
    press(desk, "Trả tiền")
    press(desk, "Trả thiếu")
    desk.refresh()
    assert world.acts == [BankAct.PAY, BankAct.SHORT]
    assert "Trang thanh toán đang mở: 2" in texts(desk)
