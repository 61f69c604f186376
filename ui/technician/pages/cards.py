"""Cards whose signer nobody could judge at once, and alarms about forged ones."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from kiosk.dossiers.card_checks import Confirmation
from ui.parts.banner import Banner
from ui.parts.data_table import Cell, Column, DataTable, TableRow
from ui.parts.figures import Figure, Figures
from ui.style import tokens
from ui.technician.empty import Empty
from ui.technician.page import PageContext, TechnicianPage
from ui.technician.services import Cards, Overview, Signer

_LEAST_ROWS = 3


class CardsPage(TechnicianPage):
    """Forged ones first."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "")
        self.heading.setText(self.tr("Thẻ"))
        look = context.look
        self._cards = Cards()
        self.figures = Figures(look)
        self.table = DataTable(look, self.tr("Chứng thư thẻ chưa xác nhận"), self._columns())
        self.table.setMinimumHeight(self.table.height_of(_LEAST_ROWS))
        self.table.chosen.connect(self._on_chosen)
        self._detail = Banner(look, "info", "")
        self._empty = Empty(look, self.tr("Không có thẻ nào chờ xác nhận, không có báo động."))
        inset = QVBoxLayout()
        inset.setContentsMargins(look.ring, 0, look.ring, 0)
        inset.setSpacing(look.mm(tokens.SPACE_6))
        inset.addWidget(self.figures)
        inset.addWidget(self.table, 1)
        inset.addWidget(self._empty, 1)
        inset.addWidget(self._detail)
        inset.addStretch(0)
        self.column.addLayout(inset, 1)
        self.show_overview(Overview())

    def show_overview(self, overview: Overview) -> None:
        self._cards = cards = overview.cards
        if overview.fault:
            self.notices(("danger", self.reason(overview.fault)))
        elif cards.refused:
            words = self.tr("%n hồ sơ có thẻ bị làm giả. Báo lãnh đạo ngay.", "", cards.refused)
            self.notices(("danger", words))
        else:
            self.notices()
        self.figures.set_figures(self._figures(cards))
        self.table.set_rows([self._row(one) for one in cards.signers])
        self.table.setVisible(bool(cards.signers))
        self._empty.setVisible(not cards.signers and not overview.fault)
        self._on_chosen(self.table.key)

    def _on_chosen(self, key: object) -> None:
        """The chosen row's whole reason: the table may have shortened it."""
        found = (one for one in self._cards.signers if _key(one) == key)
        chosen = next(found, None)
        words = "" if chosen is None else self.reason(chosen.reason)
        self._detail.setVisible(bool(words))
        if chosen is not None and words:
            self._detail.set_text(f"{chosen.dossier}: {words}")

    def _figures(self, cards: Cards) -> list[Figure]:
        forged = cards.refused
        return [
            Figure(
                self.tr("Thẻ giả"),
                str(forged),
                "alert-octagon" if forged else "",
                "danger" if forged else "",
            ),
            Figure(self.tr("Chờ xác nhận"), str(cards.waiting)),
            Figure(
                self.tr("Đã thôi hỏi"),
                str(cards.gave_up),
                "alert-triangle" if cards.gave_up else "",
                "warn" if cards.gave_up else "",
            ),
            Figure(self.tr("Đã xác nhận"), str(cards.confirmed)),
        ]

    def _columns(self) -> list[Column]:
        return [
            Column(self.tr("Hồ sơ")),
            Column(self.tr("Trạng thái")),
            Column(self.tr("Vì sao"), wraps=True, rank=3),
            Column(self.tr("Từ lúc"), rank=1),
            Column(self.tr("Số lần"), rank=2),
            Column(self.tr("Hỏi lại lúc"), rank=1),
        ]

    def _row(self, one: Signer) -> TableRow:
        icon, tone, word = self._state(one.state)
        cells = (
            Cell(one.dossier),
            Cell(word, icon, tone),
            Cell(self.reason(one.reason) or ("" if one.tries else self.tr("Chưa hỏi lần nào"))),
            Cell(self.time(one.since)),
            Cell(str(one.tries)),
            Cell(self.next_time(one.next_at)),
        )
        return TableRow(_key(one), cells)

    def _state(self, state: Confirmation) -> tuple[str, str, str]:
        if state is Confirmation.REFUSED:
            return "alert-octagon", "danger", self.tr("Thẻ giả")
        if state is Confirmation.GAVE_UP:
            return "alert-triangle", "warn", self.tr("Đã thôi hỏi")
        return "clock", "", self.tr("Chờ xác nhận")


def _key(one: Signer) -> tuple[str, Confirmation]:
    return one.dossier, one.state
