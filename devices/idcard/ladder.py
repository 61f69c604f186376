"""How many bytes to ask a chip for at once: large first, smaller when it or its reader refuses."""

from __future__ import annotations

from typing import Literal

from devices.idcard.link import Connection
from devices.idcard.session import Session

Extended = Literal["auto", "on", "off"]
"""``auto``: extended length only where the reader says that it passes it."""
BLOCKS = (223, 160, 96)
"""223 leaves room for secure messaging in a frame of 256; 160 is what weak readers pass, 96 what chips
with a buffer of 128 bytes do."""
EXTENDED_BLOCKS = (2560, 2048)
"""Need extended length (ISO/IEC 7816-4 §5.1). The first reads a portrait of 18 kB in eight commands;
the second is what chips with a buffer of two kilobytes take."""
SHORT_APDU = 256
MEMORY = 64
"""Kinds of card remembered at most; then remembering begins anew."""

Memory = dict[tuple[str, bytes], tuple[int, ...]]
"""What was left of the ladder, by reader and ATR."""


class Ladder:
    """The block sizes of one reading and of the goes it takes.

    What a chip refuses is remembered, so that the next card of its kind isn't asked again. A talk
    that broke for another reason steps down too, but only this once.
    """

    def __init__(self, blocks: tuple[int, ...], extended: Extended, memory: Memory) -> None:
        self._blocks = blocks
        self._extended = extended
        self._memory = memory
        self._card = ("", b"")
        self._sizes: tuple[int, ...] = ()
        self._doubtful = False

    @property
    def extended(self) -> bool:
        """Whether the present go tries extended length."""
        return self._sizes[:1] > (SHORT_APDU,)

    def begin(self, connection: Connection) -> tuple[int, ...]:
        """The sizes for a go at this card."""
        self._card = connection.reader, connection.atr
        if not self._sizes:
            self._sizes = self._memory.get(self._card) or self._all(connection.max_apdu)
        return self._sizes

    def step_down(self, session: Session) -> None:
        """The talk broke. When a whole block had come through before, its size wasn't the cause.

        At an extended size it may well have been extended length itself, so no other one is tried.
        """
        self._doubtful |= session.proved
        top = min(session.blocks[0], SHORT_APDU + 1)
        self._sizes = tuple(size for size in session.blocks if size < top) or session.blocks

    def keep(self, session: Session) -> None:
        """The reading is done: its sizes are the ones to begin with next time."""
        if self._doubtful:
            return
        if len(self._memory) >= MEMORY:
            self._memory.clear()
        self._memory[self._card] = session.blocks

    def forget(self) -> None:
        """What was remembered of this kind of card made a reading too slow."""
        self._memory.pop(self._card, None)

    def _all(self, max_apdu: int | None) -> tuple[int, ...]:
        passes = self._extended == "on" or (
            self._extended == "auto" and max_apdu is not None and max_apdu > SHORT_APDU
        )
        return (*EXTENDED_BLOCKS, *self._blocks) if passes else self._blocks
