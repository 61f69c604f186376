"""Scan the papers: which one, how far the scanner is, what came."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QSizePolicy, QWidget

from devices.scanner.api import Source
from kiosk.catalogue.procedure import ComponentRule
from kiosk.journeys.submit import PageRemoved, PagesConfirmed, ScanAsked, ScanStopped, State
from ui.citizen.page import PageContext, Primary, StatePage
from ui.parts.action_button import ActionButton
from ui.parts.announce import announce
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.page_strip import PageStrip
from ui.parts.scan_view import ScanView
from ui.style import tokens


class ScanPage(StatePage):
    """Follows the scanner live; pages that came stay until the person removes them."""

    def __init__(self, context: PageContext, state: State) -> None:
        self._rule = _scanned_rule(state)
        super().__init__(context, state)
        look = context.look
        self._shown = len(state.pages) - 1
        self._view = ScanView(look)
        self._view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._view.setMinimumHeight(look.mm((3 if context.landscape else 4) * tokens.TARGET))
        self._strip = PageStrip(look)
        self._strip.selected.connect(self._on_page_chosen)
        self._strip.remove_asked.connect(self._on_remove_asked)
        self._count = BodyText(look, "")
        self._blank = Banner(look, "warn", self.tr("Trang này gần như trắng. Hãy xem lại."))
        self._cut = Banner(look, "warn", self.tr("Trang này bị thiếu một phần. Hãy quét lại."))
        self._feed = self._button(self.tr("Quét giấy trong khay"), "scan", self._on_feeder_asked)
        self._glass = self._button(self.tr("Quét trên mặt kính"), "files", self._on_glass_asked)
        self._stop = self._button(self.tr("Dừng quét"), "hand-stop", self._on_stop_asked)
        words = BodyText(look, self._instruction(), muted=True)
        acts: list[QWidget] = [self._feed, self._glass, self._stop]
        self.compose(
            [words, *acts, self._count, self._blank, self._cut],
            [self._view, self._strip],
        )
        self._show_pages()
        self._follow()

    def heading(self) -> str:
        return self.tr("Quét: {paper}").format(paper=self.say(self._rule.name))

    def primary(self) -> Primary | None:
        enough = len(self.state.pages) >= self._rule.minimum_pages
        return Primary(self.tr("Tiếp tục"), enabled=enough and self.state.scanning is None)

    def go(self) -> None:
        self.context.send(PagesConfirmed())

    def show_state(self, state: State) -> bool:
        former = len(self.state.pages)
        self.state = state
        if len(state.pages) != former:
            self._shown = len(state.pages) - 1
            self._show_pages()
            announce(self._count, self._count_words())
        self._follow()
        self.footer_changed.emit()
        return True

    def _follow(self) -> None:
        state = self.state
        running = state.scanning is not None
        page = state.pages[self._shown] if state.pages else None
        self._view.set_progress(state.scanning)
        self._count.setText(self._count_words())
        self._count.setVisible(running or bool(state.pages))
        self._blank.setVisible(page is not None and "blank" in page.warnings)
        self._cut.setVisible(page is not None and "cut" in page.warnings)
        self._feed.setVisible(not running)
        self._glass.setVisible(not running)
        self._stop.setVisible(running)
        self._strip.setEnabled(not running)

    def _show_pages(self) -> None:
        pages = self.state.pages
        self._strip.set_pages([page.jpeg for page in pages])
        self._strip.select(self._shown)
        self._view.show_page(pages[self._shown].jpeg if pages else None)

    def _instruction(self) -> str:
        return self.tr(
            "Đặt giấy vào khay, mặt chữ quay lên. Giấy mỏng, rách hoặc đóng quyển: đặt lên mặt kính. "
            "Bản chính được trả lại ngay cho bạn."
        )

    def _count_words(self) -> str:
        count = len(self.state.pages)
        if self.state.scanning is not None:
            return self.tr("Đang quét. Đã có %n trang.", "", count)
        return self.tr("Đã quét %n trang. Có thể quét thêm.", "", count)

    def _button(self, text: str, icon: str, call: Callable[[], None]) -> ActionButton:
        button = ActionButton(self.context.look, text, kind="plain", icon=icon)
        button.clicked.connect(call)
        return button

    def _on_page_chosen(self, index: int) -> None:
        self._shown = index
        self._view.show_page(self.state.pages[index].jpeg)
        self._follow()

    def _on_feeder_asked(self) -> None:
        self.context.send(ScanAsked(Source.FEEDER))

    def _on_glass_asked(self) -> None:
        self.context.send(ScanAsked(Source.FLATBED))

    def _on_stop_asked(self) -> None:
        self.context.send(ScanStopped())

    def _on_remove_asked(self, index: int) -> None:
        self.context.send(PageRemoved(index))


def _scanned_rule(state: State) -> ComponentRule:
    return next(rule for rule in state.procedure.components if rule.scanned)
