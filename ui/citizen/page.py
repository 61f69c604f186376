"""What every page of the citizen's face has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.catalogue.procedure import Text
from kiosk.journeys.submit import BackPressed, Event, State
from ui.citizen.services import CitizenServices
from ui.parts.error_summary import ErrorSummary
from ui.parts.heading import Heading
from ui.parts.scroller import Scroller
from ui.style import tokens
from ui.style.look import Look


@dataclass(frozen=True)
class PageContext:
    """How a page looks, speaks and reports; the same for all pages until a mode changes."""

    look: Look
    language: str
    landscape: bool
    services: CitizenServices
    send: Callable[[Event], None]
    call_staff: Callable[[], None]
    rebuild: Callable[[], None]
    """Asks the frame to build the page anew from its drafts."""
    drafts: dict[str, object] = field(default_factory=dict, repr=False)
    """Typed and not yet sent; outlives the page when language or size change."""

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
        self._error: ErrorSummary | None = None
        self._top = QVBoxLayout()
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
        the scrolling part, for pads and keyboards.
        """
        left = self._column((self._heading, *main))
        left.layout().insertLayout(1, self._top)  # type: ignore[union-attr]
        if not side:
            self._outer.addWidget(self._scrolled(left))
        elif self.context.wide:
            self._outer.addWidget(self._scrolled(left), 1)
            right = self._column(side)
            self._outer.addWidget(right if docked else self._scrolled(right), 0 if docked else 1)
        else:
            self._stack(left, side, docked and not self.context.landscape)

    def fail(self, text: str) -> None:
        """Says on top what is wrong and how to put it right."""
        self.clear_error()
        self._error = ErrorSummary(self.context.look, text)
        self._top.addLayout(self._inset(self._error))
        self._error.present(text)

    def clear_error(self) -> None:
        if self._error is not None:
            self._error.hide()
            self._error.deleteLater()
            self._error = None

    @property
    def error_text(self) -> str:
        return self._error.accessibleName() if self._error is not None else ""

    def _stack(self, left: QWidget, side: Sequence[QWidget], docked: bool) -> None:
        below = self._column(side)
        if docked:
            column = QVBoxLayout()
            column.setSpacing(self.context.look.gap(tokens.BLOCK_GAP))
            column.addWidget(self._scrolled(left), 1)
            column.addWidget(below)
            self._outer.addLayout(column)
            return
        both = self._column((left, below))
        self._outer.addWidget(self._scrolled(both))

    def _column(self, widgets: Sequence[QWidget]) -> QWidget:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.context.look.gap(tokens.SPACE_4))
        for widget in widgets:
            if isinstance(widget, QFrame):
                layout.addLayout(self._inset(widget))
            else:
                layout.addWidget(widget)
        layout.addStretch(1)
        return column

    def _inset(self, widget: QWidget) -> QHBoxLayout:
        """Texts and cards stand in line with the boxes of buttons, which keep a ring margin."""
        row = QHBoxLayout()
        row.setContentsMargins(self.context.look.ring, 0, self.context.look.ring, 0)
        row.addWidget(widget)
        return row

    def _scrolled(self, inner: QWidget) -> Scroller:
        scroller = Scroller(self.context.look)
        scroller.set_body(inner)
        scroller.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return scroller


class StatePage(Page):
    """A view of one state of the journey; it holds no rules."""

    def __init__(self, context: PageContext, state: State) -> None:
        self.state = state
        super().__init__(context)

    def show_state(self, state: State) -> bool:
        """Takes a newer state of the same step; False asks for a new page."""
        self.state = state
        return False
