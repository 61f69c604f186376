from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.fees import fee, fee_of
from kiosk.catalogue.load import load_catalogue

PROCEDURE = load_catalogue().on("2.000815", date(2026, 11, 25))
RULE = PROCEDURE.fees[0]


@pytest.mark.parametrize(
    ("pages", "amount"),
    [(0, 0), (1, 2000), (2, 4000), (3, 5000), (10, 12_000), (198, 200_000), (300, 200_000)],
)
def test_one_copy(pages, amount):
    assert fee(RULE, pages, 1) == amount


@given(st.integers(0, 500), st.integers(0, 50))
def test_copies_multiply_after_the_cap(pages, copies):
    assert fee(RULE, pages, copies) == fee(RULE, pages, 1) * copies


@given(st.integers(0, 500))
def test_another_page_never_costs_less(pages):
    assert fee(RULE, pages + 1, 1) >= fee(RULE, pages, 1)


def test_copies_come_from_the_answers():
    assert fee_of(PROCEDURE, {"copies": 3}, 10) == 36_000
    assert fee_of(PROCEDURE, {}, 10) == 12_000


@pytest.mark.parametrize(("pages", "copies"), [(-1, 1), (1, -1)])
def test_nothing_is_below_zero(pages, copies):
    with pytest.raises(ValueError, match="negative"):
        fee(RULE, pages, copies)
