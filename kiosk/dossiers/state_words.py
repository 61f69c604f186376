"""A dossier's state in words."""

from __future__ import annotations

import tomllib
from functools import cache

import resources
from kiosk.dossiers.dossier import DossierState


def words(state: DossierState) -> dict[str, str]:
    """By language (``vi``, ``en``)."""
    return _all()[str(int(state))]


@cache
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.path("texts", "states.toml").read_text("utf-8"))
