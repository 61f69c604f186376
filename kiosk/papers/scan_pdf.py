"""Scanned pages become one PDF/A-1b file (by declaration) without touching their pixels."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import img2pdf
from PIL import Image, UnidentifiedImageError

import resources
from devices.scanner.api import ScannedPage

TITLE = "Giấy tờ quét"
MAX_PAGES = 500
MAX_BYTES = 50_000_000
MAX_SIDE = 20_000
MIN_SIDE = 16
DPI = range(50, 1201)

_A4_MM = (210.0, 297.0)
_POINTS_PER_INCH = 72.0
_SLACK = 3.0  # points: a scan may miss A4 by a millimetre

Layout = tuple[float, float, float, float]


def scan_pdf(pages: Sequence[ScannedPage]) -> bytes:
    """One A4 page for each scanned page; the JPEG bytes are kept as they are.

    A picture stands in its own size (pixels and dpi) in the middle of the page, and shrinks only when
    it is larger than A4; a wide one gets a page on its side. The same pages give the same bytes.
    Raises `ValueError` for what a scanner driver must never hand over: that is a bug, not a fault.
    """
    if not 1 <= len(pages) <= MAX_PAGES:
        raise ValueError(f"{len(pages)} pages")
    for number, page in enumerate(pages, 1):
        _check(number, page)
    sizes = iter(pages)
    pdf = img2pdf.convert(
        [page.jpeg for page in pages],
        pdfa=str(resources.path("color", "sRGB.icc")),
        title=TITLE,
        producer="",
        nodate=True,
        rotation=img2pdf.Rotation.none,
        layout_fun=lambda _w, _h, _dpi: _layout(sizes),
    )
    return bytes(pdf)


def _layout(sizes: Iterator[ScannedPage]) -> Layout:
    """Page width and height, picture width and height, in points, of the next page."""
    page = next(sizes)
    width = page.width * _POINTS_PER_INCH / page.dpi
    height = page.height * _POINTS_PER_INCH / page.dpi
    short, long = (img2pdf.mm_to_pt(side) for side in _A4_MM)
    across, down = (long, short) if width > height and width > short + _SLACK else (short, long)
    if abs(width - across) <= _SLACK and abs(height - down) <= _SLACK:
        return across, down, across, down
    scale = min(1.0, across / width, down / height)
    return across, down, width * scale, height * scale


def _check(number: int, page: ScannedPage) -> None:
    if page.dpi not in DPI:
        raise ValueError(f"page {number}: {page.dpi} dpi")
    if not 0 < len(page.jpeg) <= MAX_BYTES:
        raise ValueError(f"page {number}: {len(page.jpeg)} bytes")
    if not (MIN_SIDE <= page.width <= MAX_SIDE and MIN_SIDE <= page.height <= MAX_SIDE):
        raise ValueError(f"page {number}: {page.width}×{page.height} pixels")
    try:
        with Image.open(io.BytesIO(page.jpeg), formats=("JPEG",)) as picture:
            kind, mode, size = picture.format, picture.mode, picture.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValueError(f"page {number}: not a JPEG") from error
    if kind != "JPEG" or mode not in ("L", "RGB"):
        raise ValueError(f"page {number}: {kind} {mode}, not a grey or colour JPEG")
    if size != (page.width, page.height):
        raise ValueError(f"page {number}: the picture is {size[0]}×{size[1]}")
