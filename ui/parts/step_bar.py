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
    """A progress bar to assistive technology; painted as segments. ``current`` counts from 0."""

    def __init__(self, look: Look, names: Sequence[str], current: int) -> None:
        super().__init__()
        self.look, self.names, self.current = look, tuple(names), current
        self.setTextVisible(False)
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

    def sizeHint(self) -> QSize:
        bar = self.look.mm(tokens.SPACE_3)
        return QSize(self.look.mm(120), self._label.height(10**5) + self.look.mm(1) + bar)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._label.longest_word(), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._label.height(self.width())
        self._label.paint(painter, QRectF(0, 0, self.width(), height), self.look.colour("ink"))
        top, gap = height + self.look.mm(1), self.look.mm(tokens.SPACE_2)
        share = (self.width() - gap * (len(self.names) - 1)) / len(self.names)
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(len(self.names)):
            painter.setBrush(self.look.colour("primary" if index <= self.current else "divider"))
            rect = QRectF(index * (share + gap), top, share, self.look.mm(tokens.SPACE_2))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.end()
