"""What was sent: every message, each try, what the portal answered, what it would lose in the scoring."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.outbox.message import State
from ui.parts.action_button import ActionButton
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.data_table import Cell, Column, DataTable, TableRow
from ui.parts.text_field import TextField
from ui.style import tokens
from ui.technician.empty import Empty
from ui.technician.page import PageContext, TechnicianPage
from ui.technician.sent import Fact, SentList, SentRow, SentWhole
from ui.technician.services import Overview, Sending

_LEAST_ROWS = 3
_LONGEST_CODE = 60
_LONGEST_SHOWN = 600


class SentPage(TechnicianPage):
    """A list with a search by code, and in its place everything about one row."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "")
        self.heading.setText(self.tr("Đã gửi"))
        look = context.look
        self._rows: tuple[SentRow, ...] = ()
        self._facts: tuple[Fact, ...] = ()
        self._older = False
        self._seen: Sending | None = None
        self._opened: int | None = None
        self.open_button = ActionButton(look, self.tr("Xem chi tiết"), kind="primary", icon="eye")
        self.open_button.clicked.connect(self.open_chosen)
        self.back_button = ActionButton(look, self.tr("Về danh sách"), icon="arrow-left")
        self.back_button.clicked.connect(self.back)
        self.head.addWidget(self.open_button)
        self.head.addWidget(self.back_button)
        self.search = TextField(
            look, label=self.tr("Mã hồ sơ, hoặc một phần"), max_length=_LONGEST_CODE
        )
        self.search.entered.connect(self.look_for)
        self._find = ActionButton(look, self.tr("Tìm"), icon="search")
        self._find.clicked.connect(self.look_for)
        self._searching = self._search_row()
        self.table = DataTable(look, self.tr("Thư đã gửi"), self._columns())
        self.table.setMinimumHeight(self.table.height_of(_LEAST_ROWS))
        self.table.chosen.connect(self._on_chosen)
        self.table.activated.connect(self._on_activated)
        self.facts = DataTable(look, self.tr("Chi tiết"), self._fact_columns())
        self.facts.setMinimumHeight(self.facts.height_of(_LEAST_ROWS))
        self.facts.chosen.connect(self._on_fact)
        self._empty = Empty(look, self.tr("Không có thư nào."))
        self._more = BodyText(look, "", muted=True, size="caption", inset=True)
        self._more.setText(self.tr("Còn thư cũ hơn: hãy tìm theo mã hồ sơ."))
        self._whole = Banner(look, "info", "")
        self._whole.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._place()
        self.show_list(SentList())
        self.back()

    def show_overview(self, overview: Overview) -> None:
        """Looks anew when something has moved."""
        if overview.fault:
            self.notices(("danger", self.reason(overview.fault)))
        elif overview.sending != self._seen:
            self._seen = overview.sending
            self.look_for()

    def draft(self) -> object:
        """What was searched for, and the row that is open."""
        return self.search.text(), self._opened

    def resume(self, draft: object) -> None:
        """Searches and opens anew."""
        match draft:
            case (str(part), opened):
                self.search.set_text(part)
                self.look_for()
                if isinstance(opened, int):
                    self.context.open_sent(opened, self.show_whole)

    def look_for(self) -> None:
        """Asks for the rows whose code has in it what was typed."""
        self.context.find_sent(self.search.text(), self.show_list)

    def show_list(self, found: SentList) -> None:
        """Shows what was found."""
        self._rows = found.rows
        if found.fault:
            self.notices(("danger", self.reason(found.fault)))
        else:
            self.notices()
        self.table.set_rows([self._row(one) for one in found.rows])
        self._older = found.more
        self._show_parts()

    def open_chosen(self) -> None:
        """Asks for everything about the chosen row."""
        key = self.table.key
        if isinstance(key, int):
            self.context.open_sent(key, self.show_whole)

    def show_whole(self, whole: SentWhole) -> None:
        """Shows everything about one row in the list's place."""
        if whole.fault:
            self.notices(("danger", self.reason(whole.fault)))
            return
        self._opened, self._facts = whole.row, whole.facts
        self.heading.setText(self.tr("Đã gửi: {code}").format(code=whole.dossier))
        self.facts.set_rows([self._fact_row(n, one) for n, one in enumerate(whole.facts)])
        self._show_parts()
        self.facts.setFocus(Qt.FocusReason.OtherFocusReason)

    def back(self) -> None:
        """The list again."""
        was_open, self._opened = self._opened is not None, None
        self.heading.setText(self.tr("Đã gửi"))
        self._show_parts()
        if was_open:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_parts(self) -> None:
        opened, some = self._opened is not None, bool(self._rows)
        self._searching.setVisible(not opened)
        self._more.setVisible(self._older and not opened)
        self.table.setVisible(some and not opened)
        self._empty.setVisible(not some and not opened)
        self.open_button.setVisible(some and not opened)
        self.back_button.setVisible(opened)
        self.facts.setVisible(opened)
        self._on_chosen(self.table.key)
        self._on_fact(self.facts.key)

    def _on_chosen(self, key: object) -> None:
        self.open_button.setEnabled(isinstance(key, int))

    def _on_activated(self, _index: QModelIndex) -> None:
        self.open_chosen()

    def _on_fact(self, key: object) -> None:
        """The chosen line as a whole: the table may have shortened it."""
        shown = self._opened is not None and isinstance(key, int) and key < len(self._facts)
        self._whole.setVisible(shown)
        if shown and isinstance(key, int):
            one = self._facts[key]
            text = self._said(one)
            cut = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
            self._whole.set_text(f"{one.name}: {cut}" if one.name else cut)

    def _place(self) -> None:
        look = self.context.look
        inset = QVBoxLayout()
        inset.setContentsMargins(look.ring, 0, look.ring, 0)
        inset.setSpacing(look.mm(tokens.SPACE_6))
        inset.addWidget(self._searching)
        inset.addWidget(self.table, 1)
        inset.addWidget(self._empty, 1)
        inset.addWidget(self._more)
        inset.addWidget(self.facts, 1)
        inset.addWidget(self._whole)
        inset.addStretch(0)
        self.column.addLayout(inset, 1)

    def _search_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(self.context.look.gap(tokens.SPACE_6))
        line.addWidget(self.search, 1)
        line.addWidget(self._find, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _columns(self) -> list[Column]:
        return [
            Column(self.tr("Hồ sơ")),
            Column(self.tr("Gửi gì"), rank=2),
            Column(self.tr("Bản"), rank=5),
            Column(self.tr("Trạng thái")),
            Column(self.tr("Lúc"), rank=1),
            Column(self.tr("Số lần"), rank=3),
            Column(self.tr("HTTP"), rank=4),
        ]

    def _row(self, one: SentRow) -> TableRow:
        icon, tone, word = self._standing(one)
        cells = (
            Cell(one.dossier),
            Cell(self._kind(one.kind)),
            Cell(str(one.revision)),
            Cell(word, icon, tone),
            Cell(self.time(one.since)),
            Cell(str(one.tries)),
            Cell("–" if one.status is None else str(one.status)),
        )
        return TableRow(one.row, cells)

    def _kind(self, kind: str) -> str:
        return {"submit": self.tr("Hồ sơ mới"), "progress": self.tr("Tiến độ")}.get(kind, kind)

    def _standing(self, one: SentRow) -> tuple[str, str, str]:
        if one.replaced_by:
            return "refresh", "", self.tr("Bản {n} thay thế").format(n=one.replaced_by)
        if one.held:
            return "hand-stop", "warn", self.tr("Đang giữ")
        return self._state(one.state)

    def _state(self, state: State) -> tuple[str, str, str]:
        return {
            State.READY: ("clock", "", self.tr("Đang chờ")),
            State.SENDING: ("cloud-upload", "info", self.tr("Đang gửi")),
            State.SENT: ("cloud-upload", "info", self.tr("Chờ biên nhận")),
            State.ACKNOWLEDGED: ("circle-check", "ok", self.tr("Cổng đã nhận")),
            State.NEEDS_ATTENTION: ("alert-triangle", "warn", self.tr("Cần người xử lý")),
            State.QUARANTINED: ("alert-octagon", "danger", self.tr("Tách riêng")),
        }[state]

    def _fact_columns(self) -> list[Column]:
        return [
            Column(self.tr("Phần"), rank=1),
            Column(self.tr("Mục")),
            Column(self.tr("Nội dung"), wraps=True),
        ]

    def _fact_row(self, number: int, one: Fact) -> TableRow:
        icon, tone, words = {
            "warning": ("alert-triangle", "warn", self.tr("Cảnh báo")),
            "try": ("cloud-upload", "", self.tr("Lần gửi")),
            "state": ("clock", "", self.tr("Trạng thái về sau")),
            "field": ("files", "", self.tr("Đã gửi gì")),
            "answer": ("circle-check", "", self.tr("Cổng trả lời")),
        }[one.section]
        return TableRow(number, (Cell(words, icon, tone), Cell(one.name), Cell(self._said(one))))

    def _said(self, one: Fact) -> str:
        return one.vi if self.context.language == "vi" else one.en
