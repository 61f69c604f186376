"""The four lamps in plain words. One table by code; what isn't in it gets a neutral sentence."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from devices.idcard.api import Lamp, Lamps, LampState
from ui.parts.lamp_list import LampRow, Shade

_SHADES: Final[dict[LampState, Shade]] = {
    LampState.OK: "ok",
    LampState.UNKNOWN: "warn",
    LampState.FAILED: "danger",
    LampState.ABSENT: "muted",
}


def any_failed(lamps: Lamps) -> bool:
    """Whether one lamp is red: the clerk has to look at the card."""
    four = (lamps.read, lamps.intact, lamps.trusted, lamps.genuine)
    return any(lamp.state is LampState.FAILED for lamp in four)


class LampWords(QObject):
    """Sentences that accuse nobody and promise nothing: no lamp alone makes a card genuine."""

    def rows(self, lamps: Lamps) -> list[LampRow]:
        unconfirmed = self.tr("CHƯA XÁC NHẬN CHỨNG THƯ")
        return [
            self._row(self.tr("Đọc được"), lamps.read, self.tr("Đọc được một phần")),
            self._row(self.tr("Dữ liệu nguyên vẹn"), lamps.intact),
            self._row(self.tr("Chứng thư tin cậy"), lamps.trusted, unconfirmed),
            self._row(self.tr("Chip thật"), lamps.genuine),
        ]

    def why(self, code: str) -> str:
        """Why a lamp isn't plainly green, for the person whose card it is."""
        if not code:
            return ""
        found = self._of_data().get(code) or self._of_trust().get(code) or self._of_chip().get(code)
        return found or self.tr("Cán bộ sẽ xem thêm bước này.")

    def _row(self, name: str, lamp: Lamp, unknown: str = "") -> LampRow:
        word = {
            LampState.OK: self.tr("Đạt"),
            LampState.UNKNOWN: unknown or self.tr("Chưa xác nhận"),
            LampState.FAILED: self.tr("Cần cán bộ xem"),
            LampState.ABSENT: self.tr("Không kiểm tra"),
        }[lamp.state]
        return LampRow(_SHADES[lamp.state], name, word, self.why(lamp.why))

    def _of_data(self) -> dict[str, str]:
        unread = self.tr("Máy chưa đọc được phần thông tin tiếng Việt trong chip.")
        signature = self.tr("Chữ ký số của dữ liệu trong chip không khớp.")
        signer = self.tr("Chữ ký số trong chip không kèm chứng thư dùng được.")
        contents = self.tr("Mục lục trong chip khác với bản đã ký.")
        return {
            "NOT_TRIED": self.tr("Bước này chưa được làm."),
            "DG13_ABSENT": self.tr("Chip không có phần thông tin tiếng Việt."),
            "DG13_UNREADABLE": unread,
            "DG2_ABSENT": self.tr("Chip không có ảnh."),
            "DG2_UNREADABLE": self.tr("Máy chưa đọc được ảnh trong chip."),
            "SOD_ABSENT": self.tr("Chip không có chữ ký số để đối chiếu."),
            "SOD_UNREADABLE": self.tr("Máy chưa đọc được chữ ký số trong chip."),
            "CONTENT_DIGEST": signature,
            "SIGNATURE": signature,
            "SIGNER_MISSING": signer,
            "SIGNER_KEY": signer,
            "GROUP_HASH": self.tr("Một phần dữ liệu khác với bản đã ký."),
            "GROUP_NOT_LISTED": self.tr("Một phần dữ liệu không có trong bản đã ký."),
            "GROUP_NOT_READ": self.tr("Máy chưa đọc một phần dữ liệu trong chip."),
            "COM_DIFFERS": contents,
            "COM_UNREADABLE": contents,
        }

    def _of_trust(self) -> dict[str, str]:
        return {**self._of_issuer(), **self._of_revocation(), **self._of_gateway()}

    def _of_issuer(self) -> dict[str, str]:
        wrong_kind = self.tr("Chứng thư ký thẻ không đúng loại dùng để ký thẻ.")
        return {
            "CSCA_UNKNOWN": self.tr("Máy chưa có chứng thư của nơi cấp thẻ để đối chiếu."),
            "CSCA_SIGNATURE": self.tr("Chứng thư ký thẻ không khớp với nơi cấp."),
            "CSCA_COUNTRY": self.tr("Nơi ký và nơi cấp ghi trong thẻ không cùng một nước."),
            "ISSUER_UNKNOWN": self.tr("Máy chưa nhận ra nơi cấp ghi trong thẻ."),
            "CSCA_DISABLED": self.tr("Chứng thư của nơi cấp đang tạm ngừng dùng ở máy này."),
            "CSCA_UNCONFIRMED": self.tr("Chứng thư của nơi cấp còn chờ được xác nhận ở máy này."),
            "SIGNER_IS_CSCA": wrong_kind,
            "SIGNER_PURPOSE": wrong_kind,
            "SIGNER_UNPROVED": self.tr("Chưa rõ chứng thư trong chip có phải của nơi ký thẻ."),
            "SIGNER_UNREADABLE": self.tr("Máy chưa đọc được chứng thư ký thẻ."),
            "EXPIRED_AT_ISSUE": self.tr("Chứng thư ký thẻ đã hết hạn khi thẻ được cấp."),
            "NOT_YET_VALID_AT_ISSUE": self.tr(
                "Chứng thư ký thẻ chưa có hiệu lực khi thẻ được cấp."
            ),
            "ISSUE_DATE_UNKNOWN": self.tr("Máy chưa biết ngày cấp thẻ để đối chiếu."),
            "TRUST_STORE": self.tr("Kho chứng thư ở máy này đang trục trặc."),
        }

    def _of_revocation(self) -> dict[str, str]:
        no_list = self.tr("Máy chưa có danh sách chứng thư bị thu hồi.")
        old_list = self.tr("Danh sách chứng thư bị thu hồi ở máy này đã cũ.")
        return {
            "DSC_REVOKED": self.tr("Chứng thư ký thẻ đã bị thu hồi."),
            "CRL_NONE": no_list,
            "CRL_MISSING": no_list,
            "CRL_OLD": old_list,
            "CRL_EXPIRED": old_list,
        }

    def _of_gateway(self) -> dict[str, str]:
        """What keeps the gateway from answering is one thing to the person: not their fault."""
        away = self.tr("Chưa kết nối được hệ thống xác thực.")
        unanswered = self.tr("Hệ thống xác thực chưa trả lời được.")
        return {
            "GATEWAY_REFUSED": self.tr("Hệ thống xác thực không nhận chứng thư này."),
            "GATEWAY_INVALID": self.tr("Hệ thống xác thực không tra được số hoặc chứng thư này."),
            "GATEWAY_OFFLINE": away,
            "GATEWAY_SLOW": away,
            "GATEWAY_CERTIFICATE": away,
            "GATEWAY_NOT_WHITELISTED": away,
            "GATEWAY_SETTINGS": away,
            "GATEWAY_BUSY": unanswered,
            "GATEWAY_CRYPTO": unanswered,
            "GATEWAY_DUPLICATE": unanswered,
            "GATEWAY_ODD_ANSWER": unanswered,
            "CLOCK_WRONG": self.tr("Đồng hồ của máy này chạy sai, nên chưa xác thực được."),
        }

    def _of_chip(self) -> dict[str, str]:
        untrusted = self.tr("Chip trả lời đúng; nơi cấp chưa được xác nhận.")
        weak = self.tr("Khóa của chip yếu, chưa đủ để kết luận.")
        wrong = self.tr("Chip trả lời chưa đúng câu hỏi kiểm tra.")
        return {
            "NOT_OFFERED": self.tr("Chip này không có chức năng chống sao chép."),
            "CHIP_PROOF_FAILED": wrong,
            "AA_SIGNATURE": wrong,
            "AA_REFUSED": self.tr("Chip không trả lời câu hỏi kiểm tra."),
            "AA_LENGTH": self.tr("Máy đọc thẻ chưa nhận được cả câu trả lời của chip."),
            "AA_KEY_TOO_SHORT": weak,
            "AA_KEY_WEAK": weak,
            "KEY_UNSUPPORTED": self.tr("Máy chưa kiểm tra được loại khóa của thẻ này."),
            "KEY_UNREADABLE": self.tr("Máy chưa đọc được khóa của chip để kiểm tra."),
            "KEY_NOT_SIGNED": self.tr("Khóa của chip không có trong bản đã ký."),
            "ISSUER_NOT_TRUSTED": untrusted,
            "KEY_WITHHELD": self.tr("Chip không cho đọc khóa để kiểm tra."),
        }
