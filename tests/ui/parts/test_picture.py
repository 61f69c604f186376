"""Thumbnails are decoded small, whole and right; hostile bytes give nothing."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt

from ui.parts.picture import picture, picture_size

ROOM = QSize(120, 170)


def encoded(kind: str, size: tuple[int, int]) -> bytes:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_scanned_page_is_decoded_no_larger_than_it_is_shown(kind: str) -> None:
    found = picture(encoded(kind, (1654, 2339)), ROOM)
    assert found.size() == QSize(1654, 2339).scaled(ROOM * 2, Qt.AspectRatioMode.KeepAspectRatio)
    middle = found.height() // 2
    assert found.pixelColor(5, middle).red() > 200
    assert found.pixelColor(found.width() - 5, middle).blue() > 200


def test_a_small_picture_stays_as_it_is() -> None:
    assert picture(encoded("JPEG", (40, 30)), ROOM).size() == QSize(40, 30)


def test_a_line_of_pixels_is_still_a_picture() -> None:
    assert not picture(encoded("PNG", (4000, 2)), ROOM).isNull()


@pytest.mark.qt_log_ignore("JPEG datastream contains no image", extend=True)
@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 40]
)
def test_what_is_no_picture_gives_none(data: bytes) -> None:
    assert picture(data, ROOM).isNull()
    assert picture(data).isNull()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_size_is_known_before_it_is_decoded(kind: str) -> None:
    data = encoded(kind, (300, 200))
    assert picture_size(data) == picture(data).size() == QSize(300, 200)
    assert not picture_size(b"GIF89a").isValid()
