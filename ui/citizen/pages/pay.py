"""The fee: how to pay it, the code to scan, whether the money has come. The dossier is in already."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk import faults
from kiosk.journeys.paying import (
    FeeAskedAgain,
    Pay,
    PayLeft,
    PayWayChosen,
    ReceiptAsked,
    Watching,
)
from kiosk.journeys.submit import Printed, State
from kiosk.payments.standing import FeeWord, PayWay
from kiosk.vietnamese import amount_in_words
from ui.citizen.language import money
from ui.citizen.page import PageContext, Primary, StatePage
from ui.parts.action_button import ActionButton
from ui.parts.answer_row import AnswerRow
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.countdown import Countdown
from ui.parts.qr_view import QrView
from ui.parts.spinner import Spinner
from ui.parts.tile import Tile
from ui.style import tokens

_TILE_MM = 2 * tokens.TARGET
_QR_MM = {(True, True): 50, (True, False): 70, (False, True): 90, (False, False): 110}
"""By whether the screen is low and the letters are large: the whole code is in sight at once."""
_SPINNER_MM = 30
_SECOND_MS = 1000


class Face(Enum):
    """What the page shows."""

    LOOKING = "looking"
    CHOICE = "choice"
    OPENING = "opening"
    SCAN = "scan"
    PAID = "paid"
    UNSURE = "unsure"
    """Nobody was shown a page, so no money can have moved; the machine goes on asking."""
    TROUBLE = "trouble"
    COUNTER = "counter"
    TRANSFER = "transfer"


def face_of(pay: Pay) -> Face:
    """Which face a state has; "paid" is shown only when the station's notes say so."""
    if pay.paid:
        return Face.PAID
    if pay.way is PayWay.PLATFORM and pay.word is FeeWord.WAITING and not pay.fault:
        return Face.SCAN
    trouble = Face.UNSURE if pay.fault == "PAYMENT_UNCLEAR" else Face.TROUBLE
    by_way = {
        PayWay.PLATFORM: trouble if pay.fault and not pay.opening else Face.OPENING,
        PayWay.COUNTER: Face.COUNTER,
        PayWay.TRANSFER: Face.TRANSFER,
        None: Face.CHOICE if pay.fee else Face.LOOKING,
    }
    return by_way[pay.way]


class PayPage(StatePage):
    """Follows the state live; the person may go on at any time."""

    def __init__(self, context: PageContext, state: State) -> None:
        self._face = face_of(state.pay)
        super().__init__(context, state)
        self._seconds_left = state.pay.seconds_left
        self._ring: Countdown | None = None
        self._again: ActionButton | None = None
        self._told: Banner | None = None
        main, side = self._parts()
        if self._face is Face.CHOICE and context.low:
            # Across the whole screen and before all other words, the names of all ways are in sight.
            said = [widget for widget in main if isinstance(widget, BodyText)]
            self.compose([*(widget for widget in main if widget not in said), *said, *side])
        elif context.wide or not side:
            self.compose(main, side)
        else:
            self.compose([*side, *main])
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self.count)
        self._follow()

    def heading(self) -> str:
        amount = self._money(self._sum())
        return {
            Face.LOOKING: self.tr("Nộp phí"),
            Face.CHOICE: self.tr("Nộp phí: {amount}"),
            Face.OPENING: self.tr("Đang mở trang thanh toán"),
            Face.SCAN: self.tr("Quét mã để nộp {amount}"),
            Face.PAID: self.tr("Đã nhận tiền: {amount}"),
            Face.UNSURE: self.tr("Chưa mở được trang thanh toán"),
            Face.TROUBLE: self.tr("Khoản phí này cần cán bộ xem"),
            Face.COUNTER: self.tr("Mời nộp {amount} tại quầy"),
            Face.TRANSFER: self.tr("Chuyển khoản {amount}"),
        }[self._face].format(amount=amount)

    def primary(self) -> Primary | None:
        if self._face is Face.CHOICE:
            return None
        waits = self._face in (Face.LOOKING, Face.OPENING, Face.SCAN)
        return Primary(self.tr("Tiếp tục, không chờ") if waits else self.tr("Tiếp tục"))

    def can_go_back(self) -> bool:
        return self._face in (Face.TRANSFER, Face.COUNTER)

    def go(self) -> None:
        self.context.send(PayLeft())

    def show_state(self, state: State) -> bool:
        former, self.state = self.state, state
        same = face_of(state.pay) is self._face and former.receipt == state.receipt
        told = (former.pay.fault, former.pay.failed, former.pay.fee)
        if not same or told != (state.pay.fault, state.pay.failed, state.pay.fee):
            return False
        self._seconds_left = state.pay.seconds_left
        self._follow()
        return True

    def count(self) -> None:
        """A second is over; the platform's next word brings the true number again."""
        self._seconds_left = max(self._seconds_left - 1, 1 if self.state.pay.followed else 0)
        self._follow()

    # --- what stands on it ---

    def _parts(self) -> tuple[list[QWidget], list[QWidget]]:
        parts = {
            Face.CHOICE: self._choice,
            Face.SCAN: self._scan,
            Face.PAID: self._paid,
            Face.UNSURE: self._unsure,
            Face.TROUBLE: self._trouble,
            Face.COUNTER: self._counter,
            Face.TRANSFER: self._transfer,
        }
        return parts.get(self._face, self._opening)()

    def _opening(self) -> tuple[list[QWidget], list[QWidget]]:
        look = self.context.look
        words = self.tr("Xin chờ một chút. Bạn có thể đi tiếp; hồ sơ đã được nhận.")
        spinner = Spinner(look, look.mm(_SPINNER_MM))
        spinner.setAccessibleName(self.heading())
        told = BodyText(look, words, muted=True)
        return [told, *self.air(), _centred(spinner), *self.air(), *self._facts()], []

    def _choice(self) -> tuple[list[QWidget], list[QWidget]]:
        pay, look = self.state.pay, self.context.look
        main: list[QWidget] = [*self._in_words()]
        if pay.failed:
            words = self.tr("Lần vừa rồi không thành, chưa có tiền nào bị trừ. Bạn có thể thử lại.")
            main.append(Banner(look, "warn", words))
        main += [tile for way in pay.ways if (tile := self._tile(way))]
        kept = self.tr("Hồ sơ đã được nhận, dù bạn nộp phí bằng cách nào.")
        about: list[QWidget] = [Banner(look, "ok", kept), *self._facts()]
        return (main, about) if self.context.wide else ([*main, *self.air(), *about], [])

    def _tile(self, way: PayWay) -> QWidget | None:
        fee = self.state.pay.fee
        if way is PayWay.TRANSFER and not (fee and fee.transfer):
            return None
        icon, title, note = {
            PayWay.PLATFORM: (
                "qrcode",
                self.tr("Quét mã trả trực tuyến"),
                self.tr("Máy tự biết khi tiền đến"),
            ),
            PayWay.TRANSFER: (
                "building-bank",
                self.tr("Chuyển khoản VietQR"),
                self.tr("Cán bộ đối chiếu sao kê rồi ghi nhận"),
            ),
            PayWay.COUNTER: ("cash", self.tr("Trả tại quầy"), self.tr("Khi được gọi số")),
        }[way]
        prominent = self.context.roomy and way is self.state.pay.ways[0]
        tile = Tile(self.context.look, icon=icon, title=title, note=note, prominent=prominent)
        tile.setMinimumHeight(self.context.look.mm(_TILE_MM))
        tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        tile.clicked.connect(partial(self.context.send, PayWayChosen(way)))
        return tile

    def _scan(self) -> tuple[list[QWidget], list[QWidget]]:
        pay, look = self.state.pay, self.context.look
        page = pay.fee.page if pay.fee else ""
        code = self._qr(page, self.tr("Mã QR của trang thanh toán"))
        self._ring = Countdown(look, self._seconds_left, int(Watching().total_s))
        self._told = Banner(look, "info", self._state_words())
        self._again = self._ask_button()
        counter = ActionButton(look, self.tr("Trả tại quầy"), kind="plain", icon="cash")
        counter.clicked.connect(partial(self.context.send, PayWayChosen(PayWay.COUNTER)))
        how = self.tr("Mở máy ảnh hoặc ứng dụng ngân hàng trên điện thoại và quét mã.")
        told: list[QWidget] = [BodyText(look, how), *self._in_words()]
        acts: list[QWidget] = [self._again, counter, *self._facts()]
        if self.context.wide:
            return [*told, self._told, *acts], [code, self._ring]
        if self.context.look.large:  # else the code would be out of sight
            return [code, self._told, self._ring, *told, *acts], []
        return [*told, *self.air(), code, *self.air(), self._ring, self._told, *acts], []

    def _paid(self) -> tuple[list[QWidget], list[QWidget]]:
        look, pay = self.context.look, self.state.pay
        numbers = AnswerRow(look, self.tr("Số giao dịch"), ", ".join(pay.paid), edit=False)
        words = self.tr("Khoản phí đã được ghi nhận. Cán bộ thấy điều này ở quầy.")
        main = [Banner(look, "ok", words), *self._in_words(), numbers]
        return [*main, *self._facts(), *self._receipt()], []

    def _trouble(self) -> tuple[list[QWidget], list[QWidget]]:
        look = self.context.look
        shown: list[QWidget] = [Banner(look, "warn", self._fault_words())]
        self._again = self._ask_button()
        ask = self.tr("Xin hỏi cán bộ ở quầy và đọc mã hồ sơ. Đừng trả thêm lần nữa.")
        return [*shown, BodyText(look, ask), *self._facts(), self._again], []

    def _unsure(self) -> tuple[list[QWidget], list[QWidget]]:
        look = self.context.look
        words = self.tr("Chưa có tiền nào bị trừ. Máy tự hỏi lại hệ thống thanh toán.")
        counter = self.tr("Bạn có thể chờ, hoặc trả tại quầy khi được gọi số.")
        kept = self.tr("Hồ sơ của bạn đã được nhận và vẫn hợp lệ.")
        self._again = self._ask_button()
        told = [Banner(look, "warn", words), BodyText(look, counter), Banner(look, "ok", kept)]
        return [*told, *self._facts(), self._again], []

    def _counter(self) -> tuple[list[QWidget], list[QWidget]]:
        look = self.context.look
        kept = self.tr("Hồ sơ của bạn đã được nhận và vẫn hợp lệ.")
        main: list[QWidget] = [*self._in_words()]
        if self.state.pay.fault:
            main.append(Banner(look, "warn", self._fault_words()))
        main += [Banner(look, "ok", kept), *self._facts()]
        if PayWay.PLATFORM in self.state.pay.ways:
            again = ActionButton(look, self.tr("Thử lại"), kind="plain", icon="refresh")
            again.clicked.connect(partial(self.context.send, PayWayChosen(PayWay.PLATFORM)))
            main.append(again)
        return main, []

    def _transfer(self) -> tuple[list[QWidget], list[QWidget]]:
        look, fee = self.context.look, self.state.pay.fee
        code = self._qr(fee.transfer if fee else "", self.tr("Mã VietQR"))
        how = self.tr("Quét mã bằng ứng dụng ngân hàng. Đừng sửa nội dung chuyển khoản.")
        words = self.tr("Máy không tự biết tiền đã đến. Cán bộ xem sao kê rồi ghi nhận.")
        main: list[QWidget] = [BodyText(look, how), *self._in_words()]
        after: list[QWidget] = [Banner(look, "info", words), *self._facts()]
        if self.context.wide:
            return [*main, *after], [code]
        if look.large:
            return [code, *main, *after], []
        return [*main, *self.air(), code, *self.air(), *after], []

    def _facts(self) -> list[QWidget]:
        """What to keep in mind when one leaves now."""
        handed_in, look = self.state.handed_in, self.context.look
        if handed_in is None:
            return []
        told = f"{handed_in.dossier.code} · {handed_in.ticket.label}"
        return [AnswerRow(look, self.tr("Mã hồ sơ · số thứ tự"), told, edit=False)]

    def _in_words(self) -> list[QWidget]:
        """The sum in words, as on a receipt; in Vietnamese only."""
        if self.context.language != "vi" or not self._sum():
            return []
        return [BodyText(self.context.look, amount_in_words(self._sum()), muted=True)]

    def _receipt(self) -> Sequence[QWidget]:
        look, receipt = self.context.look, self.state.receipt
        if receipt.state is Printed.RUNNING:
            return [Banner(look, "info", self.tr("Đang in giấy xác nhận…"))]
        if receipt.state is Printed.CONFIRMED:
            return [Banner(look, "ok", self.tr("Đã in giấy xác nhận."))]
        button = ActionButton(look, self.tr("In giấy xác nhận"), kind="plain", icon="printer")
        button.clicked.connect(partial(self.context.send, ReceiptAsked()))
        if receipt.state is Printed.WAITING:
            return [button]
        text = faults.texts().get(receipt.fault)
        unsure = self.tr("Máy in không báo chắc chắn. Hãy nhìn khe giấy.")
        return [Banner(look, "warn", self.say(text.citizen) if text else unsure), button]

    def _qr(self, text: str, name: str) -> QWidget:
        side = _QR_MM[self.context.low, self.context.look.large]
        return _centred(QrView(self.context.look, text or " ", accessible=name, side_mm=side))

    def _ask_button(self) -> ActionButton:
        button = ActionButton(self.context.look, self.tr("Hỏi lại"), kind="plain", icon="refresh")
        button.clicked.connect(partial(self.context.send, FeeAskedAgain()))
        return button

    # --- what moves on it ---

    def _follow(self) -> None:
        followed = self.state.pay.followed
        if self._ring is not None:
            self._ring.setVisible(followed)
            self._ring.set_seconds(self._seconds_left)
        if self._again is not None:
            self._again.setVisible(not followed)
        if self._told is not None:
            self._told.set_text(self._state_words())
        if followed and self._ring is not None:
            self._second.start()
        else:
            self._second.stop()

    def _state_words(self) -> str:
        if self.state.pay.followed:
            return self.tr("Đang chờ tiền đến. Màn hình tự đổi khi máy nhận được.")
        return self.tr("Chưa thấy tiền đến. Mã vẫn dùng được; tiền đến sau, máy cũng tự ghi nhận.")

    def _fault_words(self) -> str:
        text = faults.texts().get(self.state.pay.fault)
        return self.say(text.citizen) if text else self.tr("Có vấn đề. Mời hỏi cán bộ.")

    def _sum(self) -> int:
        fee, handed_in = self.state.pay.fee, self.state.handed_in
        if fee is None:
            return handed_in.dossier.fee if handed_in else 0
        return fee.paid if self._face is Face.PAID else fee.asked

    def _money(self, amount: int) -> str:
        return money(amount, self.context.language)


def _centred(widget: QWidget) -> QWidget:
    room = QWidget()
    row = QHBoxLayout(room)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(widget)
    row.addStretch(1)
    return room
