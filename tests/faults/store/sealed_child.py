"""Hands in with markers, and dies where it is told: ``python -m tests.faults.store.sealed_child ACT FOLDER``.

``steps``: for each step of the way to the disk a process of its own hands in and is killed right before it,
until one comes through. ``for_ever``: hands in until somebody kills it.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk.dossiers.dossier import Scan, Submission
from kiosk.people.person import Person
from tests.unit.dossiers.office import a_submission, open_office

NAME = "Nguyễn Đánh Dấu"
NUMBER = "079190055771"
SCAN = b"SCAN-OF-A-MARKED-PAPER"
ANSWER = "Bằng dấu riêng"

_STEPS: tuple[tuple[Any, str], ...] = (
    (os, "open"),
    (os, "fdopen"),
    (os, "fsync"),
    (os, "close"),
    (os, "mkdir"),
    (os, "replace"),
    (os, "unlink"),
    (os, "link"),
)


def submission(key: str) -> Submission:
    pdf = b"%PDF-1.7\n" + SCAN + key.encode() + SCAN * 5000
    person = Person(NUMBER, NAME, "05/09/1990", "Nam", "Phường Dấu Riêng")
    answers = {"paper": ANSWER, "form": "paper", "copies": 2}
    return a_submission(key, person=person, answers=answers, scans=(Scan("TP01", pdf, 3),))


def hand_in(folder: Path, key: str) -> None:
    office = open_office(folder, clock=clock.now)
    office.register._new_id = lambda: str(uuid.uuid4())
    office.register.hand_in(submission(key))
    for item in office.outbox.claim("portal"):
        office.outbox.acknowledge(item.seq, NAME.encode(), status=201, duration_ms=1)


def steps(folder: Path) -> None:
    open_office(folder, clock=clock.now).close()
    for step in count():
        child = os.fork()
        if not child:
            _die_before(step)
            hand_in(folder, f"step-{step}")
            os._exit(0)
        _, how = os.waitpid(child, 0)
        if not os.WIFSIGNALED(how):
            sys.stdout.write(f"{step} {os.waitstatus_to_exitcode(how)}\n")
            return


def _die_before(step: int) -> None:
    """Kills this process right before it comes to so many steps."""
    left = [step]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*given: Any, **named: Any) -> Any:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return real(*given, **named)

        return act

    for where, name in _STEPS:
        setattr(where, name, dying(getattr(where, name)))


def for_ever(folder: Path) -> None:
    sys.stdout.write("started\n")
    sys.stdout.flush()
    while True:
        hand_in(folder, str(uuid.uuid4()))


if __name__ == "__main__":
    {"steps": steps, "for_ever": for_ever}[sys.argv[1]](Path(sys.argv[2]))
