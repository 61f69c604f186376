"""Everything that differs from one ticket printer to the next; the technician finds it by a test print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Impl = Literal["bitImageRaster", "graphics", "bitImageColumn"]
Cut = Literal["full", "part", "none"]


@dataclass(frozen=True)
class TicketOptions:
    """Settings of one ESC/POS printer on the network.

    ``address``: ``host:port``. ``timeout_s``: how long one step may take. ``profile``: name in
    python-escpos. ``feed_lines``: lines fed before the cut. ``status_mode`` ``none`` is for printers
    that answer nonsense. ``confirm_mode``: how the end of the work is learned.
    """

    address: str = "127.0.0.1:9100"
    timeout_s: float = 4
    profile: str = "TM-T20II"
    width_px: int = 576
    dpi: int = 203
    impl: Impl = "bitImageRaster"
    band_rows: int = 100
    band_sleep_ms: int = 0
    feed_lines: int = 6
    cut: Cut = "part"
    status_mode: Literal["dle_eot", "none"] = "dle_eot"
    confirm_mode: Literal["gs_r", "dle_eot", "none"] = "gs_r"

    @property
    def host(self) -> str:
        return self.address.rpartition(":")[0]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def reply_s(self) -> float:
        """How long one status byte may take: a printer that answers at all does so at once."""
        return min(self.timeout_s, 1.5)
