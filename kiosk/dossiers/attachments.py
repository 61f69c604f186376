"""Files of dossiers, named by the SHA-256 of their content: ``ab/cd/abcd….pdf``."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.dossiers.dossier import Attachment
from kiosk.faults import Fault

PDF = "application/pdf"
_HASH = re.compile(r"[0-9a-f]{64}")


class Attachments:
    """A folder of files. A file is there whole or not at all, and is never changed."""

    def __init__(self, folder: Path, need_room: Callable[[int], None] | None = None) -> None:
        """``need_room`` raises `Fault` when a file of that size would take the last room."""
        self.folder = folder
        self._need_room = need_room
        self._anchored: set[Path] = set()  # folders whose names inside are all on the disk

    def put(self, data: bytes) -> Attachment:
        """Keeps a PDF durably; content that is there already is kept once.

        Raises `Fault` DISK_FULL, and then leaves nothing behind.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        file = self.path_of(sha256)
        try:
            if not _holds(file, sha256):
                self._anchored -= {part.parent for part in self._way_to(file) if not part.exists()}
                if self._need_room is not None:
                    self._need_room(len(data))
                _write(file, data)
            self._anchor(file)  # also what a run that was cut off has written
        except OSError as error:
            raise Fault("DISK_FULL", f"attachment: {error.strerror}") from error
        return Attachment(sha256, len(data), PDF)

    def read(self, sha256: str) -> bytes:
        """The content, checked. Raises `Fault` ATTACHMENT_LOST or ATTACHMENT_DAMAGED."""
        try:
            data = self.path_of(sha256).read_bytes()
        except OSError as error:
            raise Fault("ATTACHMENT_LOST", f"{sha256[:12]}: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Fault("ATTACHMENT_DAMAGED", sha256[:12])
        return data

    def path_of(self, sha256: str) -> Path:
        """Where the content lies. Raises `ValueError` for anything but a hash."""
        if _HASH.fullmatch(sha256) is None:
            raise ValueError("not a SHA-256 in lower-case hex")
        return self.folder / sha256[:2] / sha256[2:4] / f"{sha256}.pdf"

    def hashes(self) -> Iterator[str]:
        """The hash of every file that is there, by its name."""
        for file in self.folder.glob("??/??/*.pdf"):
            if _HASH.fullmatch(file.stem):
                yield file.stem

    def _way_to(self, file: Path) -> tuple[Path, ...]:
        return (self.folder, file.parent.parent, file.parent, file)

    def _anchor(self, file: Path) -> None:
        """Makes the names on the way to a file durable; a folder without new names is left out."""
        for part in self._way_to(file):
            if part.parent not in self._anchored:
                _sync_folder(part.parent)
                self._anchored.add(part.parent)

    def remove(self, sha256: str) -> None:
        """Removes content that belongs to no dossier."""
        self.path_of(sha256).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Removes what a write left that was cut off, and gives the number; for the start."""
        found = list(self.folder.glob("??/??/*.tmp"))
        for file in found:
            file.unlink(missing_ok=True)
        return len(found)


def _holds(file: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f"{secrets.token_hex(8)}.tmp")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Makes a rename durable; systems that can't open a folder do that by themselves."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
