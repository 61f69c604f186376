"""What a person types about themself: what can be nobody's is refused before it becomes a dossier."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from kiosk.people.number import parse
from kiosk.people.person import Person

OLDEST = 1900
"""Nobody living was born in an earlier year."""
LONGEST_NAME = 100
_FEWEST_LETTERS = 2
_BETWEEN = " '’-"


def name_fits(name: str) -> bool:
    """Letters of the Latin alphabet (the Vietnamese ones among them), spaces, apostrophes and hyphens.

    One word is enough, with two letters: there are such names. The text is NFC, as everywhere.
    """
    letters = sum(_is_letter(one) for one in name)
    rest = sum(one in _BETWEEN for one in name)
    whole = letters >= _FEWEST_LETTERS and letters + rest == len(name) <= LONGEST_NAME
    return whole and _is_letter(name[0])


def birth_fits(birth: date, today: date) -> bool:
    """Whether somebody living may have been born on this day."""
    return birth.year >= OLDEST and birth <= today


def misfits(person: Person, today: date) -> list[str]:
    """Names of the fields that can be nobody's; empty when all may be true."""
    born = _day(person.birth)
    checks = (
        ("number", parse(person.number) is not None),
        ("full_name", name_fits(person.full_name)),
        ("birth", born is not None and birth_fits(born, today)),
        ("sex", person.sex in ("Nam", "Nữ")),
    )
    return [name for name, fits in checks if not fits]


def _is_letter(one: str) -> bool:
    return one.isalpha() and unicodedata.name(one, "").startswith("LATIN ")


def _day(text: str) -> date | None:
    """``dd/MM/yyyy`` in ASCII, both digits written."""
    try:
        day = datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  a day, no moment
    except ValueError:
        return None
    return day if f"{day:%d/%m/}{day.year:04}" == text else None
