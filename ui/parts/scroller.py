"""Content that may be longer than the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.parts.action_button import ActionButton
from ui.style import tokens
from ui.style.look import Look


class Scroller(QWidget):
    """Flick with a finger, or press "Lên" and "Xuống", which show only when needed."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        QScroller.grabGesture(self.area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self.up = ActionButton(look, self.tr("Lên"), icon="arrow-up")
        self.down = ActionButton(look, self.tr("Xuống"), icon="arrow-down")
        self._bar = QWidget()
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.gap(tokens.SPACE_4))
        row.addStretch(1)
        row.addWidget(self.up)
        row.addWidget(self.down)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.mm(tokens.SPACE_2))
        column.addWidget(self.area, 1)
        column.addWidget(self._bar)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        self.area.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._bar.hide()

    def set_body(self, widget: QWidget) -> None:
        self.area.setWidget(widget)
        widget.installEventFilter(self)
        self._fit()

    def body(self) -> QWidget | None:
        return self.area.widget()

    def buttons_shown(self) -> bool:
        return not self._bar.isHidden()

    def _fit(self) -> None:
        body = self.body()
        if body is None:
            return
        width = self.width()
        tall = body.heightForWidth(width) if body.hasHeightForWidth() else -1
        needed = max(tall, body.minimumSizeHint().height())
        self._bar.setVisible(needed > self.height())
        self._on_scrolled()

    def _on_scrolled(self) -> None:
        bar = self.area.verticalScrollBar()
        self.up.setEnabled(bar.value() > bar.minimum())
        self.down.setEnabled(bar.value() < bar.maximum() or bar.maximum() == 0)

    def _on_up(self) -> None:
        self._scroll(-1)

    def _on_down(self) -> None:
        self._scroll(1)

    def _scroll(self, pages: int) -> None:
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.value() + round(pages * self.area.viewport().height() * 0.8))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
