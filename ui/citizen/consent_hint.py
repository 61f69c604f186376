"""Says, before a chip is read, that the card's number leaves the building, where to and what for."""

from __future__ import annotations

from ui.citizen.hint_line import HintLine
from ui.style.look import Look


class ConsentHint(HintLine):
    """``purpose``: in the office's words. Who doesn't want it takes the way without a chip."""

    def __init__(self, look: Look, purpose: str) -> None:
        words = self.tr(
            "Khi đọc thẻ, máy gửi số Căn cước tới hệ thống xác thực. Mục đích: {purpose}."
            " Nếu không đồng ý, chạm “Tôi không có thẻ gắn chip” để tự điền."
        ).format(purpose=purpose.rstrip(" ."))
        super().__init__(look, "info-circle", words, size="caption")
