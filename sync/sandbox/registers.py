"""The registers behind the portal, as data: fines, social insurance, health insurance, their parameters.

People, decisions and cards are made up (`registers_seed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.vietnamese import nfc
from sync.sandbox.rows import Rows

SCHEMA = """
CREATE TABLE IF NOT EXISTS fine(
  record TEXT PRIMARY KEY, decision TEXT UNIQUE, decided TEXT NOT NULL, paid TEXT NOT NULL,
  service TEXT NOT NULL CHECK(service IN ('TTGT','CSGT')), name TEXT NOT NULL,
  province TEXT NOT NULL, unit TEXT NOT NULL, day TEXT NOT NULL, place TEXT NOT NULL,
  act TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount>0), agency TEXT NOT NULL,
  agency_name TEXT NOT NULL, treasury TEXT NOT NULL, account TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS insured(
  number TEXT PRIMARY KEY, person TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  income INTEGER NOT NULL, months INTEGER NOT NULL, supported INTEGER NOT NULL,
  support TEXT NOT NULL CHECK(support IN ('NGHEO','CAN_NGHEO','DTTS','KHAC')),
  until TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS health_card(
  card TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, name TEXT NOT NULL, household TEXT NOT NULL,
  position INTEGER NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
  five_years_from TEXT NOT NULL, UNIQUE(household, position)) STRICT;
CREATE TABLE IF NOT EXISTS parameter(
  name TEXT NOT NULL, valid_from TEXT NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY(name, valid_from)) STRICT;
"""

_FINE = (
    "record, decision, decided, paid, service, name, province, unit, day, place, act, amount,"
    " agency, agency_name, treasury, account"
)


@dataclass(frozen=True, repr=False)
class Fine:
    """Days are ISO dates; ``decision`` is None while none was made, ``paid`` empty while unpaid."""

    record: str
    decision: str | None
    decided: str
    paid: str
    service: str
    name: str
    province: str
    unit: str
    day: str
    place: str
    act: str
    amount: int
    agency: str
    agency_name: str
    treasury: str
    account: str


@dataclass(frozen=True, repr=False)
class Insured:
    """A person in voluntary social insurance. ``until``: the last month paid for, ``2026-10``."""

    number: str
    person: str
    name: str
    income: int
    months: int
    supported: int
    support: Literal["NGHEO", "CAN_NGHEO", "DTTS", "KHAC"]
    until: str


@dataclass(frozen=True, repr=False)
class HealthCard:
    """A household member's card. ``position``: order of joining, from 1. Days are ISO dates."""

    card: str
    number: str
    name: str
    household: str
    position: int
    valid_from: str
    valid_to: str
    five_years_from: str


def fine_by_decision(rows: Rows, service: str, decision: str) -> Fine | None:
    row = rows.execute(
        f"SELECT {_FINE} FROM fine WHERE decision=? AND service=?",  # noqa: S608  fixed columns
        (_typed(decision), service),
    ).fetchone()
    return Fine(*row) if row else None


def fine_by_record(
    rows: Rows, service: str, record: str, name: str, place: tuple[str, str], day: str
) -> Fine | None:
    """By what stands on the record. ``place``: province code and unit. Everything must fit."""
    row = rows.execute(
        f"SELECT {_FINE} FROM fine WHERE record=? AND service=?",  # noqa: S608  fixed columns
        (_typed(record), service),
    ).fetchone()
    fine = Fine(*row) if row else None
    if fine is None or (fine.province, fine.day) != (place[0], day):
        return None
    same = _typed(fine.name) == _typed(name) and _typed(fine.unit) == _typed(place[1])
    return fine if same else None


def insured(rows: Rows, number: str) -> Insured | None:
    """By the ten digits of social insurance or the twelve of the person."""
    row = rows.execute("SELECT * FROM insured WHERE number=? OR person=?", (number, number))
    found = row.fetchone()
    return Insured(*found) if found else None


def household(rows: Rows, number: str) -> list[HealthCard]:
    """All members by their order, found by one member's card (15 characters) or its last ten."""
    found = rows.execute(
        "SELECT household FROM health_card WHERE card=? OR number=?", (number.upper(), number[-10:])
    ).fetchone()
    if found is None:
        return []
    cards = rows.execute("SELECT * FROM health_card WHERE household=? ORDER BY position", found)
    return [HealthCard(*row) for row in cards]


def parameter(rows: Rows, name: str, day: str) -> int:
    """The value in force on an ISO day. Raises `KeyError` when none is."""
    row = rows.execute(
        "SELECT value FROM parameter WHERE name=? AND valid_from<=? ORDER BY valid_from DESC",
        (name, day),
    ).fetchone()
    if row is None:
        raise KeyError(name)
    return int(row[0])


def _typed(text: str) -> str:
    """As people type it: case and spaces don't matter."""
    return " ".join(nfc(text).upper().split())
