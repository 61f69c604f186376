"""What a test kills: ``python -m tests.faults.portal.feed_reader FOLDER`` reads states and a catalogue, and says so.

With a number behind it kills itself right before it moves a cursor for that many times.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import resources
from devices.cancel import Cancel
from kiosk import feeds
from kiosk.catalogue import release
from kiosk.clock import now
from kiosk.store.database import Database
from sync.catalogue_feed import CatalogueFeed
from sync.portal.transport import Headers, Reply
from sync.status_feed import status_feed
from tests.fakes.feed_portal import EventPortal, Publisher

ROWS = 12_000
OWN = tuple(f"H29.18-261125-{number:04d}" for number in range(1, 6))
OTHERS = tuple(f"H29.18-261125-{number:04d}" for number in range(900, 1100))
RELEASES = 40


def rows() -> list[dict[str, object]]:
    """Always the same story: states at odd times, some of them ours."""
    dice = Random(20261125)
    return [
        {
            "seq": seq,
            "MaHoSo": dice.choice(OWN) if dice.random() < 0.3 else dice.choice(OTHERS),
            "TrangThaiHoSo": str(dice.randint(1, 10)),
            "ThoiDiem": f"20261125{dice.randint(8, 16):02d}{dice.randint(0, 59):02d}00",
        }
        for seq in range(1, ROWS + 1)
    ]


def publisher(serial: int) -> Publisher:
    """Release number ``serial``: two procedures of its own version."""
    text = resources.path("procedures", "2.000815.toml").read_bytes()
    new = text.replace(b'"2026-1"', f'"r{serial}"'.encode())
    files = {"a.toml": new, "b.toml": new.replace(b'"2.000815"', b'"1.000001"')}
    made = Publisher(files, serial)
    made.key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    return made


class Saying(EventPortal):
    """Says each cursor that it is asked for."""

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        say(f"page {path.partition('since=')[2]}")
        return super().exchange(method, path, body, headers)


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def die_before_cursor(number: int) -> None:
    """A power cut between the rows of a page and their cursor."""
    advance, calls = feeds.advance, count(1)

    def cut(*what: object, **names: object) -> None:
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        advance(*what, **names)  # type: ignore[arg-type]

    feeds.advance = cut  # type: ignore[assignment]


def main(folder: Path) -> None:
    with Database(folder / "app.db", now) as database:
        catalogue = release.load(database.read())
        done = release.latest(database.read())
        for serial in range((done.serial if done else 0) + 1, RELEASES + 1):
            say(f"release {serial}")
            from_ = publisher(serial)
            keys = [from_.key.public_key()]
            CatalogueFeed("/c", keys, from_, database, catalogue).look(Cancel())
        portal = Saying()
        portal.rows = rows()
        status_feed("/f", "H29.18", portal, database, "kiosk-01").look(Cancel())
        say("done")


if __name__ == "__main__":
    for number in sys.argv[2:]:
        die_before_cursor(int(number))
    main(Path(sys.argv[1]))
