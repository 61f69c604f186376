"""A real store, outbox and folder of attachments with made-up dossiers whose scans are really there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kiosk.clock import at_office, now
from kiosk.dossiers import rows
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.dossier import Attachment, Component, HandedIn
from kiosk.dossiers.uploads import UploadLedger
from kiosk.outbox.outbox import Outbox
from kiosk.queueing import numbers
from kiosk.settings import Portal
from kiosk.store.database import Database
from sync.portal.adapter import AdapterDriver
from sync.portal.messages import encode
from sync.portal.session import PortalSession
from sync.uploads import FilesFirst, Uploads
from tests.fakes.portal_items import dossier
from tests.samples import a_vault, keep_key


def scan(size: int, seed: int = 1) -> bytes:
    """So many bytes that look like a scan to nobody but are the same each time."""
    return b"%PDF-" + Random(seed).randbytes(size - 5)


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def portal_settings(url: str, **changes: object) -> Portal:
    values: dict[str, object] = {
        "url": url,
        "username": "sandbox",
        "password": "sandbox",
        "dstcode": "VN:GOV:SANDBOX:dvcqg",
        "confirmation": "echo",
        "files_path": "/files",
        "connect_timeout_s": 2,
        "read_timeout_s": 10,
    }
    return Portal.model_validate(values | changes)


@dataclass
class ScannedOffice:
    """``hand_in`` makes a dossier of these files; ``driver`` is a station's way to a portal."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        keep_key(self.folder)
        self.database = Database(self.folder / "office.db", now, a_vault())
        self.outbox = Outbox(self.database, "kiosk-01", now)
        self.attachments = Attachments(self.folder / "attachments", a_vault())
        self.ledger = UploadLedger(self.database)

    def close(self) -> None:
        self.database.close()

    def hand_in(
        self, code: str, files: Sequence[bytes], url: str = "", name: str = ""
    ) -> list[str]:
        """Gives the files' hashes; ``name`` is the component (and file name) of all of them."""
        kept = [self.attachments.put(data) for data in files]
        components = tuple(_component(name or f"TP{n:02d}", one) for n, one in enumerate(kept, 1))
        made = dossier(code, components=components)
        with self.database.transaction() as tx:
            ticket = numbers.take(tx, made.agency, at_office(tx.at).date(), "A")
            rows.insert(tx, HandedIn(made, ticket))
            for message in encode(made, file_url=url):
                self.outbox.add(
                    tx,
                    key=f"{code}/{message.kind}",
                    dossier_id=made.id,
                    rev=1,
                    dest="portal",
                    message=message,
                )
        return [one.sha256 for one in kept]

    def driver(self, portal: Portal) -> FilesFirst:
        session = PortalSession(portal, "H29.18")
        address = portal.url + portal.files_path
        uploads = Uploads(
            session, self.ledger, self.attachments.read, address, portal.chunk_kib * 1024
        )
        return FilesFirst(AdapterDriver(portal, "H29.18", session), uploads)


def _component(code: str, file: Attachment) -> Component:
    return Component(code, f"Bản chính {code}", 1, 0, 0, 3, 2, file)
