"""What a procedure costs, in whole đồng."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.catalogue.procedure import FeeRule, Procedure


def fee_of(procedure: Procedure, answers: Mapping[str, str | int], pages: int) -> int:
    """The sum of a procedure's fees for these answers and `pages` pages of the original."""
    return sum(fee(rule, pages, copies(rule, answers)) for rule in procedure.fees)


def fee(rule: FeeRule, pages: int, copies: int) -> int:
    """One fee: each page by its tier, capped per copy, times the copies.

    Pages are those of the original (Thông tư 226/2016/TT-BTC). Raises `ValueError` below zero.
    """
    if pages < 0 or copies < 0:
        raise ValueError("pages and copies are not negative")
    bounds = [tier.first for tier in rule.tiers[1:]] + [pages + 1]
    one = 0
    for tier, end in zip(rule.tiers, bounds, strict=True):
        one += max(0, min(end, pages + 1) - tier.first) * tier.amount
    return min(one, rule.cap_per_copy) * copies


def copies(rule: FeeRule, answers: Mapping[str, str | int]) -> int:
    """How many copies the answers ask for; 1 when the rule or the form does not ask."""
    return int(answers.get(rule.copies_from, 1)) if rule.copies_from else 1
