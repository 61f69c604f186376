"""Why a message waits, in words for clerks and technicians."""

from __future__ import annotations

import tomllib
from functools import cache

import resources
from kiosk.faults import texts


def why(code: str | None) -> dict[str, str] | None:
    """The sentences of a row's ``last_error`` by language; None for none, or one without a text."""
    text = texts().get(code or "")
    return text.clerk if text is not None else _own().get(code or "")


@cache
def _own() -> dict[str, dict[str, str]]:
    """What the outbox notes by itself; the rest are fault codes."""
    return tomllib.loads(resources.path("texts", "outbox.toml").read_text("utf-8"))
