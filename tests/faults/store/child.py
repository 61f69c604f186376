"""What a process does that a test kills or starves: ``python -m tests.faults.store.child ACT …``."""

from __future__ import annotations

import resource
import sys
import time
import uuid
from pathlib import Path

from kiosk import clock
from kiosk.dossiers.dossier import Scan
from kiosk.faults import Fault
from kiosk.store.database import Database
from kiosk.store.lock import state_lock
from tests.unit.dossiers.office import Office, a_submission, open_office


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def submission(key: str, size: int = 2000):
    return a_submission(key, scans=(Scan("TP01", b"%PDF" + key.encode() + bytes(size), 3),))


def hand_in_for_ever(folder: Path) -> None:
    """Says each key after its commit, and the code; acknowledges some rows meanwhile."""
    with state_lock(folder):
        office = open_office(folder, clock=clock.now)
        office.register._new_id = lambda: str(uuid.uuid4())
        office.outbox.recover()
        say("started")
        while True:
            key = str(uuid.uuid4())
            code = office.register.hand_in(submission(key)).dossier.code
            say(f"{key} {code}")
            for item in office.outbox.claim("portal"):
                office.outbox.acknowledge(item.seq, b"receipt", status=201, duration_ms=1)
                say(f"acknowledged {item.key}")


def hold(folder: Path) -> None:
    with state_lock(folder):
        say("started")
        time.sleep(60)


def migrate(folder: Path) -> None:
    say("started")
    Database(folder / "app.db", clock.now, migrations=folder / "migrations").close()
    say("migrated")


def meet_a_limit(folder: Path) -> None:
    """Hands in until no file may grow any more, then with room again."""
    office = open_office(folder)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    keys, failed = fill(office)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    report(office, keys, failed)


def fill(office: Office) -> tuple[list[str], str]:
    keys: list[str] = []
    while len(keys) < 3000:
        key = f"key-{len(keys)}"
        try:
            office.register.hand_in(submission(key))
        except Fault as fault:
            say(fault.code)
            return keys, key
        keys.append(key)
    raise AssertionError("there was always room")


def report(office: Office, keys: list[str], failed: str) -> None:
    read = office.database.read()
    stored = [
        row["key"] for row in read.rows("SELECT key FROM dossier UNION ALL SELECT key FROM intake")
    ]
    say("whole" if sorted(stored) == sorted(keys) else "torn")
    office.register.hand_in(submission(failed))
    say("again" if office.outbox.unsent("portal") == 2 * len(keys) + 2 else "lost")
    say(read.rows("PRAGMA integrity_check")[0][0])
    office.close()


if __name__ == "__main__":
    acts = {
        "hand_in": hand_in_for_ever,
        "hold": hold,
        "migrate": migrate,
        "limit": meet_a_limit,
    }
    acts[sys.argv[1]](Path(sys.argv[2]))
