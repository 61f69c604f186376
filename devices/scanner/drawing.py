"""Draws the papers that lie on the simulated scanner: plainly synthetic, always the same."""

from __future__ import annotations

import math
import random
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

import resources

_PAPER = (250, 247, 238)
_INK = (38, 36, 44)
_RED = (196, 38, 44)
_BORDER = (122, 62, 40)
_SUBJECTS = (
    ("Ngữ văn", "8,5"),
    ("Toán", "9,0"),
    ("Ngoại ngữ", "8,0"),
    ("Lịch sử", "8,8"),
    ("Địa lí", "9,2"),
    ("Vật lí", "7,9"),
    ("Hóa học", "8,1"),
    ("Sinh học", "8,4"),
    ("Tin học", "9,5"),
    ("Giáo dục công dân", "9,1"),
)
_FRONT = (
    ("Họ và tên", "Nguyễn Thị Mẫu"),
    ("Ngày sinh", "01/01/2000"),
    ("Nơi sinh", "Phường Mẫu, Thành phố Mẫu"),
    ("Xếp loại tốt nghiệp", "Giỏi"),
    ("Hình thức đào tạo", "Chính quy"),
)
_MM_PER_INCH = 25.4


def draw_page(number: int, dpi: int) -> Image.Image:
    """Page ``number`` (from 1) of the feeder: odd pages are fronts, even pages backs of a diploma.

    Each lies a little askew, has the grain of paper and says everywhere that it is a specimen.
    """
    sheet = _Sheet(dpi)
    (_front if number % 2 else _back)(sheet)
    return _scanned(sheet.image, number, dpi)


def blank_page(dpi: int) -> Image.Image:
    """An empty glass: the white of the lid."""
    return _scanned(_Sheet(dpi).image, 0, dpi)


class _Sheet:
    """An A4 page that is drawn on in millimetres."""

    def __init__(self, dpi: int) -> None:
        self._scale = dpi / _MM_PER_INCH
        self.image = Image.new("RGB", (self.px(210), self.px(297)), _PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def px(self, mm: float) -> int:
        return round(mm * self._scale)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        *,
        bold: bool = False,
        anchor: str = "ms",
        fill: tuple[int, int, int] = _INK,
    ) -> None:
        font = _font(bold, self.px(size))
        self.draw.text((self.px(at[0]), self.px(at[1])), text, fill, font, anchor=anchor)

    def box(
        self, area: tuple[float, float, float, float], mm: float, colour: object = _INK
    ) -> None:
        left, top, right, bottom = (self.px(value) for value in area)
        width = max(1, self.px(mm))
        self.draw.rectangle((left, top, right, bottom), outline=colour, width=width)  # type: ignore[arg-type]  # a colour

    def line(self, area: tuple[float, float, float, float], mm: float) -> None:
        ends = [self.px(value) for value in area]
        self.draw.line(ends, fill=_INK, width=max(1, self.px(mm)))


def _front(sheet: _Sheet) -> None:
    sheet.box((10, 10, 200, 287), 1.2, _BORDER)
    sheet.box((12.5, 12.5, 197.5, 284.5), 0.3, _BORDER)
    sheet.text((105, 30), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 5.2, bold=True)
    sheet.text((105, 38), "Độc lập - Tự do - Hạnh phúc", 4.6, bold=True)
    sheet.line((75, 40.5, 135, 40.5), 0.3)
    sheet.text((105, 58), "HIỆU TRƯỞNG TRƯỜNG TRUNG HỌC MẪU", 4.4)
    sheet.text((105, 66), "cấp", 4.2)
    sheet.text((105, 86), "BẰNG TỐT NGHIỆP", 11, bold=True, fill=_RED)
    sheet.text((105, 97), "TRUNG HỌC PHỔ THÔNG", 6, bold=True, fill=_RED)
    for row, (name, value) in enumerate(_FRONT):
        top = 116 + row * 13
        sheet.box((28, top, 182, top + 13), 0.25)
        sheet.line((84, top, 84, top + 13), 0.25)
        sheet.text((32, top + 8.5), name, 4.4, anchor="ls")
        sheet.text((88, top + 8.5), value, 4.8, bold=row == 0, anchor="ls")
    sheet.text((140, 202), "Phường Mẫu, ngày 01 tháng 6 năm 2018", 4.2)
    sheet.text((140, 210), "HIỆU TRƯỞNG", 4.4, bold=True)
    sheet.text((140, 250), "Trần Văn Mẫu", 4.6, bold=True)
    sheet.text((28, 262), "Số hiệu: MẪU 000000", 4, anchor="ls")
    sheet.text((28, 269), "Số vào sổ gốc cấp bằng: 00/MẪU", 4, anchor="ls")
    _signature(sheet, (140, 236))
    _stamp(sheet, (122, 230))


def _back(sheet: _Sheet) -> None:
    sheet.text((105, 26), "PHỤ LỤC BẰNG TỐT NGHIỆP (BẢN MẪU)", 5.4, bold=True)
    sheet.text((105, 35), "Người được cấp: Nguyễn Thị Mẫu", 4.4)
    columns = (24, 42, 130, 186)
    rows = (("STT", "Môn học", "Điểm trung bình"), *_numbered())
    for number, cells in enumerate(rows):
        top = 46 + number * 12
        sheet.box((columns[0], top, columns[3], top + 12), 0.25)
        for left, right, cell in zip(columns[:-1], columns[1:], cells, strict=True):
            sheet.line((right, top, right, top + 12), 0.25)
            sheet.text(((left + right) / 2, top + 8), cell, 4.2, bold=number == 0)
    sheet.text((24, 192), "Điểm trung bình cả năm: 8,7. Hạnh kiểm: Tốt.", 4.4, anchor="ls")
    sheet.text(
        (24, 201), "Giấy tờ này được vẽ để chạy thử, không có giá trị pháp lý.", 4.2, anchor="ls"
    )
    _stamp(sheet, (150, 226))


def _numbered() -> list[tuple[str, str, str]]:
    return [(str(row), *subject) for row, subject in enumerate(_SUBJECTS, 1)]


def _signature(sheet: _Sheet, at: tuple[float, float]) -> None:
    points = [
        (sheet.px(at[0] - 16 + t * 0.4), sheet.px(at[1] + 5 * math.sin(t / 4) * math.cos(t / 15)))
        for t in range(80)
    ]
    sheet.draw.line(points, fill=(40, 52, 140), width=max(1, sheet.px(0.5)), joint="curve")


def _stamp(sheet: _Sheet, centre: tuple[float, float]) -> None:
    """A round red stamp whose ink lets the writing under it shine through."""
    size = sheet.px(36)
    ink = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(ink)
    for inset, mm in ((0.5, 0.9), (2.2, 0.3), (10, 0.3)):
        edge = sheet.px(inset)
        box = (edge, edge, size - edge, size - edge)
        draw.ellipse(box, outline=_RED, width=max(1, sheet.px(mm)))
    middle = size // 2
    draw.text((middle, middle), "MẪU", _RED, _font(True, sheet.px(5.6)), anchor="mm")
    for words, away in (("TRƯỜNG TRUNG HỌC", -1), ("KHÔNG CÓ GIÁ TRỊ", 1)):
        at = (middle, middle + away * sheet.px(10.5))
        draw.text(at, words, _RED, _font(True, sheet.px(2)), anchor="mm")
    turned = ink.rotate(9, Image.Resampling.BICUBIC, fillcolor="white")
    left, top = sheet.px(centre[0]) - middle, sheet.px(centre[1]) - middle
    below = sheet.image.crop((left, top, left + size, top + size))
    sheet.image.paste(ImageChops.multiply(below, turned), (left, top))


def _scanned(page: Image.Image, number: int, dpi: int) -> Image.Image:
    """What the scanner's glass makes of a clean page: slightly turned, with grain. Same number, same page."""
    chance = random.Random(f"page {number} at {dpi}")  # noqa: S311 - grain of paper, nothing secret
    angle = chance.choice((-1, 1)) * chance.uniform(0.3, 0.8) if number else 0.0
    turned = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(243, 242, 240))
    size = (max(1, page.width // 2), max(1, page.height // 2))
    grain = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    grain = grain.point([247 + value // 32 for value in range(256)])
    grain = grain.resize(page.size, Image.Resampling.BILINEAR)
    for top in range(0, page.height, _BAND):
        box = (0, top, page.width, min(top + _BAND, page.height))
        band = grain.crop(box)
        turned.paste(ImageChops.multiply(turned.crop(box), Image.merge("RGB", (band,) * 3)), box)
    return turned


_BAND = 200
"""Rows at a time: Pillow holds Python's lock while it multiplies, and a window shall not wait for a whole page."""


@lru_cache(maxsize=32)
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    name = "NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf"
    return ImageFont.truetype(resources.path("fonts", name), size)
