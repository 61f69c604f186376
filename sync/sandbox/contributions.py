"""What the portal asks for social and health insurance, in whole đồng, by the parameters in force.

Rates are per mille, so that nothing is ever computed in fractions of a đồng before the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.sandbox.registers import parameter
from sync.sandbox.rows import Rows

LONGEST_SUPPORT = 120
"""Months a person is supported in all."""


class OutOfRange(ValueError):
    """The income is below the poverty line or above twenty reference levels."""


@dataclass(frozen=True)
class Social:
    """``base``, ``support`` and ``top_up`` are for one month; ``to_pay`` is for all of them."""

    base: int
    support: int
    supported_months: int
    top_up: int
    to_pay: int


def social(
    rows: Rows, day: str, income: int, months: int, group: str, supported_before: int = 0
) -> Social:
    """Voluntary social insurance. The support hangs on the poverty line, not on the income.

    Raises `OutOfRange`.
    """
    line = parameter(rows, "poverty_line", day)
    if not line <= income <= 20 * parameter(rows, "reference_level", day):
        raise OutOfRange
    rate = parameter(rows, "social_rate", day)
    base = rate * income // 1000
    support = rate * line * parameter(rows, f"support_{group}", day) // 1_000_000
    top_up = rate * line * parameter(rows, "local_top_up", day) // 1_000_000
    supported = min(months, max(0, LONGEST_SUPPORT - supported_before))
    to_pay = base * months - (support + top_up) * supported
    return Social(base, support, supported, top_up, to_pay)


def health(rows: Rows, day: str, position: int, months: int) -> int:
    """One household member's contribution; ``position`` in the order of joining, from 1."""
    share = parameter(rows, f"member_{min(position, 5)}", day)
    rate = parameter(rows, "health_rate", day)
    return rate * parameter(rows, "reference_level", day) * share * months // 1_000_000
