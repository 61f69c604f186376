"""Checks of a scanned page."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from devices.fault import Fault
from devices.scanner import pages
from devices.scanner.drawing import blank_page, draw_page
from devices.scanner.pages import is_blank, page_from

A4 = (827, 1169)  # at 100 dpi


def write(folder: Path, picture: Image.Image) -> Path:
    path = folder / "page-1.pnm"
    picture.save(path, "PPM")
    return path


def lined(size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    for y in range(60, size[1] - 60, 40):
        ImageDraw.Draw(picture).line((60, y, size[0] - 60, y), "black", 4)
    return picture


def test_a_page_is_a_jpeg_of_the_same_size(tmp_path: Path) -> None:
    page = page_from(write(tmp_path, lined(A4)), 100, A4, 70)
    with Image.open(io.BytesIO(page.jpeg)) as jpeg:
        assert (jpeg.format, jpeg.size, jpeg.info["dpi"]) == ("JPEG", A4, (100, 100))
    assert (page.width, page.height, page.dpi, page.warnings) == (*A4, 100, ())


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_every_mode_of_scanners(tmp_path: Path, mode: str) -> None:
    page = page_from(write(tmp_path, lined(A4).convert(mode)), 100, A4, 70)
    with Image.open(io.BytesIO(page.jpeg)) as jpeg:
        assert jpeg.mode == ("RGB" if mode == "RGB" else "L")


def test_lower_quality_is_smaller() -> None:
    page = draw_page(1, 100)
    assert len(pages.encode(page, 100, 40, ()).jpeg) < len(pages.encode(page, 100, 90, ()).jpeg)


def test_a_short_page_is_marked_and_kept(tmp_path: Path) -> None:
    assert page_from(write(tmp_path, lined((827, 900))), 100, A4, 70).warnings == ("cut",)
    assert page_from(write(tmp_path, lined((700, 1169))), 100, A4, 70).warnings == ("cut",)
    assert page_from(write(tmp_path, lined((825, 1166))), 100, A4, 70).warnings == ()


def test_a_blank_page_is_marked_and_kept(tmp_path: Path) -> None:
    page = page_from(write(tmp_path, Image.new("RGB", A4, "white")), 100, A4, 70)
    assert page.warnings == ("blank",)
    assert page.jpeg


@pytest.mark.parametrize("dpi", [50, 75, 100, 200, 300])
def test_blank_by_ink_not_by_paper(dpi: int) -> None:
    assert is_blank(blank_page(dpi), dpi)
    assert not is_blank(draw_page(1, dpi), dpi)
    assert not is_blank(draw_page(2, dpi), dpi)


def test_one_short_line_is_not_blank() -> None:
    picture = Image.new("L", (1654, 2339), 250)
    ImageDraw.Draw(picture).rectangle((300, 300, 1300, 318), fill=20)
    assert not is_blank(picture, 200)


def test_every_shortening_of_a_file_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, lined((100, 100)))
    whole = path.read_bytes()
    for size in (0, 1, 2, 10, 15, 20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(Fault) as fault:
            page_from(path, 100, A4, 70)
        assert fault.value.code == "SCANNER_ERROR"


@settings(max_examples=200, deadline=None)
@given(
    head=st.sampled_from([b"", b"P6 9 9 255 ", b"P4 9 9 ", b"\x89PNG\r\n\x1a\n"]), rest=st.binary()
)
def test_garbage_is_a_fault(head: bytes, rest: bytes, tmp_path_factory) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.pnm"
    path.write_bytes(head + rest)
    with contextlib.suppress(Fault):
        assert page_from(path, 100, A4, 70).jpeg


@pytest.mark.parametrize("size", [9_100, 9_600, 30_000])
def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path, size: int) -> None:
    path = tmp_path / "page-1.pnm"
    path.write_bytes(b"P6 %d %d 255 \n" % (size, size))
    with pytest.raises(Fault) as fault:
        page_from(path, 100, A4, 70)
    assert "picture of 9100" in fault.value.detail or "DecompressionBomb" in fault.value.detail


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        page_from(tmp_path / "page-1.pnm", 100, A4, 70)
