"""What came of asking the gateway about one signer."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.portal.driver import Outcome

REFUSED = "GATEWAY_REFUSED"
"""It says that the certificate is forged."""
OFFLINE = "GATEWAY_OFFLINE"
SLOW = "GATEWAY_SLOW"
"""Asked, but no whole answer came in time."""
BUSY = "GATEWAY_BUSY"
"""Too many questions, or its platform has trouble."""
CERTIFICATE = "GATEWAY_CERTIFICATE"
"""Its TLS certificate doesn't hold."""
NOT_WHITELISTED = "GATEWAY_NOT_WHITELISTED"
SETTINGS = "GATEWAY_SETTINGS"
"""Address, licence or key can't be used, or the gateway misses or dislikes something in the headers."""
CRYPTO = "GATEWAY_CRYPTO"
"""It can't verify our signature, or the certificate."""
INVALID = "GATEWAY_INVALID"
"""It doesn't take this number or this certificate."""
DUPLICATE = "GATEWAY_DUPLICATE"
"""It takes a fresh request for a repeated one."""
ODD_ANSWER = "GATEWAY_ODD_ANSWER"
"""Somebody else answered, or it said something unknown."""
CLOCK_WRONG = "CLOCK_WRONG"
"""Our time and the gateway's are too far apart."""


@dataclass(frozen=True)
class Verdict:
    """``trusted``: None while undecided, then ``why`` is one of the codes above.

    ``outcome`` is how the exchange went, in the words of `sync.portal.driver`: ``Accepted`` when it
    decided, ``Refused`` when this one question was not taken, else what kept it from being asked.
    ``said``: the gateway's own code (``VRF_…``), for the log.
    """

    trusted: bool | None
    why: str
    outcome: Outcome = field(repr=False)
    said: str = ""
