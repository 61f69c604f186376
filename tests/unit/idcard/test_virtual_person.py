"""Persons from files: as given, completed, or refused with the field named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.idcard import dg13, lds, mrz
from devices.idcard.virtual import person as people
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.files import build
from devices.idcard.virtual.person import VirtualPerson

PERSON = """
number = "001099054321"
name = "Đặng Văn Thử"
birth = "990115"
sex = "M"
expiry = "390115"
issued = "20/01/2024"
residence = "Số 2 Phố Mẫu"
"""


def load(folder: Path, text: str | bytes, name: str = "person.toml") -> VirtualPerson:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return people.load(path)


def test_a_person_and_what_follows(tmp_path):
    found = load(tmp_path, PERSON)
    assert (found.number, found.sex, found.residence) == ("001099054321", "M", "Số 2 Phố Mẫu")
    assert (found.mrz_name, found.birth_text) == ("DANG<<VAN<THU", "15/01/1999")
    assert found.father == VirtualPerson().father
    assert found.can.digits == "054321"


def test_the_card_is_that_persons(tmp_path):
    found = load(tmp_path, PERSON)
    files = build(found, Switches())
    zone = lds.parse_dg1(files[lds.DG1.fid])
    assert (zone.personal_number, zone.surname, zone.warnings) == (found.number, "DANG", ())
    assert dg13.parse(files[lds.DG13.fid]).full_name == "Đặng Văn Thử"
    card = VirtualCard(found)
    assert (card.key.number, card.key.birth, card.can.digits) == (
        "001099054321",
        "990115",
        "054321",
    )


def test_no_expiry_by_switch(tmp_path):
    card = VirtualCard(load(tmp_path, PERSON), Switches(mrz_no_expiry=True))
    assert card.key.expiry == mrz.NO_EXPIRY


def test_json_and_what_is_given_wins(tmp_path):
    fields = {"name": "Nguyễn Thị Ba", "mrz_name": "NGUYEN<<THI", "birth_text": "1999"}
    found = load(tmp_path, json.dumps(fields), "person.json")
    assert (found.mrz_name, found.birth_text) == ("NGUYEN<<THI", "1999")


def test_an_empty_file_is_the_sample(tmp_path):
    assert load(tmp_path, "") == VirtualPerson()


def test_decomposed_letters_are_composed(tmp_path):
    assert load(tmp_path, 'name = "A\u0301nh Va\u0306n"').name == "Ánh Văn"


def test_a_long_name_is_cut(tmp_path):
    found = load(tmp_path, f'name = "Nguyễn {"Thị " * 10}"')
    assert found.mrz_name == "NGUYEN<<THI<THI<THI<THI<THI<TH"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('number = "12345"', "number"),
        ('number = "00130001234\\u0665"', "number"),
        ("number = 1300012345", "number"),
        ('birth = "991301"', "birth"),
        ('birth = "9911"', "birth"),
        ('birth_text = "31/02/2000"', "birth_text"),
        ('expiry = "25-3-2"', "expiry"),
        ('issued = "2021-05-10"', "issued"),
        ('sex = "Nam"', "sex"),
        ('mrz_name = "Nguyen"', "mrz_name"),
        (f'mrz_name = "{"A" * 31}"', "mrz_name"),
        ('mrz_name = "<A"', "mrz_name"),
        ('name = "李"', "name"),
        ('name = ""', "name"),
        (f'residence = "{"x" * 513}"', "residence"),
        ('residence = "a\\u0000b"', "residence"),
        ('height = "160"', "unknown field"),
        ("number = ", "person.toml"),
        (b"\xff", "person.toml"),
        (b"#" * (people.MAX_FILE_BYTES + 1), "person.toml"),
    ],
)
def test_files_that_name_what_is_wrong(tmp_path, text, field):
    with pytest.raises(ValueError, match=field):
        load(tmp_path, text)


@pytest.mark.parametrize("text", ["[]", "{", '"x"', "[" * 5000])
def test_json_that_is_none(tmp_path, text):
    with pytest.raises(ValueError, match=r"person\.json"):
        load(tmp_path, text, "person.json")


def test_half_a_pair_of_code_units(tmp_path):
    with pytest.raises(ValueError, match="residence"):
        load(tmp_path, '{"residence": "\\ud800"}', "person.json")


def test_no_file(tmp_path):
    with pytest.raises(OSError, match="nobody"):
        people.load(tmp_path / "nobody.toml")


def test_messages_hold_no_values(tmp_path):
    with pytest.raises(ValueError, match="number") as caught:
        load(tmp_path, 'number = "0010990"')
    assert "0010990" not in str(caught.value)


VALUES = st.dictionaries(
    st.sampled_from(["number", "birth", "name", "mrz_name", "issued", "sex", "residence", "x"]),
    st.text(max_size=40) | st.integers() | st.none(),
)


@given(values=VALUES)
def test_any_fields_make_a_card_or_are_refused(values):
    try:
        found = people._checked(values)
    except ValueError:
        return
    assert build(replace(found), Switches())[lds.DG1.fid]
