"""The headless demo: both jobs through the real window, and its papers read back by other programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO

import pikepdf
import pytest
import zxingcpp
from PIL import Image

import resources

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--headless", str(folder)],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=resources.path().parent,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def summary(out):
    return json.loads((out / "summary.json").read_text("utf-8"))


def test_each_key_was_kept_exactly_once(out, summary):
    rows = json.loads((out / "portal.json").read_text("utf-8"))["dossiers"]
    assert [row["stored"] for row in rows] == [1, 1]
    assert {row["code"] for row in rows} == {job["dossier"] for job in summary["jobs"].values()}
    assert all(summary["checks"].values())
    assert all(job["card"]["apdus"] <= 102 for job in summary["jobs"].values())


def test_one_fee_was_paid_at_the_bank_and_the_other_is_owed(out, summary):
    paid, owed = (summary["jobs"][number]["fee"] for number in "12")
    assert (paid["state"], paid["owed"], paid["transactions"]) == ("paid", 0, ["GD1"])
    assert (owed["paid"], owed["owed"]) == (0, paid["paid"])
    note = Image.open(out / "receipt.png").convert("L")
    assert note.getextrema() == (0, 255)


def test_the_slip_reads_back(out, summary):
    text = subprocess.run(
        ["pdftotext", "-layout", out / "slip.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    code = summary["jobs"]["2"]["dossier"]
    for words in ("GIẤY TIẾP NHẬN HỒ SƠ", "Nguyễn Thị Mẫu", "Giấy khai sinh", code):
        assert words in text
    picture = subprocess.run(
        ["pdftoppm", "-png", "-r", "200", "-singlefile", out / "slip.pdf"],
        capture_output=True,
        check=True,
    ).stdout
    assert code in [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(picture)))]


def test_the_ticket_reads_back(out, summary):
    ticket = Image.open(out / "ticket.png").convert("L")
    texts = [found.text for found in zxingcpp.read_barcodes(ticket)]
    assert texts == [summary["jobs"]["2"]["dossier"]]
    assert (out / "ticket.escpos").read_bytes().startswith(b"\x1b@")


def test_the_scan_is_pdf_a(out):
    with pikepdf.open(out / "scan.pdf") as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "1B"
        assert len(pdf.pages) == 2


def test_every_page_was_seen_in_both_languages(out):
    names = {file.name[3:-4] for file in (out / "screens").iterdir()}
    vietnamese = {name[:-3] for name in names if name.endswith("-vi")}
    english = {name[:-3] for name in names if name.endswith("-en")}
    assert vietnamese - {"pay-waiting", "pay-paid"} <= english  # the English one has no platform
    assert {"pay", "pay-waiting", "pay-paid"} <= vietnamese
    assert "pay-unreached" in english
    assert {"home", "card", "person", "scan", "check", "hand-in", "done"} <= vietnamese
