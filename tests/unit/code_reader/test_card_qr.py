"""``kiosk card qr``: fields of a picture as JSON, faults with exit code 3."""

from __future__ import annotations

import json

import pytest
import segno

from kiosk.cli import run

TEXT = "001300012345||Nguyễn Thị Mẫu|31022000|Nữ|Số 1 Phố Mẫu|10052021"


def test_the_fields_of_a_picture(tmp_path, capsys):
    file = tmp_path / "code.png"
    segno.make_qr(TEXT).save(str(file), scale=4)
    assert run(["card", "qr", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "number": "001300012345",
        "old_number": "",
        "full_name": "Nguyễn Thị Mẫu",
        "birth": "",
        "sex": "Nữ",
        "address": "Số 1 Phố Mẫu",
        "issued": "10/05/2021",
        "doubtful": ["birth"],
    }
    assert run(["card", "qr", str(file)]) == 0
    assert "full_name: Nguyễn Thị Mẫu" in capsys.readouterr().err


def test_a_code_that_is_no_cards(tmp_path, capsys):
    file = tmp_path / "code.png"
    segno.make_qr("https://example.org").save(str(file), scale=4)
    assert run(["card", "qr", str(file), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["fault"] == "QR_UNKNOWN"


@pytest.mark.parametrize("kind", ["missing", "folder", "text"])
def test_what_is_no_picture(tmp_path, capsys, kind):
    file = tmp_path / "file"
    if kind == "folder":
        file.mkdir()
    elif kind == "text":
        file.write_text(TEXT, "utf-8")
    assert run(["card", "qr", str(file), "--json"]) == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["fault"] == "PICTURE_UNREADABLE"
    assert "001300012345" not in said.err
