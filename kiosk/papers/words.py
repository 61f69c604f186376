"""The words of the papers, read from ``resources/texts/papers``: an office can change them."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

import resources

Key = Literal[
    "person", "number", "address", "phone", "procedure", "content",
    "sets", "term", "received", "due", "fee", "where",
]  # fmt: skip
"""What a line of the slip can tell."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Words):
    """A line "label: value"; ``key`` names the value."""

    key: Key
    label: str


class ComponentWords(_Words):
    heading: str
    number: str
    name: str
    originals: str
    certified: str
    photocopies: str
    pages: str
    copies: str
    fee: str
    total: str
    copied_sectors: tuple[str, ...]


class ValueWords(_Words):
    sets: str
    fee: str
    no_fee: str
    unpaid: str
    paid: str
    where: str
    unknown: str


class NoteWords(_Words):
    heading: str
    items: tuple[str, ...]


class SignatureWords(_Words):
    giver: str
    giver_hint: str
    receiver: str
    receiver_hint: str


class SlipWords(_Words):
    """Form 01."""

    title: tuple[str, ...]
    document_title: str
    nation: str
    motto: str
    place_date: str
    moment: str
    demo: str
    code: str
    queue_number: str
    page: str
    lines: tuple[Line, ...]
    components: ComponentWords
    closing: tuple[Line, ...]
    values: ValueWords
    notes: NoteWords
    signatures: SignatureWords


class TicketWords(_Words):
    """The queue ticket."""

    heading: str
    reprint: str
    demo: str
    wait: str
    ahead: str
    code: str
    received: str
    due: str
    fee: str
    unpaid: str
    paid: str
    moment: str
    bring_heading: str
    bring: str
    lookup: str


class ReceiptWords(_Words):
    """The small note about a payment."""

    heading: str
    demo: str
    code: str
    amount: str
    number: str
    moment: str
    no_invoice: str


class ClosingWords(_Words):
    """The list of unsent dossiers at the day's end."""

    title: str
    document_title: str
    moment: str
    sum: str
    nothing: str
    demo: str
    page: str
    columns: tuple[str, str, str, str, str, str]
    why: str
    notes: tuple[str, ...]
    signatures: tuple[str, ...]
    states: dict[str, str]


@lru_cache(maxsize=1)
def closing_words() -> ClosingWords:
    """Words of the list of unsent dossiers."""
    return ClosingWords.model_validate(_read("closing.toml"))


@lru_cache(maxsize=1)
def receipt_words() -> ReceiptWords:
    """Words of the note about a payment."""
    return ReceiptWords.model_validate(_read("receipt.toml"))


@lru_cache(maxsize=1)
def slip_words() -> SlipWords:
    """Words of the acceptance slip."""
    return SlipWords.model_validate(_read("slip.toml"))


@lru_cache(maxsize=1)
def ticket_words() -> TicketWords:
    """Words of the ticket."""
    return TicketWords.model_validate(_read("ticket.toml"))


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(resources.path("texts", "papers", name).read_text("utf-8"))
