"""The headers that make a repeated push harmless."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from sync.portal.driver import Outgoing


def proof(item: Outgoing) -> dict[str, str]:
    """Key and replaced keys (structured-field strings), and the digest of the frozen bytes (RFC 9530).

    Harmless to a relay that doesn't know them; one that passes them on makes repeats harmless.
    """
    digest = b64encode(hashlib.sha256(item.body).digest()).decode("ascii")
    keys = ", ".join(f'"{key}"' for key in item.replaces)
    replaces = {"Replaces-Key": keys} if keys else {}
    return {
        "Idempotency-Key": f'"{item.key}"',
        "Content-Digest": f"sha-256=:{digest}:",
        **replaces,
    }
