"""Faults of the world: paper out, card pulled, line cut. They are shown and have a way out; bugs are not faults."""

from __future__ import annotations


class Fault(Exception):
    """Something outside the program went wrong.

    ``code`` is stable and upper case (``CARD_REMOVED``); its sentences for the citizen and for the
    clerk stand in ``resources/texts/faults/*.toml``. ``detail`` is for the technician's log and
    never holds personal data.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
