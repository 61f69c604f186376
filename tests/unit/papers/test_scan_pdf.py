"""Scans are filed as PDF/A-1b with their pixels untouched."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from devices.scanner.api import ScannedPage
from kiosk.papers.scan_pdf import scan_pdf
from tests.unit.papers.samples import scanned

A4 = (595.28, 841.89)


def test_declares_pdf_a_1b_with_an_output_intent_and_a_neutral_title() -> None:
    with pikepdf.open(BytesIO(scan_pdf([scanned()]))) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "1B"
        assert "/OutputIntents" in pdf.Root
        assert str(pdf.docinfo.Title) == "Giấy tờ quét"
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())


def test_picture_bytes_are_unchanged() -> None:
    pages = [scanned(), scanned(mode="L"), scanned(1000, 700)]
    with pikepdf.open(BytesIO(scan_pdf(pages))) as pdf:
        kept = [_picture(page).read_raw_bytes() for page in pdf.pages]
    assert kept == [page.jpeg for page in pages]


@pytest.mark.parametrize(
    ("page", "box"),
    [
        (scanned(), A4),
        (scanned(1656, 2330), A4),
        (scanned(674, 425), A4),  # a card on the glass, true size
        (scanned(2339, 1654), A4[::-1]),
        (scanned(1754, 2900), A4),  # longer than A4: shrinks
    ],
)
def test_media_box_is_a4(page: ScannedPage, box: tuple[float, float]) -> None:
    with pikepdf.open(BytesIO(scan_pdf([page]))) as pdf:
        media = [float(side) for side in pdf.pages[0].MediaBox]
    assert media == pytest.approx([0, 0, *box], abs=0.02)


def test_a_small_paper_keeps_its_size() -> None:
    with pikepdf.open(BytesIO(scan_pdf([scanned(674, 425)]))) as pdf:
        content = pdf.pages[0].Contents.read_bytes().decode()
    width, _, _, height = (float(number) for number in content.split()[1:5])
    assert width == pytest.approx(674 * 72 / 200, abs=0.01)
    assert height == pytest.approx(425 * 72 / 200, abs=0.01)


def test_same_pages_same_bytes() -> None:
    assert scan_pdf([scanned(), scanned()]) == scan_pdf([scanned(), scanned()])


def test_the_pages_own_dpi_counts_not_the_header() -> None:
    page = replace(scanned(827, 1170, 200), dpi=100)
    with pikepdf.open(BytesIO(scan_pdf([page]))) as pdf:
        content = pdf.pages[0].Contents.read_bytes().decode()
    assert float(content.split()[1]) == pytest.approx(A4[0], abs=0.02)


@pytest.mark.parametrize(
    "page",
    [
        replace(scanned(), jpeg=b"not a picture"),
        replace(scanned(), jpeg=b""),
        replace(scanned(), jpeg=b"\xff\xd8\xff\xe0"),
        replace(scanned(), width=1653),
        replace(scanned(), dpi=0),
        replace(scanned(), dpi=10_000),
        replace(scanned(), width=100_000),
        replace(scanned(), height=0),
    ],
)
def test_what_no_scanner_may_hand_over_is_refused(page: ScannedPage) -> None:
    with pytest.raises(ValueError, match="page 1"):
        scan_pdf([page])


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGB"), ("JPEG", "CMYK"), ("TIFF", "RGB")])
def test_other_pictures_are_refused(form: str, mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (100, 100)).save(out, form)
    with pytest.raises(ValueError, match="page 1"):
        scan_pdf([ScannedPage(out.getvalue(), 100, 100, 200)])


@pytest.mark.parametrize("count", [0, 501])
def test_number_of_pages_is_bounded(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} pages"):
        scan_pdf([scanned(16, 16)] * count)


def _picture(page: pikepdf.Page) -> pikepdf.Object:
    (only,) = page.Resources.XObject.values()
    return only
