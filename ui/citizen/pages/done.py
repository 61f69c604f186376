"""The dossier is in: its code, its number, what comes next."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kiosk import faults
from kiosk.dossiers.dossier import HandedIn
from kiosk.journeys.paying import PayReopened
from kiosk.journeys.submit import End, JourneyEnded, Paper, PrintAgainAsked, Printed, State
from kiosk.payments.standing import FeeWord, PayWay
from ui.citizen.code_card import CodeCard
from ui.citizen.language import money
from ui.citizen.page import PageContext, Primary, StatePage
from ui.parts.action_button import ActionButton
from ui.parts.answer_row import AnswerRow
from ui.parts.banner import Banner
from ui.parts.paper_view import PaperView
from ui.parts.qr_view import QrView

_TICKET_MM = 60
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


class DonePage(StatePage):
    """Says honestly what was printed and whether the portal has the dossier already."""

    def __init__(self, context: PageContext, state: State) -> None:
        super().__init__(context, state)
        handed_in = state.handed_in
        if handed_in is None:
            raise ValueError("nothing was handed in: a bug")
        self._handed_in = handed_in
        self._was_sent = context.services.is_sent(handed_in)
        code, number = self._code(handed_in), self._number(handed_in)
        papers, following = self._papers(), self._following()
        facts = [*self._facts(handed_in), *self._money_left(), self._sent()]
        if context.wide:
            self.compose([code, *facts], [number, *papers, following])
        else:
            self.compose([code, number, *papers, following, *facts])

    def heading(self) -> str:
        return self.tr("Đã nhận hồ sơ của bạn")

    def primary(self) -> Primary | None:
        return Primary(self.tr("Kết thúc"))

    def can_go_back(self) -> bool:
        return False

    def is_stale(self) -> bool:
        return self.context.services.is_sent(self._handed_in) != self._was_sent

    def go(self) -> None:
        self.context.send(JourneyEnded(End.FINISHED))

    def show_state(self, state: State) -> bool:
        """While the platform is asked in the background only news about money need a new page."""
        former, self.state = self.state, state
        return _without_asking(former) == _without_asking(state)

    def _code(self, handed_in: HandedIn) -> QWidget:
        look, code = self.context.look, handed_in.dossier.code
        upright = self.context.landscape or look.large
        return CodeCard(look, self.tr("Mã hồ sơ"), code, QrView(look, code), upright=upright)

    def _number(self, handed_in: HandedIn) -> QWidget:
        return CodeCard(
            self.context.look,
            self.tr("Số thứ tự của bạn"),
            handed_in.ticket.label,
            self._ticket(handed_in),
            size="ticket",
            upright=self.context.landscape or self.context.look.large,
        )

    def _facts(self, handed_in: HandedIn) -> list[QWidget]:
        look, language = self.context.look, self.context.language
        due = self.context.services.due_words(handed_in, language)
        return [
            AnswerRow(look, self.tr("Hẹn trả kết quả"), due, edit=False),
            AnswerRow(look, self.tr("Phí"), self._fee(handed_in), edit=False),
        ]

    def _fee(self, handed_in: HandedIn) -> str:
        """How it stands by the station's notes; the counter takes it whatever happened before."""
        pay = self.state.pay
        if not handed_in.dossier.fee or pay.word is FeeWord.NOTHING:
            return self.tr("Không thu phí")
        words = self.tr("{amount}, trả tại quầy")
        if pay.paid:
            words = self.tr("{amount}, đã nhận tiền, số {numbers}")
        elif pay.way is PayWay.PLATFORM and pay.fault not in ("", "PAYMENT_UNCLEAR"):
            words = self.tr("{amount}, cần cán bộ xem")
        elif pay.word is FeeWord.WAITING:
            words = self.tr("{amount}, đang chờ tiền đến hoặc trả tại quầy")
        amount = money(handed_in.dossier.fee, self.context.language)
        return words.format(amount=amount, numbers=", ".join(pay.paid))

    def _money_left(self) -> list[QWidget]:
        pay = self.state.pay
        if not (pay.ways and pay.fee and pay.fee.owed):
            return []
        button = ActionButton(
            self.context.look, self.tr("Nộp phí tại máy này"), kind="plain", icon="qrcode"
        )
        button.clicked.connect(lambda: self.context.send(PayReopened()))
        return [button]

    def _following(self) -> QWidget:
        words = self.say(self.state.procedure.notes)
        return Banner(self.context.look, "info", words, title=self.tr("Việc tiếp theo"))

    def _sent(self) -> QWidget:
        look = self.context.look
        if self._was_sent:
            return Banner(look, "ok", self.tr("Đã gửi lên Cổng dịch vụ công."))
        words = self.tr("Đã lưu, chờ gửi. Máy tự gửi lên Cổng dịch vụ công; bạn không phải làm gì.")
        return Banner(look, "info", words)

    def _papers(self) -> list[QWidget]:
        slip, ticket = self.tr("Giấy tiếp nhận"), self.tr("Phiếu số thứ tự")
        return [
            *self._paper(self.state.slip, slip, PrintAgainAsked(slip=True)),
            *self._paper(self.state.ticket, ticket, PrintAgainAsked(ticket=True)),
        ]

    def _ticket(self, handed_in: HandedIn) -> QWidget | None:
        """The ticket as it was printed; None when no picture came: the number stands there anyhow."""
        look, png = self.context.look, self.context.services.ticket_png(handed_in)
        if not png:
            return None
        number = self.tr("Số thứ tự {number}").format(number=handed_in.ticket.label)
        paper = PaperView(look, png, number)
        room = look.mm(_TICKET_MM)
        paper.setFixedSize(paper.sizeHint().scaled(room, room, _KEEP))
        return paper

    def _paper(self, paper: Paper, name: str, again: PrintAgainAsked) -> list[QWidget]:
        look = self.context.look
        if paper.state is Printed.CONFIRMED:
            return [Banner(look, "ok", self.tr("{paper}: đã in.").format(paper=name))]
        if paper.state in (Printed.RUNNING, Printed.WAITING):
            return [Banner(look, "info", self.tr("{paper}: đang in…").format(paper=name))]
        button = ActionButton(
            look, self.tr("In lại: {paper}").format(paper=name), kind="plain", icon="printer"
        )
        button.clicked.connect(lambda: self.context.send(again))
        if paper.state is Printed.UNCONFIRMED:
            words = self.tr("Máy in không báo chắc chắn. Hãy nhìn khe giấy.")
            return [Banner(look, "warn", words, title=name), button]
        text = faults.texts().get(paper.fault)
        words = self.say(text.citizen) if text else self.tr("Chưa in được. Mời gọi cán bộ.")
        return [Banner(look, "warn", words, title=name), button]


def _without_asking(state: State) -> State:
    return replace(state, pay=replace(state.pay, seconds_left=0, opening=False))
