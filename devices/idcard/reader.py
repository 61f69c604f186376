"""How a card is read: opened, words first, then signature and chip, the portrait last; begun again once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import mrz
from devices.idcard.agreement import Random
from devices.idcard.api import (
    CardData,
    ChipResult,
    Finding,
    Key,
    NullVerifier,
    Step,
    TrustVerifier,
)
from devices.idcard.ladder import BLOCKS, Extended, Ladder, Memory
from devices.idcard.link import Connect, Connection, Guard, Limits
from devices.idcard.reading import OnProgress, ProofBroken, Reading

RESTART = ("CARD_RESET", "SM_BROKEN", "READER_ERROR", "CARD_ERROR")
"""Faults after which the reading begins again once, with a smaller block."""

Wrap = Callable[[Connection], Connection]


@dataclass(frozen=True)
class Means:
    """What a reading takes from outside; tests replace it to be exact.

    ``trust`` judges who signed the card's data. ``photo`` is whether the portrait is wanted.
    ``wrap`` gets every opened connection, for a trace.
    """

    random: Random = os.urandom
    clock: Callable[[], float] = time.monotonic
    limits: Limits = field(default_factory=Limits)
    blocks: tuple[int, ...] = BLOCKS
    extended: Extended = "auto"
    trust: TrustVerifier = field(default_factory=NullVerifier)
    photo: bool = True
    wrap: Wrap | None = None


def read(
    connect: Connect,
    key: Key,
    on_progress: OnProgress,
    cancel: Cancel,
    means: Means | None = None,
    memory: Memory | None = None,
) -> CardData:
    """One whole reading, begun again at most once, and once more where extended length or the
    chip's proof fails.

    ``connect`` opens the card anew each time; ``memory`` keeps what was learned of readers and
    chips from one reading to the next. Raises `Fault` and `Cancelled`; nothing read is kept then.
    """
    means = means or Means()
    mrz.password(key)  # a key of a wrong form costs the chip no try
    guard = Guard(cancel, means.limits, means.clock)
    guard.check()
    ladder = Ladder(means.blocks, means.extended, {} if memory is None else memory)
    return _Attempts(connect, key, on_progress, guard, means, ladder).run()


class _Attempts:
    """The goes that one reading takes."""

    def __init__(
        self,
        connect: Connect,
        key: Key,
        on_progress: OnProgress,
        guard: Guard,
        means: Means,
        ladder: Ladder,
    ) -> None:
        self._connect = connect
        self._key = key
        self._say = on_progress
        self._guard = guard
        self._means = means
        self._ladder = ladder
        self._begun = False
        self._restarted = False
        self._proof: ChipResult | None = None
        self._doubted = False
        self._sod: bytes | None = None

    def run(self) -> CardData:
        while True:
            reading = Reading(self._key, self._say, self._guard, self._means, self._proof)
            try:
                return self._same_card(reading.run(self._open, self._ladder))
            except ProofBroken as broken:
                self._judge_proof(reading, broken)
            except Fault as fault:
                if fault.code == "CARD_TOO_SLOW":
                    self._ladder.forget()
                self._begin_again(reading, fault)
            self._begun = True

    def _open(self) -> Connection:
        connection = self._connect()
        return connection if self._means.wrap is None else self._means.wrap(connection)

    def _begin_again(self, reading: Reading, fault: Fault) -> None:
        """Raises the fault when another go can't help."""
        if self._begun and fault.code == "NO_CARD":
            # Some drivers call a lifted card a transmission error; only the next try sees it gone.
            raise Fault("CARD_REMOVED", fault.detail) from None
        session, reset = reading.session, fault.code == "CARD_RESET"
        probing = self._ladder.extended and session is not None and not reset
        if fault.code not in RESTART or (self._restarted and not probing):
            raise fault
        if session is not None and not reset:  # a reset has nothing to do with sizes
            self._ladder.step_down(session)
        self._restarted = self._restarted or not probing

    def _judge_proof(self, reading: Reading, broken: ProofBroken) -> None:
        """The talk died with the keys of chip authentication: the chip has others, or it was chance.

        A flipped bit or a size can look the same, so the chip is blamed when it happens twice.
        """
        if self._doubted:
            self._proof = ChipResult("CA", Finding(Step.FAILED, "CHIP_PROOF_FAILED"), broken.detail)
            self._sod = reading.sod
        elif reading.session is not None and not broken.of_keys:
            self._ladder.step_down(reading.session)
        self._doubted = True

    def _same_card(self, card: CardData) -> CardData:
        """A verdict of a former go holds for that card only."""
        if self._proof is not None and card.sod != self._sod:
            raise Fault("CARD_REMOVED", "another card than before")
        return card
