"""Cuts the picture into bands whose heights no known firmware chokes on."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from devices.ticket_printer.options import Impl

_STRIP = 24
"""Dots of one strip of ``ESC *`` in high density."""
_GRAPHICS_MAX = 0xFFFF - 12
"""``GS ( L`` counts its bytes in 16 bits; the library lets the number wrap."""


def height_is_safe(rows: int) -> bool:
    """False for multiples of 48 (some printers print garbage) and powers of two (some stop)."""
    return rows > 0 and rows % 48 != 0 and rows & (rows - 1) != 0


def band_height(impl: Impl, band_rows: int, width_px: int) -> int:
    """The height of all bands but the last, at most ``band_rows``."""
    if impl == "bitImageColumn":
        return max(_STRIP, band_rows // _STRIP * _STRIP)
    rows = band_rows
    if impl == "graphics":
        rows = min(rows, _GRAPHICS_MAX // ((width_px + 7) // 8))
    while not height_is_safe(rows):
        rows -= 1
    return rows


def padded_height(impl: Impl, height: int) -> int:
    """The last band's height with the white rows it needs to be safe."""
    if impl == "bitImageColumn":
        # The printer sees strips of 24 dots, which is a safe height.
        return -(-height // _STRIP) * _STRIP
    while not height_is_safe(height):
        height += 1
    return height


def bands(picture: Image.Image, impl: Impl, band_rows: int) -> Iterator[Image.Image]:
    """The picture from top to bottom; white rows are added at its end only."""
    step = band_height(impl, band_rows, picture.width)
    for top in range(0, picture.height, step):
        rows = min(step, picture.height - top)
        band = picture.crop((0, top, picture.width, top + rows))
        whole = padded_height(impl, rows)
        if whole != rows:
            padded = Image.new("1", (picture.width, whole), 1)
            padded.paste(band, (0, 0))
            band = padded
        yield band
