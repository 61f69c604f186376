"""What both kinds of Diffie-Hellman have in common: over curves (`ec`) and over whole numbers (`dh`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

Random = Callable[[int], bytes]
"""Gives so many random bytes; passed in so that published examples are exact."""
DRAWS = 128
"""Tries for a number that fits; the worst domain needs three on average."""
Element = TypeVar("Element")
"""A public key: a point, or a whole number."""


class Domain(Protocol[Element]):
    """Parameters that two sides agree on keys with."""

    @property
    def name(self) -> str: ...

    @property
    def g(self) -> Element:
        """The generator."""
        ...

    @property
    def public_key_tag(self) -> int:
        """The object that holds a public key of this kind (BSI TR-03110-3 D.3)."""
        ...

    def encode(self, public: Element) -> bytes: ...

    def decode(self, data: bytes) -> Element:
        """A public key from outside, proved to be one. Raises `Fault` ``TLV_BROKEN``."""
        ...

    def key_pair(self, random: Random, base: Element | None = None) -> tuple[int, Element]:
        """A private key and the public one to ``base``, the generator when not given."""
        ...

    def agree(self, private: int, public: Element) -> Element:
        """What both sides come to. Raises `Fault` ``TLV_BROKEN`` for the neutral element."""
        ...

    def secret(self, private: int, public: Element) -> bytes:
        """What keys are derived from: of what `agree` gives, its leading zeros kept
        (ICAO 9303-11 §9.7.1). Raises as `agree` does."""
        ...

    def mapped(self, nonce: int, shared: Element) -> Element:
        """The generator of generic mapping (ICAO 9303-11 §4.4.3.3.1): the old one ``nonce`` times,
        and ``shared`` added. Raises `Fault` ``TLV_BROKEN`` for the neutral element."""
        ...


def draw(limit: int, random: Random) -> int:
    """A number from 1 to ``limit`` - 1, every one equally likely: what doesn't fit is drawn again.

    Raises ValueError when ``random`` gives none that fits.
    """
    bits = limit.bit_length()
    size = (bits + 7) // 8
    for _ in range(DRAWS):
        value = int.from_bytes(random(size), "big") >> 8 * size - bits
        if 0 < value < limit:
            return value
    raise ValueError("the source of random numbers gives no key")
