"""Where the citizen is: "Bước 3/6 · Giấy tờ" over a bar of named segments."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from ui.parts.wrapped_text import WrappedText
from ui.style import tokens
from ui.style.look import Look


class StepBar(QProgressBar):
    """A progress bar to assistive technology; painted as segments. ``current`` counts from 0.

    ``named`` writes the name under each segment, where all of them have room.
    """

    def __init__(
        self, look: Look, names: Sequence[str], current: int, *, named: bool = False
    ) -> None:
        super().__init__()
        self.look, self.names, self.current = look, tuple(names), current
        self._named = named
        self._segments = [WrappedText(name, look.font("caption")) for name in names]
        self.setTextVisible(False)
        self.setAccessibleDescription(", ".join(names))
        self.setRange(0, len(names))
        self.setValue(current + 1)
        name = names[current]
        step, total = current + 1, len(names)
        self._label = WrappedText(
            self.tr("Bước {step}/{total} · {name}").format(step=step, total=total, name=name),
            self._bold(),
        )
        self.setAccessibleName(
            self.tr("Bước {step} trên {total}: {name}").format(step=step, total=total, name=name)
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text_shown(self) -> str:
        return self._label.text

    def _bold(self) -> QFont:
        font = self.look.font("caption")
        font.setBold(True)
        return font

    def _share(self) -> float:
        gap = self.look.mm(tokens.SPACE_2)
        room = self.width() - gap * (len(self.names) - 1)
        return room / len(self.names)

    def _names_fit(self) -> bool:
        return self._named and all(s.natural_width() <= self._share() for s in self._segments)

    def sizeHint(self) -> QSize:
        height = self._label.height(10**5) + self.look.mm(tokens.SPACE_1 + tokens.SPACE_2)
        if self._named and not self.look.large:
            height += self.look.mm(tokens.SPACE_1) + self._segments[0].height(10**5)
        return QSize(self.look.mm(120), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._label.longest_word(), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = self.look.mm(tokens.SPACE_2)
        line = self._label.height(10**5)
        top, share = line + self.look.mm(tokens.SPACE_1), self._share()
        self._label.paint(painter, QRectF(0, 0, self.width(), line), self.look.colour("ink"))
        for index, name in enumerate(self._segments):
            reached = index <= self.current
            rect = QRectF(index * (share + gap), top, share, self.look.mm(tokens.SPACE_2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour("primary" if reached else "divider"))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            if self._names_fit():
                below = QRectF(rect.left(), rect.bottom() + self.look.mm(1), share + 1, line)
                name.paint(painter, below, self.look.colour("ink" if reached else "ink_muted"))
        painter.end()
