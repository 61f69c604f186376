"""Draws every part into pictures: ``python tests/ui/gallery.py FOLDER``. For people, no test."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.parts.action_button import ActionButton
from ui.parts.answer_row import AnswerRow
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.chip import Chip
from ui.parts.choice_list import ChoiceList
from ui.parts.countdown import Countdown
from ui.parts.date_fields import DateFields
from ui.parts.error_summary import ErrorSummary
from ui.parts.heading import Heading
from ui.parts.key_pad import KeyPad
from ui.parts.keyboard import Keyboard
from ui.parts.lamp_list import LampList, LampRow
from ui.parts.masked_value import MaskedValue
from ui.parts.number_stepper import NumberStepper
from ui.parts.page_strip import PageStrip
from ui.parts.paper_view import PaperView
from ui.parts.place_card import PlaceCard
from ui.parts.portrait import Portrait
from ui.parts.qr_view import QrView
from ui.parts.scan_view import ScanView
from ui.parts.scroller import Scroller
from ui.parts.step_bar import StepBar
from ui.parts.step_list import StepList
from ui.parts.text_field import TextField
from ui.parts.tile import Tile
from ui.style import stylesheet, tokens
from ui.style.fonts import load_fonts
from ui.style.look import Look
from ui.style.tokens import HIGH_CONTRAST, LIGHT, Scale

STEPS = ("Thẻ", "Câu hỏi", "Giấy tờ", "Kiểm tra", "Thanh toán", "Gửi")


def picture(kind: str, width: int = 300, height: int = 420) -> bytes:
    """A drawn page, as encoded bytes."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    for line in range(30, height - 30, 22):
        painter.fillRect(30, line, width - 60 - (line * 7) % 90, 8, QColor("grey"))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(buffer.data().data())


def tiles(look: Look) -> list[QWidget]:
    rows = [
        ("rubber-stamp", "Chứng thực bản sao điện tử từ bản chính", "Khoảng 10 phút · 2.000 ₫ một trang · cần thẻ Căn cước", ""),
        ("license", "Cấp, đổi giấy phép lái xe", "Khoảng 15 phút · 135.000 ₫ · cần thẻ Căn cước", ""),
        ("car", "Nộp phạt giao thông (cảnh sát giao thông)", "Khoảng 5 phút", ""),
        ("heartbeat", "Gia hạn thẻ BHYT hộ gia đình", "", "Máy này tạm không làm được vì mất mạng"),
    ]  # fmt: skip
    grid_holder = QWidget()
    grid = QGridLayout(grid_holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(look.gap(tokens.TILE_GAP))
    columns = 1 if look.large else 2
    for index, (icon, title, note, reason) in enumerate(rows):
        tile = Tile(look, icon=icon, title=title, note=note, enabled_note=reason)
        tile.setObjectName("focused" if index == 1 else "")
        grid.addWidget(tile, index // columns, index % columns)
        grid.setRowStretch(index // columns, 1)
    plain = Tile(look, icon="search", title="Tra cứu hồ sơ", note="", kind="plain")
    return [StepBar(look, STEPS, 2), Heading(look, "Hôm nay bạn cần làm gì?"), grid_holder, plain]


def buttons(look: Look) -> list[QWidget]:
    row = QWidget()
    line = QVBoxLayout(row) if look.large else QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(look.gap(4))
    line.addWidget(ActionButton(look, "Quay lại", icon="arrow-left"))
    line.addWidget(
        ActionButton(look, "Tiếp tục", kind="primary", icon="arrow-right", icon_after=True)
    )
    line.addWidget(ActionButton(look, "Kết thúc và xóa", kind="danger"))
    quiet = ActionButton(look, "Chữ to", kind="quiet", icon="eye")
    off = ActionButton(look, "Tiếp tục", kind="primary")
    off.setEnabled(False)
    chips = QWidget()
    strip = QVBoxLayout(chips) if look.large else QHBoxLayout(chips)
    strip.setContentsMargins(0, 0, 0, 0)
    strip.setSpacing(look.mm(2))
    strip.addWidget(Chip(look, "circle-check", "Đã xác thực", "ok"))
    strip.addWidget(Chip(look, "alert-triangle", "Sắp hết giấy", "warn"))
    strip.addWidget(Chip(look, "alert-octagon", "Mất mạng", "danger"))
    strip.addStretch(1)
    return [
        Heading(look, "Bạn có muốn nhận tin nhắn khi hồ sơ xong không? TRẦN VĂN BÌNH ẤẨẪ"),
        BodyText(look, "Số điện thoại chỉ dùng để báo kết quả, không dùng vào việc khác."),
        BodyText(look, "Bạn có thể bỏ qua bước này.", muted=True),
        row,
        quiet,
        off,
        chips,
        Banner(look, "info", "Lệ phí được nộp thẳng vào Kho bạc Nhà nước.", "Lệ phí"),
        Banner(look, "warn", "Máy này tạm không in được. Bạn vẫn nhận kết quả qua tin nhắn."),
        Banner(look, "ok", "Đã nhận đủ tiền."),
        ErrorSummary(look, "Số điện thoại có 10 số. Bạn mới nhập 9 số."),
    ]


def answers(look: Look) -> list[QWidget]:
    lists = StepList(look, ("Nhận ra thẻ", "Mở khóa chip", "Đọc dữ liệu", "Kiểm tra chữ ký"))
    lists.set_state(0, "done")
    lists.set_state(1, "warning", "đọc lại lần 2")
    lists.set_state(2, "running", "3 trên 5 phần")
    return [
        lists,
        LampList(
            look,
            [
                LampRow("ok", "Đọc được", "Đạt"),
                LampRow("danger", "Dữ liệu nguyên vẹn", "Cần cán bộ xem", "Một phần khác."),
                LampRow("warn", "Chứng thư tin cậy", "CHƯA XÁC NHẬN CHỨNG THƯ"),
                LampRow("muted", "Chip thật", "Không kiểm tra"),
            ],
        ),
        AnswerRow(look, "Họ và tên", "NGUYỄN THỊ ÁNH HỒNG", edit=False),
        AnswerRow(look, "Giấy tờ cần chứng thực", "Giấy chứng nhận quyền sử dụng đất"),
        MaskedValue(look, "0010 ••••• 345", "001087012345"),
        ChoiceList(
            look, [("a", "Bản sao điện tử"), ("b", "Bản sao giấy, nhận tại quầy số 3")], "a"
        ),
        NumberStepper(look, 1, 50, 1, "Số bản sao"),
    ]


def typing(look: Look) -> list[QWidget]:
    field = TextField(look, label="Nội dung", hint="Ghi đúng tên trên bản chính", max_length=120)
    field.set_text("Bằng tốt nghiệp")
    field.setObjectName("focused")
    return [field, Keyboard(look, field.edit, names=True)]


def numbers(look: Look) -> list[QWidget]:
    pad = KeyPad(look, length=12, label="Số định danh cá nhân")
    pad.set_text("001087012")
    date = DateFields(look, "Ngày sinh")
    date.set_value((24, 11, 1987))
    return [pad, date]


def pictures(look: Look) -> list[QWidget]:
    strip = PageStrip(look)
    strip.set_pages([picture("JPEG")] * 3)
    strip.select(1)
    scan = ScanView(look)
    scan.show_page(picture("JPEG"))
    scan.set_progress(0.4)
    scan.setMinimumHeight(look.mm(90))
    row = QWidget()
    line = QHBoxLayout(row)
    for widget in (
        Portrait(look, None),
        QrView(look, "https://example.vn/hs/H48.12-261124-0007"),
        Countdown(look, 24, 30),
    ):
        line.addWidget(widget)
    paper = PaperView(look, picture("PNG", 384, 500), "Biên nhận")
    paper.setFixedHeight(look.mm(70))
    return [row, PlaceCard(look), scan, strip, paper]


def scrolled(look: Look) -> list[QWidget]:
    body = QWidget()
    column = QVBoxLayout(body)
    for index in range(12):
        column.addWidget(BodyText(look, f"Dòng {index}: nộp hồ sơ tại quầy số 3, tầng 1"))
    scroller = Scroller(look)
    scroller.set_body(body)
    scroller.setFixedHeight(look.mm(120))
    return [scroller]


SHEETS: dict[str, Callable[[Look], list[QWidget]]] = {
    "tiles": tiles,
    "buttons": buttons,
    "answers": answers,
    "typing": typing,
    "numbers": numbers,
    "pictures": pictures,
    "scrolled": scrolled,
}


def sheet(look: Look, parts: list[QWidget], width: int) -> QWidget:
    page = QWidget()
    page.setObjectName("page")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    page.setStyleSheet(stylesheet.build(look))
    column = QVBoxLayout(page)
    margin = look.mm(tokens.PAGE_MARGIN)
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(look.mm(tokens.BLOCK_GAP))
    for part in parts:
        row = QHBoxLayout()
        if isinstance(part, QFrame | StepBar):  # in line with what keeps a ring margin
            row.setContentsMargins(look.ring, 0, look.ring, 0)
        row.addWidget(part)
        column.addLayout(row)
    column.addStretch(1)
    page.setFixedWidth(width)
    page.adjustSize()
    page.resize(width, max(page.heightForWidth(width), page.minimumSizeHint().height()))
    return page


def main(folder: Path) -> None:
    app = QApplication([])
    app.setStyle("Fusion")
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    only = sys.argv[2:]
    for theme in (LIGHT, HIGH_CONTRAST):
        for large in (False, True):
            look = Look(theme, Scale(4.03, large))
            for name, make in SHEETS.items():
                if only and name not in only:
                    continue
                page = sheet(look, make(look), 1080)
                page.show()
                app.processEvents()
                if focused := page.findChild(QWidget, "focused"):
                    focused.setFocus(Qt.FocusReason.TabFocusReason)
                    page.activateWindow()
                app.processEvents()
                page.grab().save(str(folder / f"{name}-{theme.name}-{200 if large else 100}.png"))
                page.close()
                page.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
