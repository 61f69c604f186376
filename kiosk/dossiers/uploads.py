"""How far each attachment has come on its way to the portal: the store's side of resumable uploads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.store.database import Database
from kiosk.store.link import Reader


class UploadState(StrEnum):
    """Where an attachment stands; ``docs/store.md``."""

    STORED = "stored"  # here only
    UPLOADING = "uploading"  # the portal has a place for it and perhaps a part
    UPLOADED = "uploaded"  # the portal said that it has every byte
    LOST = "lost"  # gone or damaged on this station's disk when it was to be sent


@dataclass(frozen=True)
class Upload:
    """An attachment's way: ``size`` and ``offset`` in bytes, ``url`` empty until the portal gave one."""

    sha256: str
    size: int
    media_type: str
    state: UploadState
    url: str
    offset: int


class UploadLedger:
    """Writes each step down durably before the next one. Raises `Fault` as the store does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, sha256: str) -> Upload | None:
        """Where it stands; None for a file that no dossier owns."""
        row = self._database.read().row("SELECT * FROM attachment WHERE sha256 = ?", (sha256,))
        if row is None:
            return None
        return Upload(
            row["sha256"],
            row["size"],
            row["media_type"],
            UploadState(row["state"]),
            row["upload_url"] or "",
            row["offset"],
        )

    def begun(self, sha256: str, url: str, offset: int = 0) -> None:
        """The portal gave it a place; nothing is sent before this is written."""
        self._set(sha256, UploadState.UPLOADING, url, offset)

    def reached(self, sha256: str, offset: int) -> None:
        """The portal has so many bytes."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE attachment SET offset = ? WHERE sha256 = ? AND state = 'uploading'",
                (offset, sha256),
            )

    def done(self, sha256: str) -> None:
        """The portal has all of it."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE attachment SET state = 'uploaded', offset = size WHERE sha256 = ?",
                (sha256,),
            )

    def anew(self, sha256: str) -> None:
        """The portal doesn't know it, or no more: it begins from the first byte."""
        self._set(sha256, UploadState.STORED, None, 0)

    def lost(self, sha256: str) -> None:
        """The file here is gone or damaged. It is looked at again when its message is sent again."""
        self._set(sha256, UploadState.LOST, None, 0)

    def _set(self, sha256: str, state: UploadState, url: str | None, offset: int) -> None:
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE attachment SET state = ?, upload_url = ?, offset = ? WHERE sha256 = ?",
                (state, url, offset, sha256),
            )


@dataclass(frozen=True)
class Missing:
    """What the portal has not got yet of the files of dossiers that wait; ``left`` in bytes."""

    files: int
    left: int
    lost: tuple[str, ...]
    """Codes of dossiers with a file that is gone or damaged here."""


# From the open rows, by their index, so that it stays quick beside a long history.
_WAITING = """FROM outbox JOIN component USING (dossier_id) JOIN attachment USING (sha256)
  WHERE outbox.kind = 'submit' AND outbox.state <> 'acknowledged'"""


def missing(reader: Reader, most: int = 100) -> Missing:
    """For the clerk's list; `most` bounds ``lost``."""
    row = reader.row(
        f"""SELECT count(*) AS files, coalesce(sum(bytes_left), 0) AS bytes_left FROM (
              SELECT DISTINCT sha256, size - offset AS bytes_left {_WAITING}
              AND attachment.state <> 'uploaded')"""  # noqa: S608  a constant of this file
    )
    lost = reader.rows(
        f"""SELECT code FROM dossier WHERE id IN (
              SELECT dossier_id {_WAITING} AND attachment.state = 'lost')
            ORDER BY code LIMIT ?""",  # noqa: S608  a constant of this file
        (most,),
    )
    return Missing(
        row["files"] if row else 0,
        row["bytes_left"] if row else 0,
        tuple(one["code"] for one in lost),
    )


def stopped_for(reader: Reader, sha256: str) -> list[int]:
    """Outbox rows that were set apart because this file was lost or damaged."""
    rows = reader.rows(
        """SELECT DISTINCT outbox.seq FROM outbox JOIN component USING (dossier_id)
           WHERE component.sha256 = ? AND outbox.state = 'quarantined'
             AND outbox.last_error IN ('ATTACHMENT_LOST', 'ATTACHMENT_DAMAGED') ORDER BY seq""",
        (sha256,),
    )
    return [int(row["seq"]) for row in rows]
