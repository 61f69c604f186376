"""Icons from ``resources/icons``, drawn in a colour of the theme."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources import path

# What an office may name in a procedure; shipped whether or not a procedure uses it now.
FOR_PROCEDURES: Final = (
    "rubber-stamp",
    "file-certificate",
    "license",
    "steering-wheel",
    "gavel",
    "car",
    "umbrella",
    "heartbeat",
    "search",
    "ticket",
)


def icon(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a square pixmap; ``KeyError`` when no such file is shipped."""
    pixmap = QPixmap.fromImage(_image(name, colour, round(size_px * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=512)
def _image(name: str, colour: str, side: int) -> QImage:
    # QtSvg paints currentColor as black, so the colour goes into the bytes.
    renderer = QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.encode())))
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


@lru_cache(maxsize=128)
def _source(name: str) -> bytes:
    file = path("icons", f"{name}.svg")
    if not file.is_file():
        raise KeyError(f"no icon named {name}")
    return file.read_bytes()
