"""Synthetic dossiers and readers of papers, for the tests of this folder."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image

from devices.scanner.api import ScannedPage
from kiosk.dossiers.dossier import Component, Dossier, DossierState, HandedIn
from kiosk.people.person import Person
from kiosk.queueing.ticket import Ticket
from kiosk.settings import Office

CODE = "H29.18-231027-000001"
NAME = "TRẦN THỊ MẪU ỄẪỆ"
RECEIVED = datetime(2023, 10, 27, 2, 32, tzinfo=UTC)

OFFICE = Office(
    agency="H29.18",
    name="Bộ phận Một cửa phường Mẫu",
    address="12 Đường Mẫu, Phường Mẫu, Thành phố Hồ Chí Minh",
    place="Phường Mẫu",
    phone="1022",
    website="dichvucong.gov.vn",
    station="kiosk-01",
)


def component(number: int = 1, copies: int = 3) -> Component:
    return Component(
        code=f"TP{number:02d}",
        name=f"Bản chính giấy tờ số {number}",
        originals=1,
        certified=0,
        photocopies=0,
        pages=2,
        copies=copies,
        attachment=None,
    )


def handed_in(**changes: object) -> HandedIn:
    """A dossier of certification; ``changes`` are fields of the dossier or of its person."""
    person = Person("079190000017", NAME, "01/01/1990", "Nữ", "12/3 Đường Số 5, Phường Mẫu")
    of_person = {key: changes.pop(key) for key in ("full_name", "residence") if key in changes}
    dossier = Dossier(
        id="1",
        code=CODE,
        key="key-1",
        agency="H29.18",
        station="kiosk-01",
        procedure="2.000815",
        version="2026-1",
        procedure_name="Chứng thực bản sao từ bản chính giấy tờ, văn bản",
        sector="G15-TP03",
        sector_name="Chứng thực",
        person=replace(person, **of_person),
        answers={"phone": "0912345678"},
        summary="Chứng thực 3 bản sao từ bản chính: Bằng tốt nghiệp",
        components=(component(),),
        fee=14_000,
        state=DossierState.RECEIVED,
        received_at=RECEIVED,
        due_at=datetime(2023, 10, 27, 10, 0, tzinfo=UTC),
        term="Trong ngày",
    )
    return HandedIn(replace(dossier, **changes), Ticket("H29.18", date(2023, 10, 27), "A", 1))


def pdf_text(pdf: bytes, *options: str) -> str:
    """What pdftotext gives back."""
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def pdf_pages(pdf: bytes, folder: Path, dpi: int = 150) -> list[Image.Image]:
    """Every page as a picture."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", file, folder / "page"], check=True)
    return [Image.open(BytesIO(page.read_bytes())) for page in sorted(folder.glob("page-*.png"))]


def qr_texts(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


def scanned(
    width: int = 1654, height: int = 2339, dpi: int = 200, mode: str = "RGB"
) -> ScannedPage:
    """A grey page with a black bar as a JPEG."""
    picture = Image.new(mode, (width, height), 200 if mode == "L" else (200, 210, 220))
    picture.paste(0 if mode == "L" else (0, 0, 0), (10, 10, width // 2, 14))
    out = BytesIO()
    picture.save(out, "JPEG", quality=70, dpi=(dpi, dpi))
    return ScannedPage(out.getvalue(), width, height, dpi)
