"""One of each part, for tests that must hold for all of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from tests.ui.gallery import picture
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
from ui.parts.icon_button import IconButton
from ui.parts.key_pad import KeyPad
from ui.parts.keyboard import Keyboard
from ui.parts.lamp_list import LampList, LampRow
from ui.parts.masked_value import MaskedValue
from ui.parts.number_stepper import NumberStepper
from ui.parts.page_strip import PageStrip
from ui.parts.paper_view import PaperView
from ui.parts.place_card import PlaceCard
from ui.parts.portrait import Portrait
from ui.parts.progress_line import ProgressLine
from ui.parts.qr_view import QrView
from ui.parts.scan_view import ScanView
from ui.parts.scroller import Scroller
from ui.parts.step_bar import StepBar
from ui.parts.step_list import StepList
from ui.parts.text_field import TextField
from ui.parts.tile import Tile
from ui.style.look import Look

STEPS = ("Thẻ", "Câu hỏi", "Giấy tờ", "Kiểm tra", "Thanh toán", "Gửi")
Say = Callable[[str], str]


def same(text: str) -> str:
    return text


def _strip(look: Look) -> PageStrip:
    strip = PageStrip(look)
    strip.set_pages([picture("JPEG")] * 5)
    return strip


def _scroller(look: Look) -> Scroller:
    scroller = Scroller(look)
    scroller.set_body(BodyText(look, "Nội dung"))
    return scroller


def _keyboard(look: Look) -> Keyboard:
    keyboard = Keyboard(look, edit := QLineEdit())
    edit.setParent(keyboard)
    edit.hide()
    return keyboard


def _lamps(look: Look, say: Say) -> LampList:
    rows = [
        LampRow("ok", say("Đọc được"), say("Đạt")),
        LampRow("warn", say("Chứng thư tin cậy"), say("CHƯA XÁC NHẬN CHỨNG THƯ"), say("Vì sao")),
        LampRow("danger", say("Dữ liệu nguyên vẹn"), say("Cần cán bộ xem"), say("Vì sao")),
        LampRow("muted", say("Chip thật"), say("Không kiểm tra")),
    ]
    return LampList(look, rows, title=say("Máy đã kiểm tra thẻ"))


def parts(look: Look, say: Say = same) -> dict[str, QWidget]:
    """All parts with ordinary words, each word passed through ``say``."""
    return {
        "tile": Tile(
            look,
            icon="rubber-stamp",
            title=say("Chứng thực bản sao điện tử từ bản chính"),
            note=say("Khoảng 10 phút · 2.000 ₫ một trang · cần thẻ Căn cước"),
        ),
        "faulty_tile": Tile(
            look, icon="car", title=say("Nộp phạt"), note="", enabled_note=say("Máy mất mạng")
        ),
        "primary": ActionButton(look, say("Tiếp tục"), kind="primary", icon="arrow-right"),
        "plain": ActionButton(look, say("Gọi cán bộ")),
        "danger": ActionButton(look, say("Kết thúc và xóa"), kind="danger"),
        "quiet": ActionButton(look, say("Tương phản cao"), kind="quiet", icon="eye"),
        "icon_button": IconButton(look, "x", say("Đóng")),
        "banner": Banner(look, "warn", say("Máy này tạm không in được."), say("Máy in")),
        "error": ErrorSummary(look, say("Số điện thoại có 10 số. Bạn mới nhập 9 số.")),
        "chip": Chip(look, "circle-check", say("Đã xác thực"), "ok"),
        "step_bar": StepBar(look, [say(step) for step in STEPS], 2),
        "step_list": StepList(look, [say("Mở khóa chip"), say("Đọc dữ liệu")]),
        "key_pad": KeyPad(look, length=12, label=say("Số định danh cá nhân")),
        "date_fields": DateFields(look, say("Ngày sinh")),
        "keyboard": _keyboard(look),
        "text_field": TextField(look, label=say("Nội dung"), hint=say("Ghi đúng tên")),
        "choice_list": ChoiceList(
            look, [("a", say("Bản sao điện tử")), ("b", say("Bản sao giấy, nhận tại quầy"))], "a"
        ),
        "number_stepper": NumberStepper(look, 1, 50, 2, say("Số bản sao")),
        "masked_value": MaskedValue(look, "0010 ••••• 345", "001087012345"),
        "answer_row": AnswerRow(look, say("Giấy tờ"), say("Giấy chứng nhận quyền sử dụng đất")),
        "page_strip": _strip(look),
        "scan_view": ScanView(look),
        "qr_view": QrView(look, "H48.12-261124-0007"),
        "paper_view": PaperView(look, picture("PNG"), say("Biên nhận")),
        "countdown": Countdown(look, 24, 30),
        "place_card": PlaceCard(look),
        "scroller": _scroller(look),
        "heading": Heading(look, say("Bạn cần bao nhiêu bản sao?")),
        "body_text": BodyText(look, say("Lệ phí tính theo số trang của bản chính."), muted=True),
        "portrait": Portrait(look, None),
        "lamp_list": _lamps(look, say),
        "progress_line": ProgressLine(look, say("Đang tải ảnh")),
    }
