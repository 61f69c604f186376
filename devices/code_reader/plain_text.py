"""Text from a code made harmless: no control, bidi or other invisible characters, composed form."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(text: str) -> str:
    """NFC without control, format (bidi, zero width), private and unassigned characters.

    Every kind of space becomes a plain one, also a tab or a line break; none stays at the ends.
    """
    spaced = "".join(" " if one.isspace() else one for one in text)
    kept = (one for one in spaced if unicodedata.category(one) not in _INVISIBLE)
    return unicodedata.normalize("NFC", "".join(kept)).strip()
