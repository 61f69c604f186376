"""A page's content when it is longer than the room: flick, or press "Lên" and "Xuống"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QLineEdit,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QWidget,
)

from ui.parts.action_button import ActionButton
from ui.parts.icon_button import IconButton
from ui.parts.key_panel import KeyPanel
from ui.parts.pressable import Pressable
from ui.style import tokens
from ui.style.look import Look

_STRIDE = 0.8
"""Share of the visible height that one press moves."""


class PageScroller(QWidget):
    """Its two buttons are small and stand ``beside`` the content on low screens, else below it.

    ``narrow``: beside the content they stand one above the other, also for large letters.

    Whatever takes the focus comes into sight, a field with its label, and comes back when it is
    typed into by a pad that stands apart.
    """

    def __init__(self, look: Look, body: QWidget, *, beside: bool, narrow: bool = False) -> None:
        super().__init__()
        self.area = _area()
        self._body = body
        self._beside = beside
        self.up = _button(look, "arrow-up", self.tr("Lên"), beside)
        self.down = _button(look, "arrow-down", self.tr("Xuống"), beside)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        direction = QBoxLayout.Direction
        self._bar = QWidget()
        upright = beside and (narrow or not look.large)
        bar = QBoxLayout(direction.TopToBottom if upright else direction.LeftToRight, self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(look.gap(tokens.SPACE_4))
        if not beside:
            bar.addStretch(1)
        bar.addWidget(self.up)
        bar.addWidget(self.down)
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
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._follow)
        if isinstance(app := QGuiApplication.instance(), QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        for edit in body.findChildren(QLineEdit):
            edit.textChanged.connect(self._on_typed)

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
        if self._body.hasHeightForWidth():
            needed = self._body.heightForWidth(width)
            self._body.setMinimumHeight(1)  # else the area asks for the height of narrow words
        else:
            needed = self._body.minimumSizeHint().height()
        self._bar.setVisible(needed > self.height())
        self._show_ends()

    def _follow(self) -> None:
        """Brings what has the focus into sight: with its label, where both have room."""
        widget = QApplication.focusWidget()
        if widget is None or not self._body.isAncestorOf(widget):
            return
        if QGuiApplication.mouseButtons() and not isinstance(widget, QLineEdit):
            return  # nothing slips away from under the finger that presses it
        part = self._labelled(widget)
        room = self.area.viewport().height()
        whole, field = self._place(part), self._place(_framed(widget))
        self._bring(whole if whole.height() <= room else field)

    def _labelled(self, widget: QWidget) -> QWidget:
        """A field with its label and its fellows."""
        part: QWidget | None = widget
        while isinstance(widget, QLineEdit) and part and part.parentWidget() is not self._body:
            part = part.parentWidget()
        return part or widget

    def _place(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._body, QPoint()), widget.size())

    def _bring(self, place: QRect) -> None:
        bar, room = self.area.verticalScrollBar(), self.area.viewport().height()
        if place.top() < bar.value():
            bar.setValue(place.top())
        elif place.bottom() >= bar.value() + room:
            bar.setValue(min(place.top(), place.bottom() + 1 - room))

    def _show_ends(self) -> None:
        bar = self.area.verticalScrollBar()
        self.up.setEnabled(bar.value() > bar.minimum())
        self.down.setEnabled(bar.value() < bar.maximum())

    def _on_focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._body.isAncestorOf(now):
            self._later.start()  # a page that opens has no places yet

    def _on_typed(self) -> None:
        if not self._body.findChildren(KeyPanel):  # else the pad would slip away
            self._follow()

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
        self._later.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        if event.type() is QEvent.Type.Resize:
            self._later.start()
        return super().eventFilter(watched, event)

    def hasHeightForWidth(self) -> bool:
        """What scrolls has no height it must have; else pads below it would be squeezed."""
        return False


def _area() -> QScrollArea:
    """Moved by a finger or by buttons, never by a thin bar."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
    return area


def _framed(widget: QWidget) -> QWidget:
    """A field with its border and ring."""
    parent = widget.parentWidget()
    return parent if isinstance(widget, QLineEdit) and parent is not None else widget


def _button(look: Look, icon: str, name: str, beside: bool) -> Pressable:
    """With its word; beside large letters on a low screen the arrow alone leaves them room."""
    if beside and look.large:
        return IconButton(look, icon, name)
    return ActionButton(look, name, kind="quiet", icon=icon)
