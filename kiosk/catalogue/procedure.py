"""A procedure version as data; nothing of it is in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from jsonschema import Draft202012Validator

Text = Mapping[str, str]
"""The same words by language (``vi``, ``en``)."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True)
class Question:
    """One question, one page. ``kind`` says which input the page offers."""

    name: str
    kind: str  # choice | number | text | phone
    title: Text
    hint: Text
    required: bool
    choices: tuple[Choice, ...] = ()
    minimum: int = 0
    maximum: int = 0
    suggestions: tuple[Text, ...] = ()  # of a text question: common answers, one tap


@dataclass(frozen=True)
class ComponentRule:
    """A paper the procedure asks for. ``scanned``: the kiosk scans it; the original is shown and given back."""

    code: str
    name: Text
    scanned: bool
    minimum_pages: int
    maximum_pages: int


@dataclass(frozen=True)
class FeeTier:
    """From page ``first`` on, each page costs ``amount`` đồng."""

    first: int
    amount: int


@dataclass(frozen=True)
class FeeRule:
    """Fee of one copy by pages of the original, capped, times the number of copies."""

    code: str
    name: Text
    kind: str  # phi | le_phi
    tiers: tuple[FeeTier, ...]
    cap_per_copy: int
    copies_from: str  # name of the question that tells the number of copies; empty = 1


@dataclass(frozen=True)
class Term:
    """How long the office may take. ``unit``: same_day | working_day | working_hour | calendar_day | month."""

    unit: str
    amount: float
    cut_off: time | None  # same_day only: received after it counts for the next working day
    words: Text
    skip_days_off: bool = False  # calendar_day only: days off are not counted


@dataclass(frozen=True)
class Procedure:
    """One version of one procedure, valid from ``valid_from`` to ``valid_to`` (inclusive)."""

    code: str
    version: str
    valid_from: date
    valid_to: date | None
    name: Text
    short_name: Text
    sector: str
    sector_name: Text
    icon: str
    minutes: int  # how long it takes at the kiosk, for the tile
    legal_basis: tuple[str, ...]
    term: Term
    questions: tuple[Question, ...]
    schema: Mapping[str, object]  # JSON Schema of the whole set of answers
    components: tuple[ComponentRule, ...]
    fees: tuple[FeeRule, ...]
    series: str  # ticket series of its service group
    summary: Text  # template for TrichYeuHoSo with {answer} fields
    notes: Text  # what the citizen must know at the end (bring the original …)

    @cached_property
    def validator(self) -> Draft202012Validator:
        """Of ``schema``; made once, as that takes longer than using it."""
        return Draft202012Validator(self.schema)
