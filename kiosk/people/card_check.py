"""How the person of a dossier was identified: what the chip proved, or that nobody asked it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from devices.idcard.api import Lamps


class Source(StrEnum):
    """Where the person's data come from."""

    CHIP = "chip"
    QR = "qr"
    """The code printed on the card: a prefill, the clerk compares it with the card."""
    TYPED = "typed"


_UNTRIED = Lamps()


@dataclass(frozen=True)
class CardCheck:
    """Kept with the dossier; free of personal data.

    ``access``: how the chip was opened (``PACE-CAN`` …). ``mismatches``: names of data that
    contradict each other. ``signer``: the document signer's certificate in DER, kept so that it
    can be confirmed later; ``signer_sha256`` its hash.
    """

    source: Source
    access: str = ""
    lamps: Lamps = _UNTRIED
    mismatches: tuple[str, ...] = ()
    signer: bytes | None = field(default=None, repr=False)
    signer_sha256: str = ""


TYPED = CardCheck(Source.TYPED)
"""Nobody asked a chip or a code."""
