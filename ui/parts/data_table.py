"""A table to read and to choose a row from: keyboard, mouse, nothing cut, never wider than its room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.parts.ring import paint_inner_ring
from ui.parts.wrapped_text import WrappedText
from ui.style import tokens
from ui.style.look import Look

Index = QModelIndex | QPersistentModelIndex
_LINES = 2
_DIGITS = str.maketrans("123456789", "0" * 9)


@dataclass(frozen=True)
class Column:
    """``wraps``: takes the room that is left, in two lines. ``rank``: 0 always stays; where the room is short
    the highest goes first, so what it says must be readable elsewhere, too.
    """

    name: str
    wraps: bool = False
    rank: int = 0


@dataclass(frozen=True)
class Cell:
    """``tone``: colour of icon and text, a word of the sheet; the text says it without them."""

    text: str
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True)
class TableRow:
    """``key`` finds the row again after a refresh."""

    key: object
    cells: tuple[Cell, ...]


def _shape(cell: Cell) -> Cell:
    """A cell as wide: the font's digits all take the same room, and codes and times are mostly digits."""
    return Cell(cell.text.translate(_DIGITS), cell.icon)


class DataTable(QTableView):
    """Rows are chosen one at a time. Tab leaves the table, arrows move inside.

    *Signals*: ``chosen(object)``, the key of the row, or None.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, name: str, columns: Sequence[Column]) -> None:
        super().__init__()
        self.look, self._columns = look, columns
        self._model = _Model(columns)
        self._key: object = None
        self._needs = self._measured()
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self, look))
        self.setAccessibleName(name)
        self.setFont(look.font("body"))
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setFont(look.font("caption"))
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)  # the style's own may be wider than a short column needs
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)

    @property
    def key(self) -> object:
        """The chosen row's key; None while none is chosen."""
        return self._key

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        """Shows other rows; the chosen one stays chosen, else the first is. The place scrolled to stays."""
        if tuple(rows) == self._model.rows:
            return
        wanted, place = self._key, self.verticalScrollBar().value()
        self._model.set_rows(tuple(rows))
        self._needs = self._measured()
        # No emptier than its rows; a page may ask for more.
        self.setMaximumHeight(max(self.height_of(max(len(rows), 1)), self.minimumHeight()))
        self._fit()
        keys = [row.key for row in rows]
        if keys:
            self.selectRow(keys.index(wanted) if wanted in keys else 0)
        else:
            self._on_current_changed(QModelIndex(), QModelIndex())
        self.verticalScrollBar().setValue(place)

    def row_height(self) -> int:
        """Room for the lines of one row."""
        lines = _LINES if self._wrapped() is not None else 1
        text = QFontMetrics(self.look.font("body")).lineSpacing() * lines
        return max(text + 2 * self.look.mm(tokens.SPACE_3), self.look.scale.target(0))

    def height_of(self, rows: int) -> int:
        """How high the table is with this many rows in sight."""
        header = self.horizontalHeader().sizeHint().height()
        return header + rows * self.row_height() + 2 * self.look.border

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_inner_ring(painter, QRectF(self.viewport().rect()), self.look, 0)
            painter.end()

    def _wrapped(self) -> int | None:
        """The wrapping column, where it is shown."""
        found = (n for n, one in enumerate(self._columns) if one.wraps)
        index = next(found, None)
        return None if index is None or self.isColumnHidden(index) else index

    def _fit(self) -> None:
        """Gives each column what its words need; columns that find no room are left out by rank."""
        needs = self._needs
        shown = set(range(len(self._columns)))
        room = self.viewport().width()
        while sum(needs[index] for index in shown) > room:
            goes = max(shown, key=lambda index: self._columns[index].rank)
            if not self._columns[goes].rank:
                break
            shown.discard(goes)
        left = max(room - sum(needs[index] for index in shown), 0)
        takes = next((index for index in shown if self._columns[index].wraps), max(shown))
        for index, need in enumerate(needs):
            self.setColumnHidden(index, index not in shown)
            self.setColumnWidth(index, need + (left if index == takes else 0))
        self.verticalHeader().setDefaultSectionSize(self.row_height())

    def _measured(self) -> list[int]:
        """How wide each column's words are; measured when there are other rows, not for each size of the table."""
        return [self._needed(index) for index in range(len(self._columns))]

    def _needed(self, index: int) -> int:
        pad, column = 2 * self.look.mm(tokens.SPACE_6), self._columns[index]
        header = WrappedText(column.name, self.look.font("caption")).natural_width()
        body = self.look.font("body")
        if column.wraps:
            return max(header, 12 * QFontMetrics(body).horizontalAdvance("n" * 2)) + pad
        cells = {_shape(row.cells[index]) for row in self._model.rows}
        widths = [WrappedText(one.text, body).natural_width() + self._lead(one) for one in cells]
        return max([header, *widths]) + pad

    def _lead(self, cell: Cell) -> int:
        return self.look.icon_px("body") + self.look.mm(tokens.SPACE_3) if cell.icon else 0

    def _on_current_changed(self, current: QModelIndex, _former: QModelIndex) -> None:
        rows = self._model.rows
        self._key = rows[current.row()].key if 0 <= current.row() < len(rows) else None
        self.chosen.emit(self._key)


class _Model(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self._columns = columns
        self.rows: tuple[TableRow, ...] = ()

    def set_rows(self, rows: tuple[TableRow, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.rows[index.row()].cells[index.column()].text
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._columns[section].name
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a cell from the tokens: no frame of its own, a line below each row."""

    def __init__(self, table: DataTable, look: Look) -> None:
        super().__init__(table)
        self._table, self._look = table, look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, room = self._look, QRectF(option.rect)
        model = self._table.model()
        if not isinstance(model, _Model):
            return
        cell = model.rows[index.row()].cells[index.column()]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(room, look.colour("selection" if chosen else "surface"))
        line = QRectF(room.left(), room.bottom() - look.border, room.width(), look.border)
        painter.fillRect(line, look.colour("divider"))
        tone = cell.tone or "ink"
        pad = look.mm(tokens.SPACE_6)
        room = room.adjusted(pad, 0, -pad, 0)
        if cell.icon:
            side = look.icon_px("body")
            icon = look.icon(cell.icon, tone, side, self._table.devicePixelRatioF())
            painter.drawPixmap(QPointF(room.left(), room.center().y() - side / 2), icon)
            room.adjust(side + look.mm(tokens.SPACE_3), 0, 0, 0)
        text = cell.text
        if self._table._columns[index.column()].wraps:
            text = shortened(text, self._table, math.floor(room.width()))
        WrappedText(text, look.font("body")).paint(painter, room, look.colour(tone))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._table.row_height())


def shortened(text: str, table: DataTable, width: int) -> str:
    """As many words as two lines hold; the whole text stands elsewhere."""
    font = table.look.font("body")
    most = WrappedText("\n".join("x" * _LINES), font).height(width)
    if WrappedText(text, font).height(width) <= most:
        return text
    words = text.split()
    while len(words) > 1 and WrappedText(" ".join(words) + " …", font).height(width) > most:
        words.pop()
    return " ".join(words) + " …"
