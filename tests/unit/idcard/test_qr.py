"""The printed code: the fields, what is taken as doubtful, and what is refused."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard.api import Can
from devices.idcard.qr import MAX_CHARACTERS, CardQr, Layout, parse

ADDRESS = "Số 1 Phố Mẫu, Phường Thử, Ba Đình, Hà Nội"
TEXT = f"001300012345|012345678|Nguyễn Thị Mẫu|02032000|Nữ|{ADDRESS}|10052021"


def with_field(at: int, value: str) -> str:
    fields = TEXT.split("|")
    fields[at] = value
    return "|".join(fields)


def test_the_seven_fields():
    assert parse(TEXT) == CardQr(
        number="001300012345",
        old_number="012345678",
        full_name="Nguyễn Thị Mẫu",
        birth="02/03/2000",
        sex="Nữ",
        address=ADDRESS,
        issued="10/05/2021",
    )


def test_the_number_gives_the_access_number():
    assert parse(TEXT).can == Can("012345")


def test_nobody_has_an_old_number_for_ever():
    found = parse(with_field(1, ""))
    assert found.old_number == ""
    assert found.doubtful == ()


def test_an_old_number_may_have_twelve_digits():
    assert parse(with_field(1, "001300054321")).old_number == "001300054321"


def test_more_fields_at_the_end_are_passed_over():
    assert parse(TEXT + "|02032040||x") == parse(TEXT)


@pytest.mark.parametrize("kept", [3, 4, 5, 6])
def test_fields_may_be_missing_at_the_end(kept):
    found = parse("|".join(TEXT.split("|")[:kept]))
    assert found.full_name == "Nguyễn Thị Mẫu"
    assert found.issued == ""
    assert found.doubtful == ()


def test_both_forms_of_a_date():
    assert parse(with_field(3, "02/03/2000")).birth == "02/03/2000"


@pytest.mark.parametrize(
    ("at", "name", "value"),
    [
        (1, "old_number", "1234567"),
        (1, "old_number", "٠١٢٣٤٥٦٧٨"),
        (3, "birth", "31022000"),
        (3, "birth", "00002000"),
        (3, "birth", "2000"),
        (3, "birth", "02031̣000"),
        (4, "sex", "Khác"),
        (6, "issued", "29022021"),
        (6, "issued", "<script>"),
        (2, "full_name", "A" * 151),
        (5, "address", "Phố " * 101),
    ],
)
def test_what_cannot_be_is_left_empty_and_named(at, name, value):
    found = parse(with_field(at, value))
    assert getattr(found, name) == ""
    assert found.doubtful == (name,)


def test_a_year_before_1000_keeps_its_form():
    assert parse(with_field(3, "02030800")).birth == "02/03/0800"


@pytest.mark.parametrize("name", ["Nguy?n Th? M?u", "Nguyá»…n", "Nguyễn 2", "Nguy\ufffdn", "阮氏"])
def test_a_name_with_strange_letters_is_kept_and_named(name):
    found = parse(with_field(2, name))
    assert found.full_name == name
    assert found.doubtful == ("full_name",)


def test_a_doubtful_way_makes_letters_doubtful_and_digits_not():
    assert parse(TEXT, doubtful=True).doubtful == ("full_name", "address")
    assert parse(TEXT, doubtful=True).birth == "02/03/2000"


@pytest.mark.parametrize(
    ("typed", "sure"), [("Nam", True), ("nữ", True), ("Nu", False), ("N?", False)]
)
def test_the_sex_is_known_also_where_its_letter_was_lost(typed, sure):
    found = parse(with_field(4, typed))
    assert found.sex == ("Nam" if typed == "Nam" else "Nữ")
    assert found.doubtful == (() if sure else ("sex",))


def test_the_form_is_nfc():
    assert parse(unicodedata.normalize("NFD", TEXT)) == parse(TEXT)


def test_bidi_control_and_zero_width_characters_are_gone():
    hidden = "Nguyễn\u202e T\u200bhị\x07\u2066 Mẫu\x00\u00ad"
    assert parse(with_field(2, hidden)).full_name == "Nguyễn Thị Mẫu"
    assert parse("\ufeff\u200e" + TEXT + "\r\n") == parse(TEXT)


def test_spaces_of_all_kinds_become_one():
    assert parse(with_field(2, "  Nguyễn\u00a0\u3000Thị\tMẫu ")).full_name == "Nguyễn Thị Mẫu"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "|",
        "https://example.org/a|b|c|d",
        "00130001234|012345678|Nguyễn Thị Mẫu|02032000",
        "0013000123456|012345678|Nguyễn Thị Mẫu|02032000",
        "٠٠١٣٠٠٠١٢٣٤٥|012345678|Nguyễn Thị Mẫu|02032000",
        "001300012345",
        "001300012345|012345678",
        "-01300012345|012345678|Nguyễn Thị Mẫu",
        TEXT + "|" * MAX_CHARACTERS,
    ],
)
def test_other_codes_are_refused_without_saying_what_was_in_them(text):
    with pytest.raises(Fault) as caught:
        parse(text)
    assert caught.value.code == "QR_UNKNOWN"
    for part in text.split("|"):
        assert len(part) < 4 or part not in str(caught.value)


def test_separator_and_order_are_data():
    layout = Layout(separator=";", fields=("number", "full_name", "birth"))
    found = parse("001300012345;Nguyễn Thị Mẫu;02032000", layout=layout)
    assert (found.full_name, found.birth) == ("Nguyễn Thị Mẫu", "02/03/2000")


def test_it_does_not_show_itself():
    assert "001300012345" not in repr(parse(TEXT))


@given(st.text(max_size=200) | st.text(string.digits + "|/ NamữNguyễn", max_size=200))
@example("001300012345|||||||||")
def test_any_text_is_read_or_refused(text):
    try:
        found = parse(text)
    except Fault:
        return
    assert len(found.number) == 12
    assert found.number.isascii()
    assert found.number.isdigit()


@given(st.lists(st.text(max_size=60), max_size=9))
def test_whatever_follows_a_number_is_harmless(fields):
    text = "|".join(["001300012345", *fields])
    try:
        found = parse(text)
    except Fault:
        assert text.count("|") < 2 or len(text) > MAX_CHARACTERS
        return
    for value in (found.full_name, found.address):
        assert value.isprintable()
        assert unicodedata.is_normalized("NFC", value)
        assert not any(unicodedata.category(one) in ("Cc", "Cf") for one in value)
