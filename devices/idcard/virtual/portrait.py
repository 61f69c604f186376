"""A portrait that nobody can take for a person: a drawing with the word for "sample" across it."""

from __future__ import annotations

import struct
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

import resources
from devices.idcard import dg2

WIDTH, HEIGHT = 480, 640
JP2_RATIO = 52
"""Compression that makes the picture about as large as on real cards, 18 kB."""
JPEG_QUALITY = 60
_PAPER, _SKIN, _HAIR, _COAT, _INK = "#cfe3f2", "#e6c3a0", "#3a2f2a", "#4b6a88", "#7a1f2b"


def group(jpeg: bool = False) -> bytes:
    """DG2 with the drawing."""
    return dg2.build(picture(jpeg), WIDTH, HEIGHT, jpeg2000=not jpeg)


def broken_group() -> bytes:
    """DG2 whose picture begins well and is then spoilt."""
    whole = picture(jpeg=False)
    return dg2.build(whole[:200] + bytes(2000), WIDTH, HEIGHT, jpeg2000=True)


def huge_group() -> bytes:
    """DG2 whose picture says 5000 × 5000 in its frame header."""
    data = bytearray(picture(jpeg=True))
    frame = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, frame + 5, 5000, 5000)
    return dg2.build(bytes(data), 5000, 5000, jpeg2000=False)


@lru_cache(maxsize=2)
def picture(jpeg: bool) -> bytes:
    """The drawing as JPEG or JPEG 2000; the same bytes every time."""
    out = BytesIO()
    if jpeg:
        _drawing().save(out, "JPEG", quality=JPEG_QUALITY)
    else:
        _drawing().save(out, "JPEG2000", quality_mode="rates", quality_layers=[JP2_RATIO])
    return out.getvalue()


def _drawing() -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((70, 440, 410, 800), fill=_COAT)
    draw.rectangle((205, 380, 275, 470), fill=_SKIN)
    draw.ellipse((120, 90, 360, 330), fill=_HAIR)
    draw.ellipse((140, 120, 340, 410), fill=_SKIN)
    for left in (185, 265):
        draw.ellipse((left, 235, left + 30, 255), fill=_INK)
    draw.line((240, 260, 232, 310, 248, 310), fill=_INK, width=3)
    draw.arc((200, 310, 280, 365), 20, 160, fill=_INK, width=4)
    font = ImageFont.truetype(str(resources.path("fonts", "NotoSans-Bold.ttf")), 64)
    draw.text((240, 540), "ẢNH MẪU", fill=_INK, font=font, anchor="mm", stroke_width=1)
    grain = _grain()
    return Image.blend(picture, Image.merge("RGB", (grain,) * 3), 0.12)


def _grain() -> Image.Image:
    """Repeatable grain (a linear congruential series), so that the size is like a photograph's."""
    state, out = 12345, bytearray()
    for _ in range((WIDTH // 4) * (HEIGHT // 4)):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(state >> 16 & 0xFF)
    small = Image.frombytes("L", (WIDTH // 4, HEIGHT // 4), bytes(out))
    return small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
