"""Spoilt letters are mended where that is certain, and named doubtful where it isn't."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.code_reader.reading import code_of, code_of_keys
from devices.code_reader.repair import decoded, repaired
from devices.code_reader.vietnamese import LETTERS, is_sound

TEXT = (
    "001300012345|012345678|Nguyễn Thị Mẫu|02032000|Nữ|"
    "Số 1 Phố Mẫu, Phường Thử, Ba Đình, Hà Nội|10052021"
)
PAGES = ["cp1252", "latin-1", "cp437", "cp1258"]


def spoilt(text: str, page: str) -> str:
    """UTF-8 read as this page; bytes it leaves undefined become C1 controls, as on Windows."""
    shown = []
    for byte in text.encode("utf-8"):
        try:
            shown.append(bytes([byte]).decode(page))
        except UnicodeDecodeError:
            shown.append(chr(byte))
    return "".join(shown)


def test_there_are_134_letters_beyond_ascii():
    assert len(LETTERS) == 134
    assert all(len(letter) == 1 and unicodedata.is_normalized("NFC", letter) for letter in LETTERS)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_every_letter_comes_back_from_every_page(letter, page):
    assert repaired(spoilt(f"M{letter}u", page)) == (f"M{letter}u", False)


@pytest.mark.parametrize("page", PAGES)
def test_a_whole_code_comes_back(page):
    assert repaired(spoilt(TEXT, page)) == (TEXT, False)
    assert decoded(spoilt(TEXT, page).encode("utf-8")) == (TEXT, False)


def test_known_samples():
    assert repaired("Nguyá»…n Thá»\u2039 Máº«u") == ("Nguyễn Thị Mẫu", False)
    assert repaired("HÃ\u00a0 Ná»™i") == ("Hà Nội", False)  # its no-break space counts


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_sound_text_is_left_alone(form):
    text = unicodedata.normalize(form, TEXT)
    assert repaired(text) == (text, False)
    assert decoded(text.encode("utf-8")) == (text, False)


@pytest.mark.parametrize("text", ["Nguyá»n", "Müller", "阮氏", "Nguy\ufffdn", "Nguy\x85n"])
def test_what_cannot_be_mended_is_left_and_named(text):
    assert repaired(text) == (text, True)


def test_windows_vietnamese_page_is_a_guess_and_says_so():
    raw = unicodedata.normalize("NFD", "Trần Thị Mẫu|").encode("cp1258", "ignore")
    text, doubtful = decoded(raw)
    assert doubtful
    assert text.startswith("Tr")


@given(st.binary(max_size=200))
def test_any_bytes_make_a_clean_code_or_none(raw):
    code = code_of(raw)
    if code is None:
        return
    assert code.text == code.text.strip()
    assert unicodedata.is_normalized("NFC", code.text)
    assert not {unicodedata.category(one) for one in code.text} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert code.doubtful or is_sound(code.text)


@given(st.text(max_size=200))
def test_mending_text_twice_changes_nothing_more(text):
    once, _ = repaired(text)
    if is_sound(once):
        assert repaired(once) == (once, False)


@given(st.text(st.sampled_from(sorted(LETTERS) + list("abc |1")), max_size=60))
def test_any_vietnamese_text_survives_a_wrong_page(text):
    assert repaired(spoilt(text, "cp1252"))[0] == text


def test_keys_are_doubtful_as_soon_as_there_are_letters():
    assert code_of_keys("001300012345").doubtful is False
    assert code_of_keys(TEXT).doubtful
    assert code_of_keys(spoilt(TEXT, "cp1252")).text == TEXT
    assert code_of_keys("Nguyn Th Mu").doubtful  # dropped letters leave no trace
    assert code_of_keys("\x00") is None


def test_a_code_does_not_show_itself():
    assert "001300012345" not in repr(code_of_keys(TEXT))
