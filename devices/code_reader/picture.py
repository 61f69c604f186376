"""QR codes in a picture: a photograph of the card, a page of the scanner, a frame of a camera."""

from __future__ import annotations

import struct
from io import BytesIO

import zxingcpp
from PIL import Image

from devices.code_reader.api import Code
from devices.code_reader.reading import code_of
from devices.fault import Fault

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_CODES = 16
_SIDE = 4000
"""Longer sides are made smaller first: a code on a card fills a good part of the picture."""
_ONLY_QR = zxingcpp.barcode_formats_from_str("QRCode")
"""Five times faster than all formats, and no bar code of a parcel is taken for anything."""
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
# What Pillow's decoders and zxing-cpp raise on hostile input, seen or read in their code.
_DECODER = (
    OSError, ValueError, SyntaxError, EOFError, MemoryError, TypeError, IndexError, KeyError,
    OverflowError, AttributeError, RuntimeError, struct.error, Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)  # fmt: skip


def codes_in(picture: bytes | Image.Image) -> tuple[Code, ...]:
    """The texts of the QR codes in a picture, in no certain order.

    Takes up to a second for a photograph: call it on a worker. Raises `Fault`
    ``PICTURE_UNREADABLE`` for what is no picture of an allowed kind and size, ``NO_CODE_FOUND``
    when it holds no code that can be read.
    """
    grey = _opened(picture) if isinstance(picture, bytes) else _grey(picture)
    try:
        found = zxingcpp.read_barcodes(grey, formats=_ONLY_QR)
        raws = [(code.bytes, code.text) for code in found[:MAX_CODES]]
    except _DECODER as error:
        raise Fault("NO_CODE_FOUND", type(error).__name__) from None
    codes = [_code(raw, text) for raw, text in raws]
    if not any(codes):
        raise Fault("NO_CODE_FOUND", f"{grey.width} × {grey.height}")
    return tuple(code for code in codes if code)


def _code(raw: bytes, text: str) -> Code | None:
    """The bytes are UTF-8 whatever the code declares (ECI); where they aren't, the decoder's guess."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        guess = code_of(text.encode("utf-8", "replace"))
        return guess and Code(guess.text, doubtful=True)
    return code_of(raw)


def _opened(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise Fault("PICTURE_UNREADABLE", f"{len(data)} bytes")
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            _check_size(picture)
            # Decodes a large JPEG at half or a quarter of its size, which is several times faster.
            picture.draft("L", (_SIDE // 2, _SIDE // 2))
            return _grey(picture)
    except _DECODER as error:
        raise Fault("PICTURE_UNREADABLE", type(error).__name__) from None


def _grey(picture: Image.Image) -> Image.Image:
    _check_size(picture)
    try:
        if picture.has_transparency_data:
            whole = picture.convert("RGBA")
            picture = Image.new("RGBA", whole.size, "white")
            picture.alpha_composite(whole)
        grey = picture.convert("L")
        grey.thumbnail((_SIDE, _SIDE))
    except _DECODER as error:
        raise Fault("PICTURE_UNREADABLE", type(error).__name__) from None
    return grey


def _check_size(picture: Image.Image) -> None:
    if not 0 < picture.width * picture.height <= MAX_PIXELS:
        raise Fault("PICTURE_UNREADABLE", f"{picture.width} × {picture.height}")
