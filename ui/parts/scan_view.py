"""The page just scanned, as large as the pane allows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QProgressBar, QStackedLayout, QVBoxLayout, QWidget

from ui.parts.body_text import BodyText
from ui.parts.picture import FINE
from ui.parts.scaled_image import ScaledImage
from ui.style import tokens
from ui.style.look import Look


class ScanView(QFrame):
    """Preview and, while the scanner runs, a bar of how far it is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setProperty("part", "sunken")
        self.page = ScaledImage(look, self.tr("Trang vừa quét"))
        self.empty = BodyText(look, self.tr("Chưa có trang nào"), muted=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.page.decoded.connect(self._show)
        self._pane = holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.page)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.bar.setFixedHeight(look.mm(tokens.SPACE_3))
        self.bar.setAccessibleName(self.tr("Đang quét"))
        column = QVBoxLayout(self)
        pad = look.mm(tokens.SPACE_4)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(pad)
        column.addWidget(holder, 1)
        column.addWidget(self.bar)
        self.set_progress(None)

    def show_page(self, jpeg: bytes | None) -> None:
        """Shows a page, decoded as fine as the pane's own pixels: a whole one would take 15 MB each time."""
        room = self._pane.size() * self.devicePixelRatioF() / FINE
        least = QSize(self.look.mm(60), self.look.mm(85))  # before it has its place
        self._show(self.page.set_bytes(jpeg, room.expandedTo(least)))

    def _show(self, page: bool) -> None:
        self._stack.setCurrentIndex(1 if page else 0)

    def set_progress(self, share: float | None) -> None:
        """From 0 to 1, or None when the scanner rests."""
        self.bar.setVisible(share is not None)
        if share is not None:
            self.bar.setValue(round(max(0.0, min(1.0, share)) * 100))
