"""How the station itself stands: room on the disk, clock, daily copy, and what needs a person."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from devices.status import Level
from kiosk.kept import NEVER
from kiosk.standing import Standing
from ui.parts.banner import Banner, Kind
from ui.parts.data_table import Cell, Column, DataTable, TableRow
from ui.style import tokens
from ui.technician.page import PageContext, TechnicianPage
from ui.technician.services import Overview

_ROWS = 7  # one more than there are: large letters take a little more
_CODES = 2  # of dossiers, in one cell
_TONES: dict[Level, Kind] = {Level.FAULT: "danger", Level.WARNING: "warn"}


class StationPage(TechnicianPage):
    """A row for each thing; the chosen one's sentence below."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "")
        self.heading.setText(self.tr("Máy"))
        look = context.look
        self._overview = Overview()
        self.table = DataTable(look, self.tr("Tình trạng của máy"), self._columns())
        self.table.setMinimumHeight(self.table.height_of(_ROWS))
        self.table.chosen.connect(self._on_chosen)
        self._detail = Banner(look, "info", "")
        self._detail.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        inset = QVBoxLayout()
        inset.setContentsMargins(look.ring, 0, look.ring, 0)
        inset.setSpacing(look.mm(tokens.SPACE_6))
        inset.addWidget(self.table)
        inset.addWidget(self._detail)
        inset.addStretch(1)
        self.column.addLayout(inset, 1)
        self.show_overview(Overview())

    def show_overview(self, overview: Overview) -> None:
        self._overview = overview
        if overview.fault:
            self.notices(("danger", self.reason(overview.fault)))
        else:
            serious = [code for level, code in overview.station.troubles() if level is Level.FAULT]
            self.notices(*(("danger", self.reason(code)) for code in serious))
        self.table.set_rows(self._rows(overview))
        self._on_chosen(self.table.key)

    def _on_chosen(self, key: object) -> None:
        """What to do about the chosen thing, unless it stands above already."""
        station = self._overview.station
        codes = {
            "disk": "DISK_SOON" if station.disk is Level.WARNING else "",
            "clock": "CLOCK_OFF" if station.clock_level is Level.WARNING else "",
            "copy": station.copy_code,
        }
        code = codes.get(str(key), "")
        self._detail.setVisible(bool(code))
        if code:
            self._detail.set_text(self.reason(code))

    def _columns(self) -> list[Column]:
        return [
            Column(self.tr("Mục")),
            Column(self.tr("Tình trạng")),
            Column(self.tr("Số liệu")),
            Column(self.tr("Lúc"), rank=1),
        ]

    def _rows(self, overview: Overview) -> list[TableRow]:
        found, sending = overview.station, overview.sending
        people = sending.need_person + sending.quarantined
        mib, dossiers, messages = self.tr("{n} MiB"), self.tr("{n} hồ sơ"), self.tr("{n} tin")
        free = "–" if found.free_mib is None else mib.format(n=found.free_mib)
        off = "–" if found.clock is None else self._off(found.clock.seconds)
        copied = dossiers.format(n=found.copy.dossiers) if found.wanted else "–"
        rows = [
            ("disk", self.tr("Chỗ trống trên đĩa"), found.disk, free, "–"),
            ("clock", self.tr("Đồng hồ lệch"), found.clock_level, off, self._clock_time(found)),
            ("copy", self.tr("Bản sao ổ thứ hai"), found.copy_level, copied, self._copied(found)),
            (
                "people",
                self.tr("Cần người xử lý"),
                Level.WARNING if people else Level.OK,
                messages.format(n=people),
                "–",
            ),
            (
                "next",
                self.tr("Lần gửi tiếp theo"),
                Level.OK if sending.online else Level.UNKNOWN,
                messages.format(n=sending.waiting),
                self.next_time(sending.next_at),
            ),
        ]
        if found.not_entered:
            codes = ", ".join(found.not_entered[:_CODES])
            rows.insert(0, ("intake", self.tr("Đã nhận, chưa vào sổ"), Level.FAULT, codes, "–"))
        return [
            TableRow(key, (Cell(name), self._state(key, level), Cell(value), Cell(at)))
            for key, name, level, value, at in rows
        ]

    def _state(self, key: str, level: Level) -> Cell:
        icon, word = {
            Level.OK: ("circle-check", self.tr("Tốt")),
            Level.WARNING: ("alert-triangle", self.tr("Cần xem")),
            Level.FAULT: ("alert-octagon", self.tr("Hỏng")),
            Level.UNKNOWN: ("circle-dashed", self.tr("Chưa rõ")),
        }[level]
        if key == "clock" and level is Level.FAULT:
            word = self.tr("Sai giờ")
        if key == "intake":
            word = self.tr("Đang kẹt")
        return Cell(word, icon, _TONES.get(level, "ok" if level is Level.OK else ""))

    def _off(self, seconds: float) -> str:
        """In words: a sign would not tell which of the two clocks is ahead."""
        n = round(abs(seconds))
        if not n:
            return self.tr("{n} giây").format(n=n)
        words = self.tr("chậm {n} giây") if seconds > 0 else self.tr("nhanh {n} giây")
        return words.format(n=n)

    def _clock_time(self, found: Standing) -> str:
        return self.time(None if found.clock is None else found.clock.at)

    def _copied(self, found: Standing) -> str:
        return self.time(None if found.copy.at == NEVER else found.copy.at)
