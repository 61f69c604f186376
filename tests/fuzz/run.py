"""Feeds cases to a parser and says what came out that isn't a `Fault`."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from types import FrameType

from devices.fault import Fault
from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import Target

LONGEST_DETAIL = 160
"""A longer detail quotes what it read."""


class Hang(BaseException):
    """One case took too long. Not an `Exception`: no parser may catch it."""


@dataclass(frozen=True)
class Failure:
    """``seed`` and ``case`` make the same bytes again; all samples are synthetic."""

    target: str
    seed: int
    case: int
    data: bytes
    error: str

    def __str__(self) -> str:
        return f"{self.target}: seed {self.seed}, case {self.case}: {self.error}\n{self.data.hex()}"


@dataclass(frozen=True)
class Result:
    """``read``: cases that the parser took for sound; ``longest``: of one case, in seconds."""

    target: str
    cases: int
    read: int
    seconds: float
    longest: float
    failure: Failure | None = None


def fuzz(target: Target, cases: int, seed: int, limit: float = 0) -> Result:
    """``limit``: seconds one case may take, 0 for any; then only for the main thread of a process."""
    mutator = Mutator(target.samples, Random(seed))
    read, longest, began = 0, 0.0, time.perf_counter()
    for case in range(cases):
        data = mutator.case()
        start = time.perf_counter()
        try:
            with _bounded(limit):
                target.parse(data)
            read += 1
        except Fault as fault:
            if len(fault.detail) > LONGEST_DETAIL:
                return _failed(
                    target, seed, case, data, f"detail of {len(fault.detail)} characters"
                )
        except (Exception, Hang) as error:  # noqa: BLE001  whatever it is, it is what we look for
            return _failed(target, seed, case, data, f"{type(error).__name__}: {error}")
        longest = max(longest, time.perf_counter() - start)
    return Result(target.name, cases, read, time.perf_counter() - began, longest)


def _failed(target: Target, seed: int, case: int, data: bytes, error: str) -> Result:
    failure = Failure(target.name, seed, case, data, error)
    return Result(target.name, case, 0, 0, 0, failure)


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    if not seconds:
        yield
        return
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise Hang("took too long")
