"""A page's content when it is longer than the room: flick, or press "Lên" and "Xuống"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QWidget,
)

from ui.parts.action_button import ActionButton
from ui.parts.icon_button import IconButton
from ui.parts.pressable import Pressable
from ui.style import tokens
from ui.style.look import Look

_STRIDE = 0.8
"""Share of the visible height that one press moves."""


class PageScroller(QWidget):
    """Its two buttons are small and stand ``beside`` the content on low screens, else below it."""

    def __init__(self, look: Look, body: QWidget, *, beside: bool) -> None:
        super().__init__()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QScroller.grabGesture(self.area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self._body = body
        self._beside = beside
        self.up = _button(look, "arrow-up", self.tr("Lên"), beside)
        self.down = _button(look, "arrow-down", self.tr("Xuống"), beside)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        direction = QBoxLayout.Direction
        self._bar = QWidget()
        upright = beside and not look.large
        bar = QBoxLayout(direction.TopToBottom if upright else direction.LeftToRight, self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(look.gap(tokens.SPACE_4))
        if not beside:
            bar.addStretch(1)
        bar.addWidget(self.up)
        bar.addWidget(self.down)
        if upright:
            bar.addStretch(1)
        whole = QBoxLayout(direction.LeftToRight if beside else direction.TopToBottom, self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(look.gap(tokens.SPACE_4))
        whole.addWidget(self.area, 1)
        whole.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignTop)
        self._bar.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.area.setWidget(body)
        self.area.verticalScrollBar().valueChanged.connect(self._show_ends)
        self._body.installEventFilter(self)

    def scrolls(self) -> bool:
        """Whether the content is longer than the room."""
        return not self._bar.isHidden()

    def _fit(self) -> None:
        """Shows the buttons when they are needed; judged by the width the content has with them."""
        layout = self._body.layout()
        if layout is not None:
            layout.activate()  # else rows inside it answer with heights of before
        bar = self._bar.sizeHint().width() if self._beside else 0
        width = max(1, self.width() - bar)
        tall = self._body.heightForWidth(width) if self._body.hasHeightForWidth() else -1
        needed = max(tall, self._body.minimumSizeHint().height())
        self._bar.setVisible(needed > self.height())
        self._show_ends()

    def _show_ends(self) -> None:
        bar = self.area.verticalScrollBar()
        self.up.setEnabled(bar.value() > bar.minimum())
        self.down.setEnabled(bar.value() < bar.maximum())

    def _on_up(self) -> None:
        self._move(-1)

    def _on_down(self) -> None:
        self._move(1)

    def _move(self, strides: int) -> None:
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.value() + round(strides * self.area.viewport().height() * _STRIDE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        return super().eventFilter(watched, event)

    def hasHeightForWidth(self) -> bool:
        """What scrolls has no height it must have; else pads below it would be squeezed."""
        return False


def _button(look: Look, icon: str, name: str, beside: bool) -> Pressable:
    """With its word; beside large letters on a low screen the arrow alone leaves them room."""
    if beside and look.large:
        return IconButton(look, icon, name)
    return ActionButton(look, name, kind="quiet", icon=icon)
