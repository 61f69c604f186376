"""The texts an office may change are complete, and every key of a line is known."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kiosk.papers.figures import amount, moment_text
from kiosk.papers.qr import QUIET, modules, qr_picture
from kiosk.papers.slip_body import values
from kiosk.papers.words import Line, slip_words, ticket_words
from tests.unit.papers.samples import CODE, OFFICE, RECEIVED, handed_in


def test_every_line_of_the_slip_has_a_value() -> None:
    words = slip_words()
    known = values(handed_in().dossier, OFFICE, words)
    wanted = [line.key for line in (*words.lines, *words.closing)]
    assert set(wanted) == set(known)
    assert len(set(wanted)) == len(wanted)


def test_ticket_words_are_there() -> None:
    assert all(str(text) for text in ticket_words().model_dump().values())


@pytest.mark.parametrize(
    ("dong", "shown"), [(0, "0"), (5000, "5.000"), (1_366_200, "1.366.200"), (999, "999")]
)
def test_amount(dong: int, shown: str) -> None:
    assert amount(dong) == shown


def test_moment_is_the_offices_wall_clock() -> None:
    words = slip_words()
    assert moment_text(words.moment, RECEIVED) == "9 giờ 32 phút, ngày 27/10/2023"


def test_quiet_zone_is_white() -> None:
    rows = modules(CODE)
    side = len(rows)
    assert not any(any(row) for row in (*rows[:QUIET], *rows[-QUIET:]))
    assert not any(any(row[:QUIET]) or any(row[-QUIET:]) for row in rows)
    assert qr_picture(CODE, 6).size == (side * 6, side * 6)


def test_an_unknown_line_is_named() -> None:
    with pytest.raises(ValidationError, match="colour"):
        Line.model_validate({"key": "colour", "label": "Màu"})
