"""Synthetic pictures for screens and tests: a portrait and sheets of paper. Nobody is shown."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

import resources
from devices.scanner.api import ScannedPage

_SHEET = (827, 1169)  # A4 at 100 dpi
_INK, _GREY, _PAPER = 40, 150, 250

_DIPLOMA = (
    (120, 34, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    (165, 28, "Độc lập - Tự do - Hạnh phúc"),
    (330, 52, "BẰNG TỐT NGHIỆP"),
    (400, 30, "trung học phổ thông"),
    (500, 28, "Bản mẫu dùng để thử, không có giá trị"),
)


@cache
def portrait() -> bytes:
    """A drawn head and shoulders, JPEG."""
    image = Image.new("RGB", (240, 320), (205, 219, 233))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 210, 220, 470), fill=(58, 82, 110))
    draw.ellipse((70, 60, 170, 205), fill=(224, 188, 158))
    draw.chord((66, 50, 174, 170), 180, 360, fill=(44, 38, 36))
    return _jpeg(image)


@cache
def sheet(number: int, blank: bool = False) -> ScannedPage:
    """A scanned sheet with invented text."""
    image = Image.new("L", _SHEET, _PAPER)
    draw = ImageDraw.Draw(image)
    if not blank:
        draw.rectangle((40, 40, _SHEET[0] - 40, _SHEET[1] - 40), outline=_GREY, width=4)
        for y, size, words in _DIPLOMA:
            draw.text((_SHEET[0] // 2, y), words, _INK, _font(size), anchor="mm")
        for row in range(10):
            right = _SHEET[0] - 120 - (row * 53 + number * 31) % 240
            draw.rectangle((120, 600 + row * 44, right, 612 + row * 44), fill=_GREY)
        draw.text((_SHEET[0] - 90, 1090), str(number), _INK, _font(28), anchor="mm")
    warnings = ("blank",) if blank else ()
    return ScannedPage(_jpeg(image), *_SHEET, 100, warnings)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources.path("fonts", "NotoSans-Bold.ttf")), size)


def _jpeg(image: Image.Image) -> bytes:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=80)
    return stream.getvalue()
