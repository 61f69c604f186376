"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# Tests never time things: a slow machine is no bug.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
