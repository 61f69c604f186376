"""What an outcome does to the row it came of."""

from __future__ import annotations

import re
from random import Random
from typing import Protocol

from kiosk.outbox.message import Item
from sync.backoff import CALM, Pace, full_jitter
from sync.portal.driver import (
    Accepted,
    AuthenticationFailed,
    Busy,
    Incomplete,
    Misconfigured,
    NotThePortal,
    Outcome,
    Poison,
    Received,
    Refused,
    TooEarly,
    UnknownOutcome,
    Untrusted,
    fault_code,
)

TOO_EARLY_LIMIT = 12
"""So often a step may come before its dossier, or a dossier before its files; then a person looks."""

FAILS_LIMIT = 40
"""So often a row may fail alone, right after the destination took another one; then it is set apart (some hours)."""

_UNCOUNTED = (Untrusted, Misconfigured, NotThePortal, AuthenticationFailed)
_LONG_NUMBER = re.compile(r"\d{9,}")


class Ledger(Protocol):
    """The part of the outbox that writes down what became of a row."""

    def acknowledge(self, seq: int, receipt: bytes, *, status: int, duration_ms: int) -> None: ...

    def retry(
        self,
        seq: int,
        wait_s: float,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
        counts: bool = True,
        own: bool = False,
    ) -> None: ...

    def sent(
        self,
        seq: int,
        wait_s: float,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None: ...

    def needs_attention(
        self,
        seq: int,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None: ...

    def quarantine(
        self,
        seq: int,
        *,
        status: int | None = None,
        error: str | None = None,
        detail: str | None = None,
        duration_ms: int | None = None,
    ) -> None: ...


def settle(
    ledger: Ledger,
    item: Item,
    outcome: Outcome,
    random: Random,
    *,
    duration_ms: int,
    pace: Pace = CALM,
    others_go: bool = False,
) -> None:
    """Writes the outcome to the row; `sync.courier.Courier` says which does what.

    ``others_go``: the destination took something just before, so that a failure is likely this row's own. The row's last error is a fault code, so that it has sentences for the clerk.
    """
    seq = item.seq
    if isinstance(outcome, Accepted):
        ledger.acknowledge(seq, outcome.receipt, status=outcome.status, duration_ms=duration_ms)
        return
    status = getattr(outcome, "status", None)
    error = fault_code(outcome)
    if isinstance(outcome, Poison):
        ledger.quarantine(
            seq,
            status=status,
            error=error,
            detail=said(f"{outcome.code} {outcome.detail}"),
            duration_ms=duration_ms,
        )
        return
    early = isinstance(outcome, TooEarly | Incomplete)
    own = early or (others_go and _fails(outcome))
    if own and not early and item.failures + 1 >= FAILS_LIMIT:
        ledger.quarantine(
            seq, status=status, error="PORTAL_FAILS_ITEM", detail=error, duration_ms=duration_ms
        )
        return
    late = early and item.failures + 1 >= TOO_EARLY_LIMIT
    if isinstance(outcome, Refused) or late:
        detail = said(f"{outcome.code} {outcome.message}") if isinstance(outcome, Refused) else None
        ledger.needs_attention(
            seq, status=status, error=error, detail=detail, duration_ms=duration_ms
        )
        return
    moved = getattr(outcome, "moved", False)
    wait_s = full_jitter(0 if moved else item.attempts - 1, random, pace)
    if isinstance(outcome, Received):
        detail = outcome.detail
        ledger.sent(seq, wait_s, status=status, error=error, detail=detail, duration_ms=duration_ms)
        return
    if isinstance(outcome, Busy) and outcome.retry_after_s is not None:
        wait_s = max(wait_s, outcome.retry_after_s)
    ledger.retry(
        seq,
        wait_s,
        status=status,
        error=error,
        detail=getattr(outcome, "detail", None),
        duration_ms=duration_ms,
        counts=_counts(outcome),
        own=own,
    )


def _counts(outcome: Outcome) -> bool:
    """Whether the message may have got there, or was tried in earnest."""
    if getattr(outcome, "pushed", False) or getattr(outcome, "logged_in", False):
        return True
    return not (getattr(outcome, "moved", False) or isinstance(outcome, _UNCOUNTED))


def _fails(outcome: Outcome) -> bool:
    """Whether the portal broke over it: not when it only asks to come again, or when a file is under way."""
    if isinstance(outcome, AuthenticationFailed):
        return outcome.logged_in
    if isinstance(outcome, Busy):
        return not outcome.moved and outcome.status >= 500 and outcome.status != 503
    return isinstance(outcome, UnknownOutcome) and not outcome.moved


def said(words: str) -> str:
    """The portal's words, cut to 300 characters; long numbers (ids, phones) are left out."""
    return _LONG_NUMBER.sub("•••", words)[:300].strip()
