"""Something that is being watched until it is stopped."""

from __future__ import annotations

from typing import Protocol


class Watch(Protocol):
    def stop(self) -> None:
        """Ends the watching and waits until its thread has gone."""
