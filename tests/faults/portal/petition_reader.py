"""What a test kills: ``python -m tests.faults.portal.petition_reader FOLDER`` reads petitions and their answers.

With a number behind it kills itself right before it moves the cursor for that many times.
"""

from __future__ import annotations

import sys
from pathlib import Path

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.store.database import Database
from sync.petition_feed import PAGE, petition_feed
from tests.fakes.feed_portal import EventPortal
from tests.faults.portal.feed_reader import die_before_cursor
from tests.samples import a_vault

PAGES = 12
ROWS = PAGES * PAGE - 1  # the last page isn't full


def rows() -> list[dict[str, object]]:
    """Always the same story: questions, and for every second one an answer later on."""
    asked = {"NOIDUNG": "Mấy giờ mở cửa?", "NGAYGUI": "20261102080000"}
    said = {"TRALOIID": "TL-1", "NOIDUNGTRALOI": "Bảy giờ.", "NGAYTRALOI": "20261110090000"}
    middle = ROWS // 2
    return [
        asked
        | {"seq": seq, "HOIDAPID": f"HD-{seq if seq <= middle else seq - middle}"}
        | (said if seq > middle else {})
        for seq in range(1, ROWS + 1)
    ]


def main(folder: Path) -> None:
    portal = EventPortal()
    portal.rows = rows()
    with Database(folder / "app.db", now, a_vault()) as database:
        petition_feed("/f", "H29.18", portal, database).look(Cancel())


if __name__ == "__main__":
    for number in sys.argv[2:]:
        die_before_cursor(int(number))
    main(Path(sys.argv[1]))
