"""Where the station's procedure and the portal's don't say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kiosk.catalogue.procedure import Procedure, Term
from sync.portal.share import PortalFee, PortalProcedure, PortalTerm

Part = Literal["absent", "not_public", "sector", "component", "component_missing", "fee", "term"]

_COUNTER = "1"
_UNITS = {
    "ngày làm việc": "working_day",
    "working_day": "working_day",
    "ngày": "calendar_day",
    "day": "calendar_day",
    "tháng": "month",
    "month": "month",
    "giờ làm việc": "working_hour",
    "giờ": "working_hour",
    "hour": "working_hour",
}


@dataclass(frozen=True)
class Difference:
    """``ours`` and ``theirs`` in short; empty where one side has nothing."""

    procedure: str
    part: Part
    ours: str
    theirs: str


def differences(ours: Procedure, theirs: PortalProcedure | None) -> list[Difference]:
    """Everything that differs at the counter; empty when nothing does.

    A component of ours that the portal hasn't would be refused in every message.
    """
    return list(_found(ours, theirs))


def _found(ours: Procedure, theirs: PortalProcedure | None) -> Iterator[Difference]:
    code = ours.code
    if theirs is None:
        yield Difference(code, "absent", ours.version, "")
        return
    if not theirs.is_public:
        yield Difference(code, "not_public", ours.version, theirs.code)
    sectors = [one.code for one in theirs.sectors]
    if sectors and ours.sector not in sectors:
        yield Difference(code, "sector", ours.sector, ", ".join(sectors))
    yield from _components(ours, theirs)
    terms = [term for way in theirs.ways if way.channel == _COUNTER for term in way.terms]
    if terms and not any(_same_term(ours.term, term) for term in terms):
        said = "; ".join(f"{term.amount} {term.unit}".strip() for term in terms)
        yield Difference(code, "term", _words(ours.term), said)
    yield from _fees(ours, [fee for term in terms for fee in term.fees])


def _components(ours: Procedure, theirs: PortalProcedure) -> Iterator[Difference]:
    own = {one.code for one in ours.components}
    portal = {one.code for one in theirs.papers}
    for code in sorted(own - portal):
        yield Difference(ours.code, "component", code, "")
    for code in sorted(portal - own):
        yield Difference(ours.code, "component_missing", "", code)


def _fees(ours: Procedure, theirs: list[PortalFee]) -> Iterator[Difference]:
    own = {one.code: {tier.amount for tier in one.tiers} | {one.cap_per_copy} for one in ours.fees}
    portal = {fee.code: fee for fee in theirs if fee.code or fee.amount}
    for code in sorted(own.keys() - portal.keys()):
        yield Difference(ours.code, "fee", code, "")
    for code, fee in sorted(portal.items()):
        if code not in own:
            yield Difference(ours.code, "fee", "", _priced(fee))
    wrong = {
        fee.code: fee
        for fee in theirs
        if fee.code in own and fee.amount is not None and fee.amount not in own[fee.code]
    }
    for code, fee in sorted(wrong.items()):
        yield Difference(ours.code, "fee", f"{code} {min(own[code])}", _priced(fee))


def _priced(fee: PortalFee) -> str:
    return f"{fee.code} {'' if fee.amount is None else fee.amount}".strip()


def _same_term(ours: Term, theirs: PortalTerm) -> bool:
    """What the portal says in words that nobody knows can't be compared: it counts as the same."""
    unit = _UNITS.get(theirs.unit.casefold())
    try:
        amount = float(theirs.amount.replace(",", "."))
    except ValueError:
        return True
    if unit is None:
        return True
    if ours.unit == "same_day":
        return amount <= 1 and unit in ("working_day", "calendar_day")
    return (ours.unit, float(ours.amount)) == (unit, amount)


def _words(term: Term) -> str:
    return term.unit if term.unit == "same_day" else f"{term.amount:g} {term.unit}"
