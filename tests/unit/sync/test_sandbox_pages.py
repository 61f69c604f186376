"""What the pages are made of, without HTTP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sandbox.pages.markup import Markup, h, joined
from sync.sandbox.pages.tracking import BURST, Bucket
from sync.sandbox.pages.words import NEXT, WORDS, moment, stamped


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_guessing_codes_is_slow() -> None:
    clock = Clock()
    bucket = Bucket(clock)
    assert all(bucket.take() for _ in range(BURST))
    assert not bucket.take()
    clock.at += 0.5
    assert not bucket.take()
    clock.at += 0.5
    assert bucket.take()
    assert not bucket.take()
    clock.at += 1e6
    assert sum(bucket.take() for _ in range(BURST * 2)) == BURST


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    made = h('<a title="{text}">{text}</a>', text=text)
    assert made.count("<") == 2
    assert made.count('"') == 2
    made.encode("utf-8")  # halves of surrogate pairs don't get that far


def test_markup_stays_markup() -> None:
    inner = h("<b>{x}</b>", x="<")
    assert h("<p>{inner}</p>", inner=joined([inner, inner])) == "<p><b>&lt;</b><b>&lt;</b></p>"
    assert isinstance(inner, Markup)


@pytest.mark.parametrize("texts", [*WORDS.values(), *NEXT.values()])
def test_every_text_is_in_both_languages(texts: tuple[str, str]) -> None:
    assert len(texts) == 2
    assert all(texts)


def test_times_are_those_of_the_office() -> None:
    assert moment(1_795_397_520_000) == "08:32, 23/11/2026"
    assert stamped("20261123083200") == "08:32, 23/11/2026"
    assert stamped("") == stamped("20261399000000") == stamped("x") == ""
