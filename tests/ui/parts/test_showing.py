"""Parts that show something: steps, pages, codes, time, covered values."""

from __future__ import annotations

import threading
from types import ModuleType

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.activate import activate
from tests.ui.gallery import picture
from tests.ui.parts.samples import STEPS
from ui.background import settle
from ui.citizen.thumbs import Thumbs
from ui.parts import page_strip, place_card, qr_view, scaled_image
from ui.parts.action_button import ActionButton
from ui.parts.announce import announce
from ui.parts.answer_row import AnswerRow
from ui.parts.banner import Banner
from ui.parts.choice_list import ChoiceList
from ui.parts.countdown import Countdown
from ui.parts.error_summary import ErrorSummary
from ui.parts.masked_value import MaskedValue
from ui.parts.number_stepper import NumberStepper
from ui.parts.page_strip import PageStrip
from ui.parts.picture import picture as decode
from ui.parts.place_card import PlaceCard
from ui.parts.portrait import Portrait
from ui.parts.qr_view import QrView
from ui.parts.scan_view import ScanView
from ui.parts.spinner import Spinner
from ui.parts.step_bar import StepBar
from ui.parts.step_list import StepList
from ui.style.look import Look


def test_the_step_bar_says_where(look: Look, qtbot: QtBot) -> None:
    bar = StepBar(look, STEPS, 2, named=True)
    qtbot.addWidget(bar)
    assert bar.text_shown() == "Bước 3/6 · Giấy tờ"
    assert bar.accessibleName() == "Bước 3 trên 6: Giấy tờ"
    face = QAccessible.queryAccessibleInterface(bar)
    assert face.role() == QAccessible.Role.ProgressBar
    assert int(face.valueInterface().currentValue()) == 3
    assert int(face.valueInterface().maximumValue()) == 6
    bar.resize(984, bar.sizeHint().height())
    wide = bar.grab().toImage()
    bar.resize(300, bar.sizeHint().height())  # the names have no room and are left out
    assert bar.grab().toImage() != wide


def test_steps_change_word_and_picture(look: Look, qtbot: QtBot) -> None:
    steps = StepList(look, ["Mở khóa chip", "Đọc dữ liệu"])
    qtbot.addWidget(steps)
    seen = set()
    for state in ("waiting", "running", "done", "warning", "failed"):
        steps.set_state(0, state, "lần 2")
        seen.add(steps.row(0).accessibleName())
        assert steps.state(0) == state
    assert len(seen) == 5
    assert "Mở khóa chip: Không được · lần 2" in seen


def test_the_spinner_moves_only_while_seen(look: Look, qtbot: QtBot) -> None:
    spinner = Spinner(look, 40)
    qtbot.addWidget(spinner)
    assert not spinner.is_moving()
    spinner.show()
    assert spinner.is_moving()
    first = spinner.grab().toImage()
    qtbot.waitUntil(lambda: spinner.grab().toImage() != first, timeout=2000)
    spinner.hide()
    assert not spinner.is_moving()


def test_the_place_card_drawing_comes_to_rest(
    look: Look, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_card, "_FRAME_MS", 5)
    drawing = PlaceCard(look)
    qtbot.addWidget(drawing)
    drawing.show()
    assert drawing.is_moving()
    qtbot.waitUntil(lambda: not drawing.is_moving(), timeout=2000)
    assert drawing.frame() == 2
    drawing.hide()
    drawing.show()
    assert drawing.is_moving()
    drawing.hide()
    assert not drawing.is_moving()


def test_a_value_is_covered_again(look: Look, qtbot: QtBot) -> None:
    value = MaskedValue(look, "0010 ••••• 345", "001087012345", seconds=0.05)
    qtbot.addWidget(value)
    value.show()
    value.button.click()
    assert value.shown() == "001087012345"
    qtbot.waitUntil(lambda: value.shown() == "0010 ••••• 345", timeout=2000)
    assert value.button.isEnabled()


def test_a_value_is_covered_when_the_page_goes(look: Look, qtbot: QtBot) -> None:
    value = MaskedValue(look, "••", "001087012345")
    qtbot.addWidget(value)
    assert value.button.text() == "Hiện 5 giây"
    value.show()
    value.button.click()
    value.hide()
    assert value.shown() == "••"


def test_an_answer_asks_to_be_edited(look: Look, qtbot: QtBot) -> None:
    row = AnswerRow(look, "Giấy tờ", "Bằng tốt nghiệp")
    qtbot.addWidget(row)
    assert row.button is not None
    assert row.button.accessibleName() == "Sửa: Giấy tờ"
    with qtbot.waitSignal(row.edit_asked):
        row.button.click()
    assert AnswerRow(look, "Họ tên", "AN", edit=False).button is None


def test_choices_by_touch_and_arrows(look: Look, qtbot: QtBot) -> None:
    choices = ChoiceList(look, [("a", "Điện tử"), ("b", "Giấy"), ("c", "Cả hai")], "a")
    qtbot.addWidget(choices)
    choices.show()
    activate(choices)
    chosen: list[str] = []
    choices.chosen.connect(chosen.append)
    choices.row("b").click()
    assert chosen == ["b"]
    assert not choices.row("a").isChecked()
    choices.row("b").setFocus()
    QTest.keyClick(choices.row("b"), Qt.Key.Key_Down)
    assert choices.row("c").hasFocus()
    QTest.keyClick(choices.row("c"), Qt.Key.Key_Down)
    assert choices.row("a").hasFocus()
    QTest.keyClick(choices.row("a"), Qt.Key.Key_Return)
    assert chosen == ["b", "a"]
    choices.row("a").click()
    assert choices.current() == "a"
    assert choices.row("a").isChecked()


def test_a_number_stays_in_its_limits(look: Look, qtbot: QtBot) -> None:
    stepper = NumberStepper(look, 1, 3, 2, "Số bản sao")
    qtbot.addWidget(stepper)
    seen: list[int] = []
    stepper.changed.connect(seen.append)
    stepper.more.click()
    assert not stepper.more.isEnabled()
    QTest.keyClick(stepper, Qt.Key.Key_Up)
    QTest.keyClick(stepper, Qt.Key.Key_Down)
    stepper.less.click()
    assert seen == [3, 2, 1]
    assert not stepper.less.isEnabled()
    assert stepper.value() == 1


def test_thumbnails(look: Look, qtbot: QtBot) -> None:
    strip = PageStrip(look)
    qtbot.addWidget(strip)
    strip.show()
    strip.set_pages([picture("JPEG")] * 6)
    selected: list[int] = []
    removed: list[int] = []
    strip.selected.connect(selected.append)
    strip.remove_asked.connect(removed.append)
    strip.thumb(4).click()
    strip.remover(5).click()
    assert selected == [4]
    assert removed == [5]
    assert strip.thumb(4).text() == "Trang 5"
    assert strip.remover(5).accessibleName() == "Bỏ trang 6"
    strip.set_pages([picture("JPEG")])
    assert strip.current() == 0
    strip.set_pages([])
    assert strip.current() == -1


def test_the_preview_grows_with_its_pane(look: Look, qtbot: QtBot) -> None:
    view = ScanView(look)
    qtbot.addWidget(view)
    view.show()
    assert view.empty.isVisible()
    view.show_page(picture("JPEG"))
    assert not view.empty.isVisible()
    view.resize(500, 500)
    small = view.page.target()
    view.resize(1000, 1000)
    assert view.page.target().height() > small.height() * 1.5
    view.set_progress(0.5)
    assert view.bar.isVisible()
    assert view.bar.value() == 50
    view.set_progress(None)
    assert not view.bar.isVisible()
    view.show_page(b"no picture")
    assert view.empty.isVisible()


@pytest.mark.qt_log_ignore(".*", extend=True)  # what the decoder says of it
def test_a_preview_that_is_broken_off_in_its_head(look: Look, qtbot: QtBot) -> None:
    view = ScanView(look)
    qtbot.addWidget(view)
    view.show()
    view.show_page(picture("PNG")[:60])
    settle()
    assert view.page.is_empty()
    assert view.empty.isVisible()


def test_the_former_page_stands_until_the_next_is_decoded(look: Look, qtbot: QtBot) -> None:
    view = ScanView(look)
    qtbot.addWidget(view)
    view.show_page(picture("JPEG", 60, 80))
    assert view.page.image().isNull()
    assert view.page.target().size().toSize().width() > 0, "its room is kept"
    settle()
    assert view.page.image().size() == QSize(60, 80)
    view.show_page(picture("JPEG", 80, 60))
    view.show_page(picture("JPEG", 90, 60))
    assert view.page.image().size() == QSize(60, 80)
    settle()
    assert view.page.image().size() == QSize(90, 60)
    view.show_page(picture("JPEG", 80, 60))
    view.show_page(None)
    settle()
    assert view.page.image().isNull(), "a late picture comes too late"


def test_pictures_are_made_off_the_windows_thread(
    look: Look, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, bool]] = []

    def watch(module: ModuleType, name: str) -> None:
        make = getattr(module, name)

        def watched(*given: object) -> object:
            made.append((name, threading.current_thread() is threading.main_thread()))
            return make(*given)

        monkeypatch.setattr(module, name, watched)

    watch(page_strip, "picture")
    watch(scaled_image, "picture")
    watch(qr_view, "_drawn")
    strip = PageStrip(look)
    strip.set_pages([picture("JPEG")])
    parts = [Thumbs(look, [picture("JPEG")]), Portrait(look, picture("PNG")), QrView(look, "1")]
    for part in (strip, *parts):
        qtbot.addWidget(part)
    settle()
    assert sorted(made) == [("_drawn", False), *[("picture", False)] * 3]


def test_the_code_can_be_read_back(each_look: Look, qtbot: QtBot) -> None:
    text = "https://dichvucong.example/hs/H48.12-261124-0007"
    view = QrView(each_look, text)
    qtbot.addWidget(view)
    view.resize(view.sizeHint())
    settle()
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    plain = Image.frombuffer(
        "RGB",
        (image.width(), image.height()),
        bytes(image.constBits()),
        "raw",
        "RGB",
        image.bytesPerLine(),
        1,
    )
    assert [found.text for found in zxingcpp.read_barcodes(plain)] == [text]


def test_seconds_left(look: Look, qtbot: QtBot) -> None:
    ring = Countdown(look, 24, 30)
    qtbot.addWidget(ring)
    assert ring.accessibleName() == "Còn 24 giây"
    before = ring.grab().toImage()
    ring.set_seconds(5)
    assert ring.grab().toImage() != before
    ring.set_seconds(-3)
    assert ring.value() == 0


def test_a_portrait_that_cannot_be_shown(look: Look, qtbot: QtBot) -> None:
    for data in (None, b"jp2 bytes of an unknown kind", picture("JPEG", 60, 80)):
        portrait = Portrait(look, data)
        qtbot.addWidget(portrait)
        portrait.resize(portrait.sizeHint())
        portrait.grab()
        assert portrait.accessibleName()


def test_an_error_is_shown_said_and_focused(look: Look, qtbot: QtBot) -> None:
    class Window(QMainWindow):
        def __init__(self) -> None:
            super().__init__()
            self.said: list[tuple[str, bool]] = []

        def speak(self, text: str, urgent: bool) -> None:
            self.said.append((text, urgent))

    window = Window()
    qtbot.addWidget(window)
    summary = ErrorSummary(look, "")
    window.setCentralWidget(summary)
    summary.hide()
    window.show()
    activate(window)
    summary.present("Số điện thoại có 10 số.")
    assert summary.hasFocus()
    assert summary.accessibleName() == "Số điện thoại có 10 số."
    assert window.said == [("Số điện thoại có 10 số.", True)]
    summary.grab()
    announce(summary, "Đã đọc xong thẻ")
    assert window.said[-1] == ("Đã đọc xong thẻ", False)


def test_a_banner_with_an_action(look: Look, qtbot: QtBot) -> None:
    banner = Banner(look, "warn", "Máy tạm không in được.", "Máy in")
    qtbot.addWidget(banner)
    banner.add_action(ActionButton(look, "Gọi cán bộ"))
    assert banner.accessibleName() == "Máy in. Máy tạm không in được."
    assert banner.findChild(ActionButton) is not None


def test_thumbnails_stand_in_as_many_columns_as_have_room(look: Look, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    strip = PageStrip(look)
    strip.setParent(page)
    strip.set_pages([picture("JPEG")] * 4)
    page.show()
    strip.resize(strip.minimumSizeHint().width(), 2000)
    qtbot.waitUntil(lambda: len({strip.thumb(n).parentWidget().x() for n in range(4)}) == 1)
    strip.resize(2000, 2000)
    qtbot.waitUntil(lambda: len({strip.thumb(n).parentWidget().x() for n in range(4)}) == 4)


def test_pages_that_are_there_are_not_decoded_again(
    look: Look, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []

    def small(data: bytes, room: QSize) -> QImage:
        decoded.append(data)
        return decode(data, room)

    monkeypatch.setattr(page_strip, "picture", small)
    strip = PageStrip(look)
    qtbot.addWidget(strip)
    pages = [picture("JPEG") + bytes([number]) for number in range(3)]
    for count in (1, 2, 3):
        strip.set_pages(pages[:count])
        settle()
    assert decoded == pages, "each once, as it came"
    strip.set_pages(pages[1:])
    settle()
    assert decoded == pages
    assert strip.thumb(1).text() == "Trang 2"
    other = bytes(bytearray(pages[0]))
    strip.set_pages([other, *pages[1:]])
    settle()
    assert len(decoded) == 4
