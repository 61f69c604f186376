"""Every contradiction has a name, and what only looks like one has none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.idcard import mrz, qr
from devices.idcard.api import Can, CardKey, Citizen
from devices.idcard.crosscheck import against_qr, compare

NUMBER = "001300012345"
KEY = Can("012345")
ADDRESS = "Số 1 Phố Mẫu, Phường Thử, Ba Đình, Hà Nội"
ZONE = mrz.parse("".join(mrz.build(NUMBER, "000302", "F", "250302", "NGUYEN<<THI<MAU")))
CITIZEN = Citizen(
    personal_number=NUMBER,
    full_name="Nguyễn Thị Mẫu",
    birth="02/03/2000",
    sex="Nữ",
    residence=ADDRESS,
    issued="10/05/2021",
    expires="02/03/2025",
    old_number="012345678",
)
CODE = qr.parse(f"{NUMBER}|012345678|Nguyễn Thị Mẫu|02032000|Nữ|{ADDRESS}|10052021")


def zone(
    name: str = "NGUYEN<<THI<MAU", birth: str = "000302", sex: str = "F", number: str = NUMBER
):
    return mrz.parse("".join(mrz.build(number, birth, sex, "250302", name)))


def test_all_agree():
    assert compare(KEY, ZONE, CITIZEN, CODE) == ()


def test_the_typed_number():
    key = CardKey("001300099999", "000302", "250302")
    assert compare(key, ZONE, CITIZEN) == ("key_number",)
    assert compare(CardKey("300012345", "000302", "250302"), ZONE, CITIZEN) == ()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"personal_number": "001300099999"}, "dg13_number"),
        ({"birth": "03/03/2000"}, "dg13_birth"),
        ({"birth": "03032000"}, "dg13_birth"),
        ({"sex": "Nam"}, "dg13_sex"),
        ({"expires": "03/03/2025"}, "dg13_expiry"),
        ({"expires": "Không thời hạn"}, "dg13_expiry"),
        ({"full_name": "Nguyễn Thị Mậu Hai"}, "dg13_name"),
        ({"full_name": "Nguyễn Thị Ma"}, "dg13_name"),
        ({"full_name": "Trần Thị Mẫu"}, "dg13_name"),
    ],
)
def test_citizens_data_against_the_zone(change, name):
    assert compare(KEY, ZONE, replace(CITIZEN, **change)) == (name,)


@pytest.mark.parametrize(
    "change",
    [
        {"birth": "02032000"},
        {"birth": "2000"},
        {"birth": ""},
        {"sex": ""},
        {"sex": "NỮ"},
        {"sex": "Nữ"},
        {"expires": "02032025"},
        {"full_name": ""},
        {"full_name": "NGUYỄN THỊ MẪU"},
        {"full_name": "Nguyễn  Thị-Mẫu"},
        {"full_name": "阮氏"},
    ],
)
def test_other_ways_to_write_the_same_are_no_contradiction(change):
    assert compare(KEY, ZONE, replace(CITIZEN, **change)) == ()


def test_without_citizens_data_there_is_nothing_to_contradict():
    assert compare(KEY, ZONE, None) == ()


@pytest.mark.parametrize(
    ("written", "name", "fits"),
    [
        ("DANG<<DINH<DUC", "Đặng Đình Đức", True),
        ("HHEN<<NIE", "H'Hen Niê", True),
        ("H<HEN<<NIE", "H’Hen Niê", True),
        ("NGUYEN<<HOANG<THUY<PHUONG<DIEM", "Nguyễn Hoàng Thùy Phương Diễm My", True),
        ("NGUYEN<<HOANG<THUY<PHUONG<DIEM", "Nguyễn Hoàng Thùy Phương Điệp", False),
        ("NGUYEN<<HOANG<THUY", "Nguyễn Hoàng Thùy Phương", False),
    ],
)
def test_names_cut_and_folded_by_the_zone(written, name, fits):
    found = compare(KEY, zone(written), replace(CITIZEN, full_name=name))
    assert found == (() if fits else ("dg13_name",))


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"birth": "010302"}, "number_birth"),
        ({"sex": "M"}, "number_sex"),
        ({"number": "00130001234X"}, "number_form"),
    ],
)
def test_the_structure_of_the_number(changed, name):
    assert name in compare(KEY, zone(**changed), None)


def test_check_digits_are_no_contradiction():
    lines = "".join(ZONE.lines)
    assert compare(KEY, mrz.parse(lines[:59] + "0" + lines[60:]), None) == ()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"number": "001300099999"}, "qr_number"),
        ({"birth": "02/03/2001"}, "qr_birth"),
        ({"birth": "02/03/1900"}, "qr_birth"),
        ({"sex": "Nam"}, "qr_sex"),
        ({"full_name": "Nguyễn Thị Mậu"}, "qr_name"),
        ({"full_name": "Nguyễn Thị"}, "qr_name"),
        ({"issued": "11/05/2021"}, "qr_issued"),
        ({"old_number": "012345679"}, "qr_old_number"),
        ({"address": "Số 2 Phố Mẫu, Phường Thử, Ba Đình, Hà Nội"}, "qr_address"),
    ],
)
def test_the_code_against_the_chip(change, name):
    code = replace(CODE, **change)
    assert against_qr(code, ZONE, CITIZEN) == (name,)
    assert compare(KEY, ZONE, CITIZEN, code) == (name,)


@pytest.mark.parametrize(
    "change",
    [
        {"birth": ""},
        {"sex": ""},
        {"issued": ""},
        {"old_number": ""},
        {"full_name": ""},
        {"full_name": "nguyễn thị mẫu"},
        {"address": "1 Phố Mẫu, P. Thử, TP Hà Nội"},
        {"address": ""},
        {"full_name": "Nguyn Th Mu", "doubtful": ("full_name",)},
        {"address": "S 2 Ph Khc", "doubtful": ("address",)},
    ],
)
def test_what_the_code_leaves_out_or_writes_otherwise_is_none(change):
    assert against_qr(replace(CODE, **change), ZONE, CITIZEN) == ()


def test_marks_may_sit_on_another_letter():
    chip = replace(CITIZEN, full_name="Trần Thị Hoà")
    code = replace(CODE, full_name="Trần Thị Hòa")
    assert "qr_name" not in against_qr(code, ZONE, chip)
    assert "qr_name" in against_qr(replace(code, full_name="Trần Thị Hóa"), ZONE, chip)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, None),
        ({"birth": "02/03/2001"}, "qr_birth"),
        ({"sex": "Nam"}, "qr_sex"),
        ({"full_name": "Trần Thị Mẫu"}, "qr_name"),
        ({"full_name": "Nguyễn Thị Mậu"}, None),
    ],
)
def test_without_citizens_data_the_zone_is_asked(change, name):
    assert against_qr(replace(CODE, **change), ZONE, None) == ((name,) if name else ())


def test_a_birth_date_known_in_part():
    lines = "".join(zone(birth="00<<<<").lines)
    assert compare(KEY, mrz.parse(lines), CITIZEN) == ()
    assert "dg13_birth" in compare(KEY, mrz.parse(lines), replace(CITIZEN, birth="02/03/1999"))


@given(st.builds(Citizen, *[st.text(max_size=20)] * 16), st.text(max_size=60))
def test_any_text_gives_names_without_values(citizen, rest):
    code = qr.CardQr(NUMBER, rest, rest, rest, rest, rest, rest)
    for name in compare(KEY, ZONE, citizen, code):
        assert name.split("_")[0] in ("dg13", "qr")
