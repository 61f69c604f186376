"""Scans of realistic size by the thousand: drawn once, made different by a comment in each JPEG."""

from __future__ import annotations

from dataclasses import replace

from devices.scanner.api import ScannedPage
from devices.scanner.drawing import draw_page
from devices.scanner.pages import encode
from kiosk.dossiers.dossier import Scan
from kiosk.papers.scan_pdf import scan_pdf

PAGES = 3
_DPI = 150
_QUALITIES = (30, 45, 60)
_START = b"\xff\xd8"
_COMMENT = b"\xff\xfe"


class Papers:
    """Gives the scan of dossier number so and so: three pages of 60 to 160 kB each, like no other's."""

    def __init__(self) -> None:
        drawn = [draw_page(number, _DPI) for number in (1, 2)]
        self._pages = [
            encode(picture, _DPI, quality, ()) for quality in _QUALITIES for picture in drawn
        ]

    def scan(self, number: int) -> Scan:
        pages = [
            _marked(self._pages[(number + page) % len(self._pages)], f"{number}/{page}")
            for page in range(PAGES)
        ]
        return Scan("TP01", scan_pdf(pages), PAGES)


def _marked(page: ScannedPage, words: str) -> ScannedPage:
    """The same picture as another file: a comment segment behind the start of image."""
    said = words.encode()
    comment = _COMMENT + (len(said) + 2).to_bytes(2, "big") + said
    return replace(page, jpeg=_START + comment + page.jpeg.removeprefix(_START))
