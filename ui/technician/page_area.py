"""Lets a page scroll where its words need more height than there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from ui.parts.data_table import DataTable


class PageArea(QScrollArea):
    """Up and down only; what takes the focus comes into sight, also when the page grows."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)  # first: how far it scrolls is known after it
        if watched is self.widget() and event.type() is QEvent.Type.Resize:
            self._follow()
        return done

    def _follow(self) -> None:
        page, focused = self.widget(), QApplication.focusWidget()
        # A table is higher than its first rows need: it stays where it is.
        if page is None or focused is None or isinstance(focused, DataTable):
            return
        if page.isAncestorOf(focused):
            self.ensureWidgetVisible(focused, 0, focused.height() * 3)
