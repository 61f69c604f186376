"""The desk of the demo: a small second window with what hands and the outside world can do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kiosk.clock import at_office
from ui.parts.action_button import ActionButton
from ui.parts.body_text import BodyText
from ui.parts.heading import Heading
from ui.parts.paper_view import PaperView
from ui.simulated_world.world import BankAct, CardKind, Output, Printer, ScannerFault, World
from ui.style import stylesheet, tokens
from ui.style.look import Look
from ui.style.tokens import LIGHT, Scale

_REFRESH_MS = 500
_SCALE = Scale(2.4)  # read from near, with a mouse
_SHEETS = (1, 3, 12)
_WIDTH_MM, _HEIGHT_MM = 175, 330
_PICTURE_MM = (210, 300)


class Desk(QWidget):
    """Card, scanner, printers and network of a simulated world, and what came out of the printers."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._look = Look(LIGHT, _SCALE)
        self._pictures: list[QWidget] = []
        self._listed = 0
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(self.tr("Bàn thử"))
        self.setStyleSheet(stylesheet.build(self._look))
        self._column = QVBoxLayout()
        self._column.setSpacing(self._look.mm(tokens.SPACE_3))
        self._card = self._group(self.tr("Thẻ Căn cước mẫu"))
        number, born, expires = world.card_print()
        printed = self.tr("In trên thẻ: {number} · sinh {born} · có giá trị đến {expires}")
        words = printed.format(number=number, born=born, expires=expires)
        self._text(self._card).setText(words)
        self._kind = self._text(self._card)
        for kinds in (tuple(CardKind)[:4], tuple(CardKind)[4:]):
            row = self._row(self._card)
            for kind in kinds:
                self._button(self._kind_words(kind), partial(self._on_kind_chosen, kind), row)
        self._toggle_card = self._button("", self._on_card_toggled, self._card)
        if world.scans_codes():
            self._button(self.tr("Quét mã QR trên thẻ"), world.scan_card_code, self._card)
        self._build_scanner()
        self._build_printers()
        self._build_network()
        self._build_bank()
        self._out = self._group(self.tr("Đã in ra"))
        self._column.addStretch(1)
        self._scroll()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(_REFRESH_MS)
        self.resize(self._look.mm(_WIDTH_MM), self._look.mm(_HEIGHT_MM))
        self.refresh()

    def refresh(self) -> None:
        """Shows how the world stands now."""
        world = self._world
        lies = self.tr("Lấy thẻ ra khỏi mặt đọc")
        self._toggle_card.set_label(
            lies if world.card_present() else self.tr("Đặt thẻ lên mặt đọc")
        )
        held = self.tr("Thẻ trong tay: {kind}")
        self._kind.setText(held.format(kind=self._kind_words(world.card_kind())))
        self._sheets.setText(self.tr("Trong khay: %n tờ", "", world.pages_loaded()))
        self._fault.setText(self._fault_words(world.scanner_fault()))
        for printer, button in self._paper.items():
            button.set_label(self._paper_words(printer))
        up = self.tr("Cắt mạng")
        self._network.set_label(up if world.network_up() else self.tr("Nối lại mạng"))
        self._waiting.setText(self.tr("Chờ gửi: %n hồ sơ", "", world.outbox_waiting()))
        self._pages.setText(self.tr("Trang thanh toán đang mở: %n", "", world.pages_to_pay()))
        outputs = world.outputs()
        for output in outputs[self._listed :]:
            self._list(output)
        self._listed = len(outputs)

    def _kind_words(self, kind: CardKind) -> str:
        return {
            CardKind.GOOD: self.tr("Thẻ tốt"),
            CardKind.NO_PACE: self.tr("Cần ngày sinh"),
            CardKind.STRANGE_ISSUER: self.tr("Nơi cấp lạ"),
            CardKind.ALTERED: self.tr("Dữ liệu bị sửa"),
            CardKind.CLONE: self.tr("Chip sao chép"),
            CardKind.BROKEN_PHOTO: self.tr("Ảnh hỏng"),
            CardKind.NO_CHIP: self.tr("Không có chip"),
        }[kind]

    def _build_scanner(self) -> None:
        group = self._group(self.tr("Máy quét"))
        self._sheets = self._text(group)
        row = self._row(group)
        for count in _SHEETS:
            text = self.tr("Nạp %n tờ", "", count)
            self._button(text, partial(self._on_pages_loaded, count), row)
        self._fault = self._text(group)
        row = self._row(group)
        for fault, text in (
            (ScannerFault.JAM, self.tr("Kẹt giấy")),
            (ScannerFault.COVER_OPEN, self.tr("Mở nắp")),
            (ScannerFault.NONE, self.tr("Sửa xong")),
        ):
            self._button(text, partial(self._on_fault_chosen, fault), row)

    def _build_printers(self) -> None:
        group = self._group(self.tr("Máy in"))
        self._paper = {
            printer: self._button(
                self._paper_words(printer),
                partial(self._on_paper_toggled, printer),
                group,
            )
            for printer in Printer
        }

    def _build_network(self) -> None:
        group = self._group(self.tr("Mạng"))
        self._waiting = self._text(group)
        self._network = self._button("", self._on_network_toggled, group)

    def _build_bank(self) -> None:
        group = self._group(self.tr("Điện thoại ở trang ngân hàng"))
        self._pages = self._text(group)
        acts = (
            (BankAct.PAY, self.tr("Trả tiền")),
            (BankAct.LATE, self.tr("Trả, báo chậm")),
            (BankAct.SHORT, self.tr("Trả thiếu")),
            (BankAct.TWICE, self.tr("Trả hai lần")),
            (BankAct.FAIL, self.tr("Từ chối")),
        )
        for part in (acts[:3], acts[3:]):
            row = self._row(group)
            for act, text in part:
                self._button(text, partial(self._world.at_the_bank, act), row)

    def _paper_words(self, printer: Printer) -> str:
        present = self._world.paper_present(printer)
        if printer is Printer.TICKET:
            return self.tr("Lấy cuộn giấy số ra") if present else self.tr("Lắp cuộn giấy số vào")
        return self.tr("Lấy giấy A4 ra") if present else self.tr("Nạp giấy A4 vào")

    def _fault_words(self, fault: ScannerFault) -> str:
        return {
            ScannerFault.NONE: self.tr("Lần quét tới: bình thường"),
            ScannerFault.JAM: self.tr("Lần quét tới: kẹt giấy"),
            ScannerFault.COVER_OPEN: self.tr("Lần quét tới: nắp mở"),
        }[fault]

    def _list(self, output: Output) -> None:
        kind = (
            self.tr("Phiếu số") if output.printer is Printer.TICKET else self.tr("Giấy tiếp nhận")
        )
        text = f"{output.number} · {kind} · {at_office(output.at):%H:%M:%S}"
        self._button(text, partial(self.open_picture, output), self._out)

    def open_picture(self, output: Output) -> QWidget:
        """Shows what a printer gave in a window of its own."""
        view = PaperView(self._look, output.picture, self.tr("Bản in"))
        view.setWindowTitle(self.tr("Bản in"))
        view.resize(self._look.mm(_PICTURE_MM[0]), self._look.mm(_PICTURE_MM[1]))
        self._pictures.append(view)  # a window without an owner would be dropped at once
        view.show()
        return view

    def _on_kind_chosen(self, kind: CardKind) -> None:
        self._world.set_card_kind(kind)
        self.refresh()

    def _on_card_toggled(self) -> None:
        self._world.set_card_present(not self._world.card_present())
        self.refresh()

    def _on_pages_loaded(self, count: int) -> None:
        self._world.load_pages(count)
        self.refresh()

    def _on_fault_chosen(self, fault: ScannerFault) -> None:
        self._world.set_scanner_fault(fault)
        self.refresh()

    def _on_paper_toggled(self, printer: Printer) -> None:
        self._world.set_paper_present(printer, not self._world.paper_present(printer))
        self.refresh()

    def _on_network_toggled(self) -> None:
        self._world.set_network_up(not self._world.network_up())
        self.refresh()

    def _group(self, title: str) -> QVBoxLayout:
        frame = QFrame()
        frame.setProperty("part", "card")
        column = QVBoxLayout(frame)
        pad = self._look.mm(tokens.SPACE_4)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(self._look.mm(tokens.SPACE_1))
        column.addWidget(Heading(self._look, title, size="label"))
        self._column.addWidget(frame)
        return column

    def _row(self, group: QVBoxLayout) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self._look.gap(tokens.SPACE_2))
        group.addLayout(row)
        return row

    def _text(self, group: QVBoxLayout) -> BodyText:
        text = BodyText(self._look, "", muted=True, size="caption")
        group.addWidget(text)
        return text

    def _button(
        self, text: str, call: Callable[[], object], place: QVBoxLayout | QHBoxLayout
    ) -> ActionButton:
        button = ActionButton(self._look, text or "…", kind="quiet")
        button.clicked.connect(lambda: call())  # noqa: PLW0108  # drops `checked`
        place.addWidget(button)
        return button

    def _scroll(self) -> None:
        inner = QWidget()
        inner.setLayout(self._column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
