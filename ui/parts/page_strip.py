"""The scanned pages in a row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.background import in_background
from ui.parts.action_button import ActionButton
from ui.parts.picture import picture
from ui.parts.pressable import Paint, Pressable
from ui.style import tokens
from ui.style.look import Look

_MOST_COLUMNS = 4


class PageStrip(QWidget):
    """Thumbnails with their number; below each a button that takes the page away.

    As many stand in a row as have room.

    *Signals*: ``selected(int)``, ``remove_asked(int)``, both counting from 0.
    """

    selected = Signal(int)
    remove_asked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._current = -1
        self._thumbs: list[_Thumb] = []
        self._removers: list[ActionButton] = []
        self._cells: list[QWidget] = []
        self._columns = _MOST_COLUMNS
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.mm(tokens.SPACE_2))
        self._grid.setColumnStretch(_MOST_COLUMNS, 1)

    def set_pages(self, pages: Sequence[bytes]) -> None:
        # Pages come one by one, and each time all of them are set: what is here stays, and stays decoded.
        same = 0
        for thumb, data in zip(self._thumbs, pages, strict=False):
            if thumb.data is not data:
                break
            same += 1
        known = {id(thumb.data): thumb.picture for thumb in self._thumbs[same:]}
        for cell in self._cells[same:]:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        for parts in (self._cells, self._thumbs, self._removers):
            del parts[same:]
        for index, data in enumerate(pages[same:], start=same):
            self._cells.append(self._cell(index, data, known.get(id(data))))
        self._place()
        self.select(min(self._current, len(pages) - 1))

    def select(self, index: int) -> None:
        """Mark a page without a signal."""
        self._current = index
        for place, thumb in enumerate(self._thumbs):
            thumb.setChecked(place == index)

    def thumb(self, index: int) -> Pressable:
        return self._thumbs[index]

    def remover(self, index: int) -> ActionButton:
        return self._removers[index]

    def current(self) -> int:
        return self._current

    def _cell(self, index: int, data: bytes, known: QImage | None) -> QWidget:
        number = index + 1
        name = self.tr("Trang {n}").format(n=number)
        thumb = _Thumb(self.look, data, number, name, known)
        thumb.clicked.connect(partial(self._on_clicked, index))
        self._thumbs.append(thumb)
        remove = ActionButton(self.look, self.tr("Bỏ"), kind="quiet", icon="trash")
        remove.setAccessibleName(self.tr("Bỏ trang {n}").format(n=number))
        remove.clicked.connect(partial(self._on_remove, index))
        self._removers.append(remove)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(thumb, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(remove)
        column.addStretch(1)
        return holder

    def _place(self) -> None:
        for index, cell in enumerate(self._cells):
            self._grid.addWidget(cell, index // self._columns, index % self._columns)
        self.updateGeometry()

    def _fit(self) -> None:
        gap = self._grid.spacing()
        columns = (self.width() + gap) // (self._least_width() + gap)
        columns = max(1, min(_MOST_COLUMNS, columns))
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _least_width(self) -> int:
        """What one cell needs."""
        return max((cell.minimumSizeHint().width() for cell in self._cells), default=0)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least_width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _on_clicked(self, index: int) -> None:
        self.select(index)
        self.selected.emit(index)

    def _on_remove(self, index: int) -> None:
        self.remove_asked.emit(index)


class _Thumb(Pressable):
    def __init__(
        self, look: Look, data: bytes, number: int, name: str, known: QImage | None
    ) -> None:
        super().__init__(look, name)
        self.setCheckable(True)
        self.data = data
        self.picture = QImage() if known is None else known
        if self.picture.isNull():
            in_background(self, partial(picture, data, self.sizeHint()), self._take)
        self._number = str(number)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _take(self, decoded: QImage) -> None:
        self.picture = decoded
        self.update()

    def paint(self) -> Paint:
        edge = "primary" if self.isChecked() else "line"
        return Paint("primary_soft" if self.isChecked() else "surface", edge, "ink", "ink_muted")

    def paint_content(self, painter: QPainter, box: QRectF, colours: Paint) -> None:
        pad = self.look.mm(tokens.SPACE_2)
        painter.setFont(self.look.font("caption"))
        line = painter.fontMetrics().height()
        room = box.adjusted(pad, pad, -pad, -line - self.look.mm(1))
        size = self.picture.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self.picture)
        painter.setPen(self.look.colour(colours.text))
        foot = QRectF(box.left(), box.bottom() - line - 1, box.width(), line)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, self._number)

    def sizeHint(self) -> QSize:
        ring = 2 * self.look.ring
        return QSize(self.look.mm(34) + ring, self.look.mm(56 if self.look.large else 48) + ring)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
