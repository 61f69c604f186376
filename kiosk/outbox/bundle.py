"""Unsent dossiers in one file, to be carried to another store when this one is lost or must be replaced.

A bundle is a ZIP: ``bundle.json`` (rows, with what is sealed in the store in the clear), ``bodies/<sha256>``
(the frozen bytes of each message) and ``files/<sha256>`` (scans). It holds personal data, so it is written
for one office only (`kiosk.store.envelope`); nothing of it lies anywhere in the clear.

Taking one in adds what the store lacks and never takes anything back, so that bundles may come in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = 1
LARGEST_INDEX = 256 * 1024 * 1024
LARGEST_BODY = 16 * 1024 * 1024
LARGEST_FILE = 256 * 1024 * 1024
LARGEST_WHOLE = 64 * 1024 * 1024 * 1024
MOST_ENTRIES = 1_000_000
TICKET = ("office", "day", "series", "number", "class", "arrived_at", "vt", "state", "printed")
DOSSIER = (
    "id", "code", "key", "agency", "station", "procedure", "version", "procedure_name", "sector",
    "sector_name", "fee", "state", "received_at", "due_at", "term", "shown_at",
)  # fmt: skip
PERSONAL = ("person", "answers", "summary")
COMPONENT = (
    "position", "code", "name", "originals", "certified", "photocopies", "pages", "copies", "sha256",
)  # fmt: skip
OUTBOX = (
    "key", "station", "rev", "dest", "kind", "state", "attempts", "created_wall", "created_mono",
    "boot_id", "clock_offset_ms", "last_status", "last_error",
)  # fmt: skip
MADE_BY = "made_by"  # not in bundles of before accounts were kept
SUBMIT = "submit"
"""The kind of message that says what the citizen handed in; its revisions change it."""


@dataclass(frozen=True)
class Summary:
    """How much a bundle holds, or how much of it was taken."""

    dossiers: int
    messages: int
    files: int
    lost: tuple[str, ...] = ()
    """Codes of dossiers with a scan that is gone or damaged (their messages are there), and of those whose
    own values are damaged: they can't be carried."""
    known: int = 0
    """Dossiers that the store had already; what they lacked was taken."""
    refused: tuple[str, ...] = ()
    """Codes of dossiers that were left out: their code, serial or a number of theirs is another's here."""
    marked: tuple[str, ...] = ()
    """Codes of dossiers whose queue number this store had given, too; theirs is marked (``A*001``)."""
    sha256: str = ""
    """Of the whole file, as it was written."""
