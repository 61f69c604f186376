"""What of the office's payments is open, and what only a person can settle: for status and doctor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.payments import rows
from kiosk.store.link import Reader

SINCE = 5
"""The store's schema from which on it keeps payments."""

_CALM = frozenset({"", "waiting", "unknown", "paid"})


@dataclass(frozen=True)
class Overview:
    """``open``: tries at the platform whose outcome isn't known, the oldest since ``since``, the next one
    asked after at ``next_at``; ``trouble``: what hindered the last question, empty when nothing did.
    ``held``: money of another sum than was asked; ``refunds``: money that is to go back;
    ``unbilled``: payments whose electronic receipt hasn't come yet."""

    open: int
    since: datetime | None
    next_at: datetime | None
    trouble: str
    held: int
    refunds: int
    unbilled: int

    @property
    def needs_a_person(self) -> bool:
        return bool(self.held or self.refunds)


def overview(reader: Reader) -> Overview:
    """As the store has it, of 1000 open ones at most."""
    running = rows.open_attempts(reader, most=1000)
    troubles = [one.why for one in running if one.why not in _CALM]
    return Overview(
        open=len(running),
        since=min((one.started_at for one in running), default=None),
        next_at=min((one.next_at for one in running), default=None),
        trouble=troubles[0] if troubles else "",
        held=len(rows.held(reader)),
        refunds=len(rows.refunds_to_do(reader)),
        unbilled=len(rows.unbilled(reader, 1000)),
    )
