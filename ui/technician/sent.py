"""What was sent, as the technician's page needs it. No personal data: names and numbers are masked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.outbox.message import State

Section = Literal["warning", "try", "state", "field", "answer"]


@dataclass(frozen=True)
class SentRow:
    """One row of the outbox. ``since``: when it got its state; ``status``: HTTP's, None without an answer;
    ``replaced_by``: the younger revision that goes in its place, or 0."""

    row: int
    dossier: str
    kind: str
    revision: int
    state: State
    since: datetime
    tries: int
    status: int | None
    held: bool = False
    replaced_by: int = 0


@dataclass(frozen=True)
class SentList:
    """``fault``: why nothing can be read, or empty. ``more``: whether older rows were left out."""

    rows: tuple[SentRow, ...] = ()
    more: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Fact:
    """One thing about a row: a try and what came of it, a field, the answer, a later state, a warning."""

    section: Section
    name: str
    vi: str
    en: str


@dataclass(frozen=True)
class SentWhole:
    """Everything about one row."""

    row: int
    dossier: str
    facts: tuple[Fact, ...] = ()
    fault: str = ""
