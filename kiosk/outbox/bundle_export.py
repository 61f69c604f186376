"""Writes a bundle (`kiosk.outbox.bundle`) of what is unsent; changes nothing in the store."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.dossiers import intake
from kiosk.dossiers import rows as dossier_rows
from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.outbox import bundle_rows
from kiosk.outbox.bundle import (
    COMPONENT,
    DOSSIER,
    FORMAT,
    MADE_BY,
    OUTBOX,
    PERSONAL,
    TICKET,
    Summary,
)
from kiosk.outbox.due import SUPERSEDED
from kiosk.store.envelope import Sealing
from kiosk.store.files import name_once
from kiosk.store.link import Reader, Row
from kiosk.store.peek import schema
from kiosk.store.sealing import opened
from kiosk.store.vault import UNREADABLE, Place

_UNSENT = f"""SELECT * FROM dossier WHERE EXISTS (
  SELECT 1 FROM outbox WHERE dossier_id = dossier.id AND outbox.state <> 'acknowledged'
  AND NOT {SUPERSEDED.format(row="outbox")}) ORDER BY received_at, code"""  # noqa: S608
_GONE = frozenset({"ATTACHMENT_LOST", "ATTACHMENT_DAMAGED"})


def export(
    reader: Reader,
    attachments: Attachments,
    target: Path,
    made_at: str,
    recipient: X25519PublicKey,
    check: Callable[[], None] = lambda: None,
) -> Summary:
    """Writes every dossier with an unsent message; the file is there whole or not at all, mode 0600.

    Only the private half of ``recipient`` opens it. ``check`` is called between dossiers and may raise to
    end it. Changes nothing in the store. Raises `Fault` DISK_FULL, or SYSTEM_REFUSED when ``target`` exists.
    """
    part = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                hashed = _Hashed(stream)
                sealing = Sealing(cast("BinaryIO", hashed), recipient)
                target_of = cast("BinaryIO", sealing)  # a raw stream is all that ZipFile needs
                with zipfile.ZipFile(target_of, "w", zipfile.ZIP_DEFLATED) as archive:
                    summary = _write(reader, attachments, archive, made_at, check)
                sealing.finish()
                stream.flush()
                os.fsync(stream.fileno())
            name_once(part, target)  # never over another bundle
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise Fault("SYSTEM_REFUSED", "the bundle exists already") from error
    except OSError as error:
        raise Fault("DISK_FULL", f"bundle: {error.strerror}") from error
    return replace(summary, sha256=hashed.hash.hexdigest())


class _Hashed:
    """Hashes what goes into a file."""

    def __init__(self, target: BinaryIO) -> None:
        self.hash = hashlib.sha256()
        self._target = target

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        return self._target.write(data)


def _write(
    reader: Reader,
    attachments: Attachments,
    archive: zipfile.ZipFile,
    made_at: str,
    check: Callable[[], None],
) -> Summary:
    dossiers, messages, lost = [], 0, _not_entered(reader)
    written: set[str] = set()
    for row in reader.rows(_UNSENT):
        check()
        try:
            entry, bodies = _entry(reader, row)
        except Fault as fault:
            if fault.code not in UNREADABLE:
                raise
            lost.append(row["code"])
            continue
        dossiers.append(entry)
        messages += len(entry["messages"])
        for sha256, body in bodies.items():
            if sha256 not in written:
                written.add(sha256)
                archive.writestr(f"bodies/{sha256}", body)
        for sha256 in {one["sha256"] for one in entry["components"] if one["sha256"]}:
            if f"f{sha256}" in written:
                continue
            try:
                archive.writestr(f"files/{sha256}", attachments.read(sha256))
            except Fault as fault:
                if fault.code not in _GONE:  # no key, no disk: nothing is said about the scan
                    raise
                lost.append(row["code"])
                continue
            written.add(f"f{sha256}")
    index = {"format": FORMAT, "made_at": made_at, "dossiers": dossiers}
    archive.writestr("bundle.json", json.dumps(index, ensure_ascii=False))
    files = sum(one.startswith("f") and len(one) > 64 for one in written)
    return Summary(len(dossiers), messages, files, tuple(dict.fromkeys(lost)))


def _not_entered(reader: Reader) -> list[str]:
    """What was received and has no messages yet: it can't be carried, and that is said."""
    return [] if schema(reader) < intake.SINCE else intake.codes(reader)


def _entry(reader: Reader, row: Row) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What the index says of a dossier, and the bodies of its messages by their hash.

    Raises `Fault` as `Vault.open` does.
    """
    ticket = reader.row("SELECT * FROM ticket WHERE id = ?", (row["ticket"],))
    components = reader.rows(
        "SELECT * FROM component WHERE dossier_id = ? ORDER BY position", (row["id"],)
    )
    messages, bodies = [], {}
    for one in reader.rows("SELECT * FROM outbox WHERE dossier_id = ? ORDER BY seq", (row["id"],)):
        body, receipt = _opened(reader, one, "body"), _opened(reader, one, "receipt")
        sha256 = hashlib.sha256(body).hexdigest()
        bodies[sha256] = body
        said = {"sha256": sha256, "receipt": b64encode(receipt).decode() if receipt else None}
        messages.append(_picked(one, (*OUTBOX, MADE_BY)) | said)
    entry = {
        "dossier": _picked(row, DOSSIER) | _personal(reader, row),
        "ticket": _picked(ticket, TICKET) if ticket else None,
        "components": [_picked(one, COMPONENT) for one in components],
        "messages": messages,
    } | bundle_rows.carried(reader, row["id"], schema(reader))
    return entry, bodies


def _opened(reader: Reader, row: Row, column: str) -> bytes:
    """A body or receipt, in the clear."""
    value = row[column]
    return opened(reader, value, Place("outbox", row["key"], column)) if value else b""


def _personal(reader: Reader, row: Row) -> dict[str, str]:
    """What the dossier says about people, as the index has it: JSON texts of ``person`` and ``answers``."""
    if "personal" not in row.keys():  # noqa: SIM118  a row of SQLite looks among its values
        return {name: row[name] for name in PERSONAL}
    said = dossier_rows.personal(reader.vault, row["id"], row["personal"])
    return {
        "person": json.dumps(said["person"], ensure_ascii=False),
        "answers": json.dumps(said["answers"], ensure_ascii=False),
        "summary": said["summary"],
    }


def _picked(row: Row, names: Iterable[str]) -> dict[str, Any]:
    there = set(row.keys())  # an older store lacks the younger columns
    return {name: row[name] if name in there else None for name in names}
