"""Every fault code with its sentence for the citizen and for the clerk, in Vietnamese and English."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

import resources
from devices.fault import Fault

__all__ = ["Fault", "FaultText", "texts"]


@dataclass(frozen=True)
class FaultText:
    """What people read when a fault happens: each sentence ends with what to do."""

    code: str
    citizen: dict[str, str]  # language -> sentence
    clerk: dict[str, str]
    retry: bool  # whether trying the same step again can help


@cache
def texts() -> dict[str, FaultText]:
    """All fault texts by code, from ``resources/texts/faults/*.toml``."""
    found: dict[str, FaultText] = {}
    for file in sorted(resources.path("texts", "faults").glob("*.toml")):
        for code, row in tomllib.loads(file.read_text("utf-8")).items():
            found[code] = FaultText(code, row["citizen"], row["clerk"], row.get("retry", True))
    return found
