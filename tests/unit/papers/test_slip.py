"""The acceptance slip is readable by people, by pdftotext and by a QR reader."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from kiosk.papers.slip import acceptance_slip
from tests.unit.papers.samples import (
    CODE,
    NAME,
    OFFICE,
    component,
    handed_in,
    pdf_pages,
    pdf_text,
    qr_texts,
)

LINES = (
    "Bộ phận Một cửa phường Mẫu",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "GIẤY TIẾP NHẬN HỒ SƠ",
    "VÀ HẸN TRẢ KẾT QUẢ",
    f"Mã hồ sơ: {CODE}",
    "Phường Mẫu, ngày 27 tháng 10 năm 2023",
    NAME,
    "079190000017",
    "12/3 Đường Số 5, Phường Mẫu",
    "0912345678",
    "Chứng thực 3 bản sao từ bản chính: Bằng tốt nghiệp",
    "Bản chính giấy tờ số 1",
    "14.000",
    "14.000 đồng (Mười bốn nghìn đồng), chưa nộp",
    "01 bộ",
    "9 giờ 32 phút, ngày 27/10/2023",
    "17 giờ 00 phút, ngày 27/10/2023",
    "nộp tại quầy",
    "A001",
    "18001096",
    "NGƯỜI NỘP HỒ SƠ",
    "NGƯỜI TIẾP NHẬN",
    "Tiếp nhận tự động tại máy kiosk-01",
    "Trang 1/1",
)


@pytest.fixture(scope="module")
def words() -> str:
    return pdf_text(acceptance_slip(handed_in(), OFFICE))


@pytest.mark.parametrize("line", LINES)
def test_line_is_extracted(words: str, line: str) -> None:
    assert line in words


def test_qr_holds_the_code(tmp_path: Path) -> None:
    pages = pdf_pages(acceptance_slip(handed_in(), OFFICE), tmp_path)
    assert qr_texts(pages[0]) == [CODE]


def test_reprint_equals_the_first_print() -> None:
    first = acceptance_slip(handed_in(), OFFICE, demo=True)
    acceptance_slip(handed_in(full_name="KHÁC"), OFFICE)
    assert acceptance_slip(handed_in(), OFFICE, demo=True) == first


def test_all_fonts_are_embedded_and_ours() -> None:
    with pikepdf.open(BytesIO(acceptance_slip(handed_in(), OFFICE, demo=True))) as pdf:
        fonts = [item for item in pdf.objects if _is_font(item)]
        names = {str(font.BaseFont) for font in fonts}
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
    assert all("NotoSans" in name for name in names)
    assert names


def test_properties_tell_nothing_of_the_person() -> None:
    raw = acceptance_slip(handed_in(), OFFICE)
    with pikepdf.open(BytesIO(raw)) as pdf:
        said = " ".join(str(value) for value in pdf.docinfo.values())
        assert str(pdf.docinfo.Title) == "Giấy tiếp nhận hồ sơ"
        assert pdf.Root.Lang == "vi-VN"
    assert NAME not in said
    assert CODE not in said


def test_demo_is_said_on_every_page_and_only_then() -> None:
    many = handed_in(components=tuple(component(n) for n in range(1, 31)))
    assert "BẢN THỬ - dữ liệu giả" not in pdf_text(acceptance_slip(many, OFFICE))
    assert pdf_text(acceptance_slip(many, OFFICE, demo=True)).count("BẢN THỬ - dữ liệu giả") == 2


def test_thirty_components_run_over_two_pages_with_the_table_head() -> None:
    many = handed_in(components=tuple(component(n) for n in range(1, 31)))
    first, second = pdf_text(acceptance_slip(many, OFFICE)).rstrip("\f").split("\f")
    assert "Thành phần hồ sơ\n" in first
    assert "Thành phần hồ sơ\n" in second
    assert "Trang 1/2" in first
    assert "Trang 2/2" in second
    whole = first + second
    assert all(f"Bản chính giấy tờ số {n}\n" in whole for n in range(1, 31))
    assert "Cộng" in second
    assert "90" in second


def test_other_sectors_have_no_columns_of_certification() -> None:
    words = pdf_text(acceptance_slip(handed_in(sector="G09"), OFFICE))
    assert "Số\nbản" not in words
    assert "Lệ phí\n" not in words.replace("Phí, lệ phí", "")
    assert "Bản\nchính" in words


def test_no_components_no_fee_no_phone() -> None:
    words = pdf_text(acceptance_slip(handed_in(components=(), fee=0, answers={}), OFFICE))
    assert "Thành phần hồ sơ nộp gồm" not in words
    assert "Không thu" in words
    assert "Không có" in words


def test_a_missing_website_leaves_its_note_out() -> None:
    office = OFFICE.model_copy(update={"website": "", "phone": ""})
    words = pdf_text(acceptance_slip(handed_in(), office))
    assert "Tra cứu tình trạng" not in words
    assert "Điện thoại của Bộ phận" not in words


def test_markup_is_shown_literally() -> None:
    summary = "<b>đậm</b> & &amp; <img src='x'/> {code}"
    assert summary in pdf_text(acceptance_slip(handed_in(summary=summary), OFFICE))


def test_long_name_and_address_wrap_and_nothing_is_lost() -> None:
    name = " ".join(["NGUYỄN THỊ MẪU"] * 12)
    address = "Số 1 ngách 2 ngõ 3 " * 30 + "hết"
    page = pdf_text(acceptance_slip(handed_in(full_name=name, residence=address), OFFICE))
    flat = " ".join(page.split())
    assert name in flat
    assert address in flat


def _is_font(item: pikepdf.Object) -> bool:
    return (
        isinstance(item, pikepdf.Dictionary)
        and item.get("/Type") == "/Font"
        and "/BaseFont" in item
    )
