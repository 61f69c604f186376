"""What waits to be sent: why, since when, when it is tried next; and what a person decides about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from kiosk.outbox.message import State
from ui.parts.action_button import ActionButton
from ui.parts.banner import Kind
from ui.parts.body_text import BodyText
from ui.parts.data_table import Cell, Column, DataTable, TableRow
from ui.parts.figures import Figure, Figures
from ui.style import tokens
from ui.technician.act_form import ActForm
from ui.technician.empty import Empty
from ui.technician.page import PageContext, TechnicianPage
from ui.technician.services import Message, Overview, Sending

_UNFIT = ("PORTAL_REFUSED", "CODE_TAKEN", "MESSAGE_UNFIT")
"""Reasons that sending the same bytes again rarely mends."""
_STOPPED = (State.NEEDS_ATTENTION, State.QUARANTINED)
_HELD = "HELD"
_LEAST_ROWS = 3


@dataclass(frozen=True)
class _Draft:
    """A row that is chosen, and the form over it as far as it is filled in."""

    row: object
    ask: str
    reason: str
    file: str


class WaitingPage(TechnicianPage):
    """T6: the outbox for the technician."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "")
        self.heading.setText(self.tr("Chờ gửi"))
        look = context.look
        self._sending = Sending()
        self._form: ActForm | None = None
        self._asked = ""
        self._take_out = ActionButton(look, self.tr("Xuất hồ sơ chưa gửi…"), icon="download")
        self._take_out.clicked.connect(self.ask_export)
        self.head.addWidget(self._take_out)
        self.figures = Figures(look)
        self.table = DataTable(look, self.tr("Thư chờ gửi"), self._columns())
        self.table.setMinimumHeight(self.table.height_of(_LEAST_ROWS))
        self.table.chosen.connect(self._on_chosen)
        self._empty = Empty(look, self.tr("Không có gì đang chờ gửi."))
        self._more = BodyText(look, "", muted=True, size="caption", inset=True)
        self._detail = Detail(self)
        inset = QVBoxLayout()
        inset.setContentsMargins(look.ring, 0, look.ring, 0)
        inset.setSpacing(look.mm(tokens.SPACE_6))
        inset.addWidget(self.figures)
        inset.addWidget(self.table, 1)
        inset.addWidget(self._empty, 1)
        inset.addWidget(self._more)
        inset.addWidget(self._detail)
        self._bottom = inset
        self.column.addLayout(inset, 1)
        self.show_overview(Overview())

    def show_overview(self, overview: Overview) -> None:
        self._sending = sending = overview.sending
        self.notices(*self._notices_of(overview))
        self.figures.set_figures(self._figures(sending))
        self.table.set_rows([self._row(one) for one in sending.messages])
        some = bool(sending.messages)
        self.table.setVisible(some)
        self._empty.setVisible(not some and not overview.fault)
        self._take_out.setVisible(some)
        self._more.setVisible(bool(sending.more))
        self._more.setText(self.tr("Còn %n dòng nữa, cũ hơn đứng trước.", "", sending.more))
        self._on_chosen(self.table.key)

    def chosen(self) -> Message | None:
        """The message of the chosen row."""
        found = (one for one in self._sending.messages if one.row == self.table.key)
        return next(found, None)

    def draft(self) -> object:
        """What would be lost when the page is built anew in another language or size."""
        form = self._form
        if form is None:
            return _Draft(self.table.key, "", "", "")
        return _Draft(self.table.key, self._asked, form.reason.text(), form.file)

    def resume(self, draft: object) -> None:
        """Goes on where the former page was left: the same row, the same words.

        A row that is gone meanwhile takes its form with it.
        """
        if not isinstance(draft, _Draft):
            return
        rows: list[object] = [one.row for one in self._sending.messages]
        if draft.row in rows:
            self.table.selectRow(rows.index(draft.row))
        asks = {"send": self.ask_send, "hold": self.ask_hold, "export": self.ask_export}
        if draft.ask == "export" or (draft.ask and draft.row in rows):
            asks[draft.ask]()
            if self._form is not None:
                self._form.fill(draft.reason, draft.file)

    def ask_send(self) -> None:
        message = self.chosen()
        if message is not None:
            title = self.tr("Gửi lại ngay hồ sơ {code}, nguyên như cũ").format(code=message.dossier)
            row = message.row
            self._ask(
                title, self.tr("Gửi lại"), lambda reason, _: self.context.send_again(row, reason)
            )
            self._asked = "send"

    def ask_hold(self) -> None:
        message = self.chosen()
        if message is not None:
            title = self.tr("Giữ hồ sơ {code}, không gửi cho đến khi có người cho gửi lại").format(
                code=message.dossier
            )
            row = message.row
            self._ask(title, self.tr("Giữ lại"), lambda reason, _: self.context.hold(row, reason))
            self._asked = "hold"

    def ask_export(self) -> None:
        self._ask(
            self.tr("Xuất mọi hồ sơ chưa gửi vào một tệp"),
            self.tr("Xuất"),
            lambda reason, file: self.context.export(file, reason),
            note=self.tr("Tệp chứa dữ liệu cá nhân: chỉ cất trên ổ đã mã hóa. Ở đây không đổi gì."),
            file=self.context.propose_file(),
        )
        self._asked = "export"

    def _ask(
        self,
        title: str,
        verb: str,
        done: Callable[[str, str], None],
        *,
        note: str = "",
        file: str = "",
    ) -> None:
        self._close_form()
        form = ActForm(self.context.look, title, verb, done, note=note, file=file)
        form.closed.connect(self._close_form)
        self._form = form
        self._detail.hide()
        self._bottom.addWidget(form)
        form.show()
        form.reason.setFocus()

    def _close_form(self) -> None:
        form, self._form = self._form, None
        if form is not None:
            self._bottom.removeWidget(form)
            form.hide()
            form.deleteLater()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_chosen(self.table.key)

    def _on_chosen(self, _key: object) -> None:
        message = self.chosen()
        self._detail.setVisible(message is not None and self._form is None)
        if message is not None:
            self._detail.show_message(message)

    def _columns(self) -> list[Column]:
        return [
            Column(self.tr("Hồ sơ")),
            Column(self.tr("Gửi gì"), rank=3),
            Column(self.tr("Trạng thái")),
            Column(self.tr("Vì sao"), wraps=True, rank=4),
            Column(self.tr("Chờ từ"), rank=1),
            Column(self.tr("Số lần"), rank=2),
            Column(self.tr("Thử lại lúc"), rank=1),
        ]

    def _row(self, message: Message) -> TableRow:
        icon, tone, word = self.state_words(message)
        cells = (
            Cell(message.dossier),
            Cell(self.kind_words(message.kind)),
            Cell(word, icon, tone),
            Cell(self.why_words(message)),
            Cell(self.time(message.since)),
            Cell(str(message.tries)),
            Cell(self.next_words(message)),
        )
        return TableRow(message.row, cells)

    def kind_words(self, kind: str) -> str:
        """What is sent, in a word or two."""
        known = {"submit": self.tr("Hồ sơ mới"), "progress": self.tr("Tiến độ")}
        return known.get(kind, kind)

    def state_words(self, message: Message) -> tuple[str, str, str]:
        """Icon, tone and word of a state."""
        if message.reason == _HELD and message.state is State.NEEDS_ATTENTION:
            return "hand-stop", "warn", self.tr("Đang giữ")
        return {
            State.READY: ("clock", "", self.tr("Đang chờ")),
            State.SENDING: ("cloud-upload", "info", self.tr("Đang gửi")),
            State.SENT: ("cloud-upload", "info", self.tr("Chờ biên nhận")),
            State.ACKNOWLEDGED: ("circle-check", "ok", self.tr("Đã nhận")),
            State.NEEDS_ATTENTION: ("alert-triangle", "warn", self.tr("Cần người xử lý")),
            State.QUARANTINED: ("alert-octagon", "danger", self.tr("Tách riêng")),
        }[message.state]

    def why_words(self, message: Message) -> str:
        """Why it waits, also where no try has left a reason."""
        if message.reason:
            return self.reason(message.reason)
        if message.behind is not None:
            return self.tr("Dòng {row} của cùng hồ sơ phải đến Cổng trước.").format(
                row=message.behind
            )
        if message.state is not State.READY:
            return ""
        if self._sending.rest_until is not None:
            return self.reason(self._sending.rest_reason)
        return self.tr("Chưa thử lần nào.")

    def next_words(self, message: Message) -> str:
        """When it is tried next; not before the rest of the whole line is over."""
        if message.behind is not None:
            return self.tr("sau dòng {row}").format(row=message.behind)
        if message.state in _STOPPED:
            return self.tr("không tự gửi")
        moment, rest = message.next_at, self._sending.rest_until
        if moment is not None and rest is not None:
            moment = max(moment, rest)
        return self.next_time(moment)

    def _figures(self, sending: Sending) -> list[Figure]:
        people, apart = sending.need_person, sending.quarantined
        return [
            self._line(sending.online),
            Figure(self.tr("Liên lạc lần cuối"), self.time(sending.last_contact)),
            Figure(self.tr("Chờ gửi"), str(sending.waiting)),
            Figure(
                self.tr("Cần người xử lý"),
                str(people),
                "alert-triangle" if people else "",
                "warn" if people else "",
            ),
            Figure(
                self.tr("Tách riêng"),
                str(apart),
                "alert-octagon" if apart else "",
                "danger" if apart else "",
            ),
            Figure(self.tr("Thử lại lúc"), self.next_time(sending.next_at)),
        ]

    def _line(self, online: bool | None) -> Figure:
        name = self.tr("Đường tới Cổng")
        if online is None:
            return Figure(name, self.tr("Chưa rõ"), "circle-dashed")
        if online:
            return Figure(name, self.tr("Có mạng"), "circle-check", "ok")
        return Figure(name, self.tr("Mất mạng"), "cloud-off", "danger")

    def _notices_of(self, overview: Overview) -> list[tuple[Kind, str]]:
        sending = overview.sending
        if overview.fault:
            return [("danger", self.reason(overview.fault))]
        found: list[tuple[Kind, str]] = []
        if sending.running is False and sending.messages:
            found.append(
                ("warn", self.tr("Không có chương trình nào đang gửi. Hãy mở màn hình công dân."))
            )
        if sending.rest_until is not None:
            words = self.tr("Tạm ngừng gửi đến {time}.").format(time=self.time(sending.rest_until))
            found.append(("info", f"{words} {self.reason(sending.rest_reason)}"))
        return found


class Detail(QFrame):
    """Everything about the chosen message, and what can be done about it."""

    def __init__(self, page: WaitingPage) -> None:
        super().__init__()
        self._page = page
        look = page.context.look
        self.setProperty("part", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._title = BodyText(look, "", size="label", inset=True)
        self._why = BodyText(look, "", inset=True)
        self._facts = BodyText(look, "", muted=True, inset=True)
        self.send = ActionButton(look, self.tr("Gửi ngay"), kind="primary", icon="refresh")
        self.send.clicked.connect(page.ask_send)
        self.hold = ActionButton(look, self.tr("Giữ lại"), icon="hand-stop")
        self.hold.clicked.connect(page.ask_hold)
        buttons = QHBoxLayout()
        buttons.setSpacing(look.gap(tokens.SPACE_6))
        buttons.addWidget(self.send)
        buttons.addWidget(self.hold)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        pad = look.mm(tokens.CARD_PADDING) - look.ring
        column.setContentsMargins(pad, pad + look.ring, pad, pad)
        column.setSpacing(look.mm(tokens.SPACE_2))
        for text in (self._title, self._why, self._facts):
            column.addWidget(text)
        column.addLayout(buttons)

    def show_message(self, message: Message) -> None:
        page = self._page
        _, _, word = page.state_words(message)
        stopped = message.state in _STOPPED
        unfit = message.reason in _UNFIT
        self._title.setText(f"{message.dossier} · {page.kind_words(message.kind)} · {word}")
        self._why.setText(page.why_words(message))
        facts = self.tr(
            "Dòng {row} · chờ từ {since} · đã thử {tries} lần · thử lại: {next}"
        ).format(
            row=message.row,
            since=page.time(message.since),
            tries=message.tries,
            next=page.next_words(message),
        )
        if message.said:
            held = message.reason == _HELD
            label = self.tr("Lý do: {said}") if held else self.tr("Ghi kèm: {said}")
            facts += "\n" + label.format(said=message.said)
        self._facts.setText(facts)
        again = self.tr("Gửi lại, không sửa") if unfit else self.tr("Cho gửi lại")
        self.send.set_label(again if stopped else self.tr("Gửi ngay"))
        self.send.setEnabled(message.state is not State.SENDING)
        held = message.reason == _HELD and stopped
        self.hold.setEnabled(
            message.state in (State.READY, State.SENT, State.NEEDS_ATTENTION) and not held
        )
