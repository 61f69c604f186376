"""Reads a message that was frozen, tolerantly: also one that an older program made, or a damaged one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Frozen:
    """The fields of a message or of a row in it; what isn't of the expected kind is as if it were empty."""

    fields: Mapping[str, object]

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def rows(self, name: str) -> tuple[Frozen, ...]:
        value = self.fields.get(name)
        if not isinstance(value, list):
            return ()
        return tuple(Frozen(one) for one in value if isinstance(one, dict))

    def __repr__(self) -> str:
        return f"Frozen({len(self.fields)} fields)"


def read(body: bytes) -> Frozen | None:
    """None for bytes that are no JSON object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return Frozen(found) if isinstance(found, dict) else None
