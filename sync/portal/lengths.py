"""How long the fields of a message may be: data that ships, and what an office changes of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

import resources

Table = Mapping[str, Mapping[str, int]]
"""Most characters of a field, by the message or list that it stands in."""

LONGEST = 4000
"""Of a field that has no length of its own."""


class Lengths:
    """Lengths by row and field, ready to be asked for every message."""

    def __init__(self, table: Table) -> None:
        self._of = {row: dict(fields) for row, fields in table.items()}

    def of(self, row: str) -> Mapping[str, int]:
        """The lengths in one message or list; fields that aren't in it may have `LONGEST`."""
        return self._of.get(row, {})

    def changed(self, changes: Table) -> Lengths:
        """The same with some lengths replaced. Raises `KeyError` for a row that no message has."""
        table = dict(self._of)
        for row, fields in changes.items():
            table[row] = table[row] | dict(fields)
        return Lengths(table)


@cache
def shipped() -> Lengths:
    """What ``resources/portal/lengths.toml`` says."""
    return Lengths(tomllib.loads(resources.path("portal", "lengths.toml").read_text("utf-8")))
