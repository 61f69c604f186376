"""Everything that differs from one scanner to the next, and the command line it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devices.scanner.api import Source


@dataclass(frozen=True)
class ScanOptions:
    """How one scanner is asked. Names of sources and modes are those of its own ``scanimage -A``.

    ``timeout_s``: how long a page may make no progress. ``options`` and ``environment`` go to the
    program as they are; ``folder`` is where the private folder of a run is made (a RAM disk on a
    kiosk), by default the system's.
    """

    device: str = ""
    feeder_source: str = "Automatic Document Feeder"
    flatbed_source: str = "Flatbed"
    mode: str = "Color"
    dpi: int = 200
    width_mm: float = 210
    height_mm: float = 297
    jpeg_quality: int = 70
    timeout_s: float = 60
    program: str = "scanimage"
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def width_px(self) -> int:
        return round(self.width_mm * self.dpi / 25.4)

    @property
    def height_px(self) -> int:
        return round(self.height_mm * self.dpi / 25.4)

    def source_name(self, source: Source) -> str:
        """The scanner's own name of the source; empty when it knows only one and names none."""
        return self.feeder_source if source is Source.FEEDER else self.flatbed_source

    def look(self) -> list[str]:
        """Command line that opens the scanner, moves nothing and ends."""
        return [self.program, *self._device(), "--dont-scan", "--format=pnm"]

    def scan(self, source: Source) -> list[str]:
        """Command line of one run, which writes into its working folder.

        Batch mode for the glass too (one page): both sources then end in the same ways. PNM,
        since encoding PNG costs more time than the page itself.
        """
        line = [self.program, *self._device(), *self.options]
        name = self.source_name(source)
        if name:
            line += ["--source", name]
        if self.mode:
            line += ["--mode", self.mode]
        line += ["--resolution", str(self.dpi), "-x", f"{self.width_mm:g}"]
        line += ["-y", f"{self.height_mm:g}", "--format=pnm", "--progress"]
        if source is Source.FLATBED:
            line.append("--batch-count=1")
        return [*line, "--batch=page-%d.pnm", "--batch-print"]

    def _device(self) -> list[str]:
        return ["--device-name", self.device] if self.device else []
