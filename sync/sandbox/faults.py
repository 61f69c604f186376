"""Faults of the reference portal, switched while it runs."""

from __future__ import annotations

import random
import threading
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0, le=1)]


class FaultSettings(BaseModel):
    """Probabilities per request to the adapter API; ``latency_ms`` is added to every one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unavailable: Probability = 0.0
    """503 with ``Retry-After: 1``, nothing stored."""
    drop_after_commit: Probability = 0.0
    """Stored durably, then the connection is cut without an answer."""
    latency_ms: Annotated[int, Field(ge=0, le=600_000)] = 0
    html_200: Probability = 0.0
    """A login page of the network instead of an answer, nothing stored."""


class Faults:
    """The present settings and the dice. Safe to use from several threads."""

    def __init__(self, dice: random.Random | None = None) -> None:
        self._dice = dice or random.Random()  # noqa: S311  dice, not secrets
        self._lock = threading.Lock()
        self.settings = FaultSettings()

    def change(self, body: bytes) -> FaultSettings:
        """Sets what ``body`` (JSON) names and leaves the rest. Raises `pydantic.ValidationError`."""
        with self._lock:
            wanted = FaultSettings.model_validate_json(body).model_dump(exclude_unset=True)
            self.settings = self.settings.model_copy(update=wanted)
            return self.settings

    def strikes(self, probability: float) -> bool:
        return probability > 0 and self._dice.random() < probability
