"""The devices, real or simulated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiosk.settings.section import Section


class SimulatedCard(Section):
    """The synthetic card that the simulated reader carries."""

    present: bool = False
    """Whether the card lies on the reader at start."""
    expiry: str = Field(default="400302", pattern=r"^\d{6}$")
    latency_ms: float = Field(default=8, ge=0, le=1000)


class IdCard(Section):
    driver: Literal["simulated", "pcsc"] = "simulated"
    reader: str = ""
    """Part of the reader's name; empty: the first contactless one."""
    extended: Literal["auto", "on", "off"] = "auto"
    """Whether long commands pass this reader: fewer of them make a reading shorter. ``auto``: as the
    reader says."""
    card: SimulatedCard = SimulatedCard()


class Scanner(Section):
    driver: Literal["simulated", "scanimage"] = "simulated"
    device: str = ""
    feeder_source: str = "Automatic Document Feeder"
    flatbed_source: str = "Flatbed"
    mode: str = "Color"
    dpi: int = Field(default=200, ge=75, le=600)
    width_mm: float = Field(default=210, gt=10, le=300)
    height_mm: float = Field(default=297, gt=10, le=450)
    jpeg_quality: int = Field(default=70, ge=30, le=95)
    timeout_s: float = Field(default=60, gt=1, le=600)
    """How long a page may make no progress."""
    page_ms: int = Field(default=900, ge=0, le=10_000)
    """Simulated scanner only: how long a page takes."""


class TicketPrinter(Section):
    driver: Literal["simulated", "tcp"] = "simulated"
    address: str = Field(default="127.0.0.1:9100", pattern=r"^[^\s:]+:\d{1,5}$")
    timeout_s: float = Field(default=4, gt=0, le=60)
    profile: str = "TM-T20II"
    width_px: int = Field(default=576, ge=384, le=832, multiple_of=8)
    dpi: int = Field(default=203, ge=100, le=300)
    impl: Literal["bitImageRaster", "graphics", "bitImageColumn"] = "bitImageRaster"
    band_rows: int = Field(default=100, ge=24, le=900)
    band_sleep_ms: int = Field(default=0, ge=0, le=1000)
    feed_lines: int = Field(default=6, ge=0, le=20)
    cut: Literal["full", "part", "none"] = "part"
    status_mode: Literal["dle_eot", "none"] = "dle_eot"
    confirm_mode: Literal["gs_r", "dle_eot", "none"] = "gs_r"


class PaperPrinter(Section):
    driver: Literal["simulated", "ipp"] = "simulated"
    uri: str = Field(default="ipp://localhost:631/ipp/print", pattern=r"^ipps?://")
    deadline_s: float = Field(default=60, gt=1, le=600)


class CodeReader(Section):
    driver: Literal["none", "simulated", "serial", "wedge"] = "simulated"
    """``serial``: a scanner set to USB-COM, the better way; ``wedge``: one that types as a keyboard."""
    port: str = Field(default="", max_length=200)
    """Serial: path or pattern of the port; empty: the only one in ``/dev/serial/by-id``."""
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600
    gap_ms: float = Field(default=100, ge=20, le=2000)
    """Serial: a silence this long ends a code that has no terminator."""
    key_gap_ms: float = Field(default=35, ge=10, le=200)
    """Wedge: keys closer than this are a scanner's."""


class Devices(Section):
    id_card: IdCard = IdCard()
    scanner: Scanner = Scanner()
    code_reader: CodeReader = CodeReader()
    ticket_printer: TicketPrinter = TicketPrinter()
    paper_printer: PaperPrinter = PaperPrinter()
