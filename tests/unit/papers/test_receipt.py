"""The note about a paid fee, and what slip and ticket say of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.papers.receipt import receipt_image
from kiosk.papers.slip import acceptance_slip
from kiosk.papers.ticket import png, ticket_image
from kiosk.payments.standing import FeeStanding, FeeWord
from tests.unit.papers.samples import OFFICE, handed_in, pdf_text

PAID = FeeStanding(
    FeeWord.PAID, numbers=("GD1",), paid=14_000, paid_at=datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
)


@pytest.mark.parametrize("width", [384, 576, 832])
def test_the_note_fits_the_paper_and_names_nobody(width: int) -> None:
    picture = receipt_image(handed_in(), PAID, OFFICE, width_px=width, demo=True)
    assert (picture.mode, picture.width) == ("1", width)
    other = handed_in(full_name="HOÀN TOÀN KHÁC", residence="nơi khác")
    assert png(receipt_image(other, PAID, OFFICE, width_px=width, demo=True)) == png(picture)


def test_each_number_has_a_line() -> None:
    two = FeeStanding(FeeWord.PAID, numbers=("GD1", "GD2"), paid=14_000, paid_at=PAID.paid_at)
    one = receipt_image(handed_in(), PAID, OFFICE)
    assert receipt_image(handed_in(), two, OFFICE).height > one.height


def slip(*paid: str) -> str:
    return " ".join(pdf_text(acceptance_slip(handed_in(), OFFICE, paid=paid)).split())


def test_the_slip_says_how_the_fee_stands() -> None:
    assert "chưa nộp khi in giấy này" in slip()
    assert "đã nộp, số GD1" in slip("GD1")
    assert "chưa nộp" not in slip("GD1")


def test_the_ticket_says_it_too_and_nothing_where_nothing_is_owed() -> None:
    unpaid, paid = (ticket_image(handed_in(), OFFICE, paid=done) for done in (False, True))
    assert png(unpaid) != png(paid)
    free = ticket_image(handed_in(fee=0), OFFICE)
    assert free.height < unpaid.height
