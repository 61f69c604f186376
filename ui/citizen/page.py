"""What every page of the citizen's face has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.catalogue.procedure import Text
from kiosk.journeys.submit import BackPressed, Event, State
from kiosk.settings import Office
from ui.citizen.page_scroller import PageScroller
from ui.citizen.services import CitizenServices
from ui.parts.air import Air
from ui.parts.body_text import BodyText
from ui.parts.countdown import Countdown
from ui.parts.digit_pad import DigitPad
from ui.parts.error_summary import ErrorSummary
from ui.parts.heading import Heading
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look

_HIGH_MM = 240.0


@dataclass(frozen=True)
class PageContext:
    """How a page looks, speaks and reports; the same for all pages until a mode changes."""

    look: Look
    language: str
    landscape: bool
    height_mm: float
    office: Office
    services: CitizenServices
    send: Callable[[Event], None]
    call_staff: Callable[[], None]
    rebuild: Callable[[], None]
    """Asks the frame to build the page anew from its drafts."""
    drafts: dict[str, object] = field(default_factory=dict, repr=False)
    """Typed and not yet sent; outlives the page when language or size change."""

    @property
    def apart(self) -> bool:
        """Whether a pad stands by itself, so that the field can scroll with the words."""
        return self.wide or self.look.large

    @property
    def low(self) -> bool:
        """Whether a keyboard below a field in large letters would leave nothing else in sight."""
        return self.landscape and self.height_mm < _HIGH_MM

    @property
    def roomy(self) -> bool:
        """Whether few words leave much of the page empty."""
        return not (self.landscape or self.look.large)

    @property
    def fields_across(self) -> int:
        """How many short fields stand beside each other; what comes below them stays in sight."""
        return 1 if self.look.large or self.low else 2

    @property
    def picture_above(self) -> bool:
        """Whether a picture beside large letters would leave them too little width."""
        return self.look.large and not self.landscape

    @property
    def wide(self) -> bool:
        """Whether two columns stand side by side."""
        return self.landscape and not self.look.large


@dataclass(frozen=True)
class Primary:
    """The one main action of a page."""

    text: str
    enabled: bool = True


class Page(QWidget):
    """What stands between the step line and the footer. Acts of the person go out as events.

    Signals: ``footer_changed``, when `primary` or `can_go_back` answer differently from now on.
    """

    footer_changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self._heading = Heading(context.look, self.heading())
        self._error = ErrorSummary(context.look, "")
        self._error.hide()
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(context.look.gap(tokens.BLOCK_GAP))

    def heading(self) -> str:
        """The page's title; asked for once, at the beginning of the construction."""
        raise NotImplementedError

    def primary(self) -> Primary | None:
        return None

    def can_go_back(self) -> bool:
        return True

    def go(self) -> None:
        """The primary button was pressed."""

    def back(self) -> None:
        self.context.send(BackPressed())

    def is_stale(self) -> bool:
        """Whether the world outside the journey says something else than what is shown."""
        return False

    def first_focus(self) -> QWidget | None:
        """Which field takes the focus when the page opens; None: the frame decides."""
        return None

    def say(self, words: Text) -> str:
        """Text of the data in the person's language."""
        return words.get(self.context.language) or words["vi"]

    def compose(
        self, main: Sequence[QWidget], side: Sequence[QWidget] = (), *, docked: bool = False
    ) -> None:
        """Places heading, error room, ``main`` and ``side``.

        Wide: two columns. Upright: one below the other; a ``docked`` side stays in sight below
        the scrolling part, for pads and keyboards. Large letters on a lying screen: a pad of
        digits stands beside, a keyboard below where the screen is high enough.
        """
        context = self.context
        pad = docked and all(isinstance(widget, DigitPad) for widget in side)
        stays = docked and (pad or not context.low)
        below = () if context.wide or stays else side
        left = self._column((self._heading, self._error, *main, *below))
        self._left = left.column
        if below or not side:
            self._outer.addWidget(self._scrolled(left))
        elif docked and (context.wide or (pad and context.landscape)):
            self._outer.addWidget(self._scrolled(left, beside=context.look.large, narrow=True), 1)
            self._outer.addWidget(self._standing(side))
        elif context.wide:
            self._outer.addWidget(self._scrolled(self._beside(left, self._column(side))))
        else:
            self._dock(left, side)

    def air(self, weight: int = 1) -> list[QWidget]:
        """Room between the words and what is done, on upright screens, which have it."""
        return [] if self.context.landscape else [Air(weight)]

    def put_above(self, widget: QWidget) -> None:
        """Places the frame's step line before the heading, where no other room is left."""
        self._left.insertWidget(0, widget)

    def fail(self, text: str) -> None:
        """Says on top what is wrong and how to put it right."""
        self._error.present(text)

    def clear_error(self) -> None:
        self._error.hide()

    @property
    def error_text(self) -> str:
        """What is wrong, as it is shown; empty when nothing is."""
        return "" if self._error.isHidden() else self._error.accessibleName()

    def _dock(self, left: QWidget, side: Sequence[QWidget]) -> None:
        below = self._column(side)
        below.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout()
        column.setSpacing(self.context.look.gap(tokens.BLOCK_GAP))
        column.addWidget(self._scrolled(left), 1)
        column.addWidget(below)
        self._outer.addLayout(column)

    def _column(self, widgets: Sequence[QWidget]) -> _Column:
        """Widgets below each other; what can grow takes the room that is left."""
        column = _Column(self.context.look.gap(tokens.SPACE_6))
        layout = column.column
        for widget in widgets:
            layout.addLayout(self._inset(widget), widget.sizePolicy().verticalStretch())
        if not any(_grows(widget) for widget in widgets):
            layout.addStretch(1)
        return column

    def _inset(self, widget: QWidget) -> QHBoxLayout:
        """Texts and cards stand in line with the boxes of buttons, which keep a ring margin."""
        row = QHBoxLayout()
        ring = self.context.look.ring
        if isinstance(widget, BodyText):
            row.setContentsMargins(ring, 0, ring, 0)
        elif isinstance(widget, QFrame):
            row.setContentsMargins(ring, ring, ring, ring)
        if isinstance(widget, IconLabel | Countdown):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            return row
        row.addWidget(widget)
        if widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Fixed:
            row.addStretch(1)
        return row

    def _beside(self, left: QWidget, right: QWidget) -> QWidget:
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.context.look.gap(tokens.BLOCK_GAP))
        row.addWidget(left, 1)
        row.addWidget(right, 1)
        return both

    def _standing(self, side: Sequence[QWidget]) -> QWidget:
        """A column as wide as its widgets; large letters may leave it too little height."""
        column = self._column(side)
        if not self.context.look.large:
            return column
        scroller = self._scrolled(column, narrow=True)
        scroller.area.setMinimumWidth(column.minimumSizeHint().width())
        scroller.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        return scroller

    def _scrolled(
        self, inner: QWidget, *, beside: bool | None = None, narrow: bool = False
    ) -> PageScroller:
        low = self.context.landscape if beside is None else beside
        return PageScroller(self.context.look, inner, beside=low, narrow=narrow)


def _grows(widget: QWidget) -> bool:
    return widget.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Expanding


class _Column(QWidget):
    """Widgets below each other."""

    def __init__(self, spacing: int) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)


class StatePage(Page):
    """A view of one state of the journey; it holds no rules."""

    def __init__(self, context: PageContext, state: State) -> None:
        self.state = state
        super().__init__(context)

    def hears_codes(self) -> bool:
        """Whether a code that is scanned now would be heard."""
        return self.state.scans_codes and self.context.services.hears_codes()

    def show_state(self, state: State) -> bool:
        """Takes a newer state of the same step; False asks for a new page."""
        self.state = state
        return False
