"""Times and amounts as Vietnamese papers write them."""

from __future__ import annotations

from datetime import datetime

from kiosk.clock import at_office


def moment_text(template: str, moment: datetime, **more: str) -> str:
    """Fills ``{hour} {minute} {day} {month} {year}`` with the office's wall clock."""
    local = at_office(moment)
    return template.format(
        hour=local.hour,
        minute=local.minute,
        day=local.day,
        month=local.month,
        year=local.year,
        **more,
    )


def amount(dong: int) -> str:
    """``14000`` as ``14.000``."""
    return f"{dong:,}".replace(",", ".")
