"""Says that the code printed on the card may be scanned instead of typing."""

from __future__ import annotations

from ui.citizen.hint_line import HintLine
from ui.style.look import Look


class CodeHint(HintLine):
    """Shown only while the scanner hears."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "qrcode", self.tr("Hoặc đưa mã QR in trên thẻ vào máy quét mã."))
