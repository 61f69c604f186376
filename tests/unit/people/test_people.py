from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.people import typed
from kiosk.people.masking import mask_name, mask_number, mask_phone
from kiosk.people.number import Misfit, misfits, parse
from kiosk.people.person import Person
from kiosk.people.phone import grouped, normalise
from tests.samples import a_person


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Mẫu", "Ý Nhi", "An", "H'Hen Niê", "Jean-Luc O’Neil", "ĐỖ Ô", "a" * 100]
)
def test_names(name):
    assert typed.name_fits(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "- -",
        "'An",
        "Nguyễn 3",
        "<b>An</b>",
        "An\nBình",
        "An\u202eBình",
        "Иван",
        "王小明",
        "An ½",
        "a" * 101,
        "e\u0301e\u0301",
    ],
)
def test_no_names(name):
    assert not typed.name_fits(name)


def test_who_can_be_nobody():
    today = date(2026, 11, 25)
    born = replace(a_person(), birth="25/11/2026")
    assert typed.misfits(born, today) == []
    assert typed.misfits(replace(born, birth="26/11/2026"), today) == ["birth"]
    assert typed.misfits(replace(born, birth="31/12/1899"), today) == ["birth"]
    assert typed.misfits(replace(born, birth="1/1/2000"), today) == ["birth"]
    nobody = Person("٠٠١٣٠٠٠١٢٣٤٥", "4", "", "")
    assert typed.misfits(nobody, today) == ["number", "full_name", "birth", "sex"]


def test_masks():
    assert mask_number("001012345345") == "0010•••••345"
    assert mask_number("12345678") == "•••••"
    assert mask_phone("0912345678") == "09•••••678"
    assert mask_phone("113") == "•••••"
    assert mask_name("NGUYỄN VĂN MẪU") == "NGUYỄN V** M**"
    assert mask_name("  Trần   Anh ") == "Trần A**"
    assert mask_name("Mẫu") == "M**"
    assert mask_name("") == ""


@given(st.text("0123456789", min_size=12, max_size=12))
def test_a_masked_number_tells_neither_more_digits_nor_the_length(number):
    assert mask_number(number) == mask_number(number[:4] + "00000" + number[-3:])


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [("079090000001", "Nam", 1990), ("001300012345", "Nữ", 2000), ("001215000001", "Nam", 2015),
     ("096999000001", "Nữ", 2399)],
)  # fmt: skip
def test_a_number_tells_sex_and_year(number, sex, year):
    told = parse(number)
    assert told is not None
    assert (told.sex, told.birth_year, told.province) == (sex, year, number[:3])
    assert number not in repr(told)


@pytest.mark.parametrize(
    "number", ["", "07909000000", "0790900000011", "07909000000a", "٠٧٩٠٩٠٠٠٠٠٠١", "079090000001\n"]
)
def test_only_twelve_ascii_digits_are_a_number(number):
    assert parse(number) is None
    assert misfits(number) == [Misfit.FORM]


def test_misfits_are_warnings():
    assert misfits("079090000001", "05/09/1990", "Nam") == []
    assert misfits("079090000001") == []
    assert misfits("023090000001", "05/09/1991", "Nữ") == [
        Misfit.PROVINCE, Misfit.BIRTH_YEAR, Misfit.SEX,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "phone"),
    [("0912345678", "0912345678"), ("+84 912 345 678", "0912345678"), ("84-912.345.678", "0912345678"),
     ("(0)912345678", "0912345678")],
)  # fmt: skip
def test_phones(text, phone):
    assert normalise(text) == phone
    assert grouped(phone) == "0912 345 678"


@pytest.mark.parametrize(
    "text", ["", "0212345678", "091234567", "09123456789", "\u0660\u066912345678", "0x12345678"]
)
def test_other_numbers_are_no_mobile_phones(text):
    assert normalise(text) is None
    assert grouped(text) == text
