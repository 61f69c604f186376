"""A page file of the scanner becomes a checked JPEG."""

from __future__ import annotations

import io
from bisect import bisect_left
from itertools import accumulate
from pathlib import Path

from PIL import Image

from devices.fault import Fault
from devices.scanner.api import ScannedPage

MAX_PIXELS = 80_000_000
"""Somewhat above A4 at 600 dpi with margins (about 35 million) and A3 at 600 dpi (70 million)."""

_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_SHORT = 0.98
_BLANK_DPI = 75
_BLANK_MARGIN = 0.03
_BLANK_DARKER = 40
_BLANK_SHARE = 0.002


def page_from(path: Path, dpi: int, area: tuple[int, int], quality: int) -> ScannedPage:
    """Decodes the whole file, checks it and encodes it anew.

    ``area``: width and height asked for, in pixels. Raises `Fault` ``SCANNER_ERROR`` for a file that
    isn't a whole picture. A blank page is marked, never dropped: single limits delete real pages.
    """
    try:
        with Image.open(path, formats=("PPM", "PNG", "TIFF", "JPEG")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Fault("SCANNER_ERROR", f"picture of {opened.width}×{opened.height}")
            opened.load()
            picture = opened.convert("L" if opened.mode in ("1", "L", "I", "I;16") else "RGB")
    except (OSError, ValueError, SyntaxError, *_BOMBS) as error:
        raise Fault("SCANNER_ERROR", f"page not readable: {type(error).__name__}") from error
    return encode(picture, dpi, quality, _warnings(picture, dpi, area))


def encode(picture: Image.Image, dpi: int, quality: int, marks: tuple[str, ...]) -> ScannedPage:
    """The picture as a `ScannedPage`; ``quality`` as libjpeg counts it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return ScannedPage(out.getvalue(), picture.width, picture.height, dpi, marks)


def is_blank(picture: Image.Image, dpi: int) -> bool:
    """Whether hardly anything is darker than the paper (margins of 3 % left out)."""
    grey = picture.convert("L")
    factor = max(1, round(dpi / _BLANK_DPI))
    small = grey.reduce(factor) if factor > 1 else grey
    dx, dy = round(small.width * _BLANK_MARGIN), round(small.height * _BLANK_MARGIN)
    counts = small.crop((dx, dy, small.width - dx, small.height - dy)).histogram()
    total = sum(counts)
    median = bisect_left(list(accumulate(counts)), total / 2)
    dark = sum(counts[: max(0, median - _BLANK_DARKER)])
    return dark < _BLANK_SHARE * total


def _warnings(picture: Image.Image, dpi: int, area: tuple[int, int]) -> tuple[str, ...]:
    marks = []
    if is_blank(picture, dpi):
        marks.append("blank")
    if picture.width < area[0] * _SHORT or picture.height < area[1] * _SHORT:
        marks.append("cut")
    return tuple(marks)
