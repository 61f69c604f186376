"""Any text in a name, an address or a summary makes a paper; nothing invisible gets through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.papers.clean import LIMIT, clean
from kiosk.papers.slip import acceptance_slip
from kiosk.papers.ticket import OwnWords, ticket_image
from tests.unit.papers.samples import OFFICE, component, handed_in, pdf_text

ANY = st.text(max_size=1500)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  TRẦN\tTHỊ\r\nMẪU ", "TRẦN THỊ MẪU"),
        (unicodedata.normalize("NFD", "TRẦN THỊ MẪU"), "TRẦN THỊ MẪU"),
        ("a\u202eb\u2066c\u200bd\ufeffe\u00ad", "abcde"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("\ud800x", "x"),
        ("a\u0302\u200d\u0301", "ấ"),
        ("", ""),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_clean_shortens_the_absurd() -> None:
    assert clean("x" * (LIMIT + 1)) == "x" * (LIMIT - 1) + "…"
    assert clean("x" * LIMIT) == "x" * LIMIT


@given(ANY)
def test_clean_text_is_stable_and_visible(text: str) -> None:
    line = clean(text)
    assert clean(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert not {unicodedata.category(letter) for letter in line} & {"Cc", "Cf", "Cs", "Co", "Zl"}


@FEW
@given(name=ANY, address=ANY, summary=ANY)
def test_any_text_makes_a_slip(name: str, address: str, summary: str) -> None:
    paper = acceptance_slip(
        handed_in(full_name=name, residence=address, summary=summary), OFFICE, demo=True
    )
    assert paper.startswith(b"%PDF-")


@FEW
@given(name=ANY, count=st.integers(min_value=0, max_value=12))
def test_any_component_name_makes_a_slip(name: str, count: int) -> None:
    parts = tuple(component(n) for n in range(count))
    odd = tuple(type(part)(**{**vars(part), "name": name}) for part in parts)
    assert acceptance_slip(handed_in(components=odd, term=name), OFFICE).startswith(b"%PDF-")


@FEW
@given(name=ANY, bring=ANY)
def test_any_text_makes_a_ticket(name: str, bring: str) -> None:
    assert (
        ticket_image(handed_in(procedure_name=name), OFFICE, 384, own=OwnWords(bring=bring)).mode
        == "1"
    )


def test_longest_texts_of_all_make_a_slip() -> None:
    wide = "Ễ" * 5000
    paper = acceptance_slip(
        handed_in(
            full_name=wide,
            residence=wide,
            summary=wide,
            procedure_name=wide,
            term=wide,
            components=tuple(
                type(component())(**{**vars(component()), "name": wide}) for _ in range(30)
            ),
        ),
        OFFICE.model_copy(update={"name": "Ễ" * 200, "address": "Ễ" * 300}),
    )
    assert "NGƯỜI TIẾP NHẬN" in pdf_text(paper)


@pytest.mark.parametrize("letters", ["ẤẨẪỐỔỖỂỄẰẲẴỆỘỢ", "ắằẳẵặấầẩẫậ đĐ", "ỳỷỹỵ ừửữự ờởỡợ"])
def test_vietnamese_letters_come_back_in_nfc(letters: str) -> None:
    nfd = unicodedata.normalize("NFD", letters)
    assert letters in pdf_text(acceptance_slip(handed_in(full_name=nfd), OFFICE))
