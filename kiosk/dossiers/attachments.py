"""Files of dossiers, sealed, named by the SHA-256 of their plain content: ``ab/cd/abcd….bin``.

Content is sealed before anything of it is written, temporary files included. Files of before there was a
vault (``….pdf``) are readable and are sealed at the next start.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.dossiers.dossier import Attachment
from kiosk.faults import Fault
from kiosk.store.vault import UNREADABLE, Place, Vault

PDF = "application/pdf"
_SEALED, _OF_BEFORE = ".bin", ".pdf"
_log = logging.getLogger(__name__)
_HASH = re.compile(r"[0-9a-f]{64}")


class Attachments:
    """A folder of files. A file is there whole or not at all, and is never changed."""

    def __init__(
        self,
        folder: Path,
        vault: Vault | None,
        need_room: Callable[[int], None] | None = None,
    ) -> None:
        """``vault``: without it only files of before there was one can be read, and none written.

        ``need_room`` raises `Fault` when a file of that size would take the last room.
        """
        self.folder = folder
        self._vault = vault
        self._need_room = need_room
        self._anchored: set[Path] = set()  # folders whose names inside are all on the disk

    def put(self, data: bytes, *, pending: bool = False) -> Attachment:
        """Keeps a PDF durably; content that is there already is kept once.

        ``pending``: new content is noted as nobody's until `settle`, so that `sweep` can tell it from content
        that only this store doesn't know. The note needn't survive a power cut: then the content stays.
        Raises `Fault` DISK_FULL, and then leaves nothing behind.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        file = self.path_of(sha256)
        try:
            if not self._holds(file, sha256):
                self._anchored -= {part.parent for part in self._way_to(file) if not part.exists()}
                if self._need_room is not None:
                    self._need_room(len(data))
                if pending:
                    self._note(sha256)
                _write(file, self._sealed(data, sha256))
            self._anchor(file)  # also what a run that was cut off has written
        except OSError as error:
            raise Fault("DISK_FULL", f"attachment: {error.strerror}") from error
        return Attachment(sha256, len(data), PDF)

    def read(self, sha256: str) -> bytes:
        """The content, checked.

        Raises `Fault` ATTACHMENT_LOST or ATTACHMENT_DAMAGED, VAULT_KEY_MISSING where there is no vault.
        """
        file = self.path_of(sha256)
        try:
            data = self._opened(file.read_bytes(), sha256)
        except FileNotFoundError:
            data = _plain(file, sha256)
        except OSError as error:
            raise Fault("ATTACHMENT_LOST", f"{sha256[:12]}: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Fault("ATTACHMENT_DAMAGED", sha256[:12])
        return data

    def need(self, sha256: str) -> None:
        """Raises `Fault` ATTACHMENT_LOST when the file isn't there."""
        if not self.path_of(sha256).is_file():
            raise Fault("ATTACHMENT_LOST", sha256[:12])

    def path_of(self, sha256: str) -> Path:
        """Where the content lies. Raises `ValueError` for anything but a hash."""
        if _HASH.fullmatch(sha256) is None:
            raise ValueError("not a SHA-256 in lower-case hex")
        return self.folder / sha256[:2] / sha256[2:4] / f"{sha256}{_SEALED}"

    def hashes(self) -> Iterator[str]:
        """The hash of every file that is there, by its name."""
        for file in self.folder.glob("??/??/*"):
            if file.suffix in (_SEALED, _OF_BEFORE) and _HASH.fullmatch(file.stem):
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
        file = self.path_of(sha256)
        for one in (file, file.with_suffix(_OF_BEFORE)):
            one.unlink(missing_ok=True)

    def settle(self, sha256: str) -> None:
        """Content that was pending belongs to somebody now, or was removed."""
        with suppress(OSError):  # a note that stays is looked at again by the sweep
            self._pending(sha256).unlink(missing_ok=True)

    def pending(self) -> list[str]:
        """Hashes of what was put as pending and not settled."""
        return [note.name for note in self._pending("").glob("*") if _HASH.fullmatch(note.name)]

    def is_pending(self, sha256: str) -> bool:
        """Whether it was put as pending and not settled."""
        return self._pending(sha256).exists()

    def sweep(self) -> int:
        """Removes what a write left that was cut off, and gives the number; for the start."""
        found = list(self.folder.glob("??/??/*.tmp"))
        for file in found:
            file.unlink(missing_ok=True)
        return len(found)

    def _note(self, sha256: str) -> None:
        note = self._pending(sha256)
        note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.touch(mode=0o600)

    def _pending(self, name: str) -> Path:
        return self.folder / "pending" / name

    def seal_plain(self) -> int:
        """Seals files of before there was a vault, and gives how many are left plain; for the start.

        A damaged one stays damaged, sealed. One that can't be read or written stays until the next start, and
        is logged; the others are sealed all the same.
        """
        left, why = 0, ""
        for plain in list(self.folder.glob(f"??/??/*{_OF_BEFORE}")):
            try:
                self._seal(plain)
            except OSError as error:
                left, why = left + 1, error.strerror or type(error).__name__
        if left:
            _log.warning("%d files stay plain: %s", left, why)
        return left

    def _seal(self, plain: Path) -> None:
        file = plain.with_suffix(_SEALED)
        if not self._holds(file, plain.stem):
            _write(file, self._sealed(plain.read_bytes(), plain.stem))
            _sync_folder(file.parent)
        plain.unlink(missing_ok=True)

    def _sealed(self, data: bytes, sha256: str) -> bytes:
        if self._vault is None:
            raise Fault("VAULT_KEY_MISSING", "attachments opened without a key")
        return self._vault.seal(data, _place(sha256))

    def _opened(self, sealed: bytes, sha256: str) -> bytes:
        if self._vault is None:
            raise Fault("VAULT_KEY_MISSING", "attachments opened without a key")
        try:
            return self._vault.open(sealed, _place(sha256))
        except Fault as fault:
            if fault.code not in UNREADABLE:
                raise
            raise Fault("ATTACHMENT_DAMAGED", sha256[:12]) from None

    def _holds(self, file: Path, sha256: str) -> bool:
        try:
            data = self._opened(file.read_bytes(), sha256)
        except (FileNotFoundError, Fault):
            return False
        return hashlib.sha256(data).hexdigest() == sha256


def _place(sha256: str) -> Place:
    return Place("file", sha256, "content")


def _plain(file: Path, sha256: str) -> bytes:
    try:
        return file.with_suffix(_OF_BEFORE).read_bytes()
    except OSError as error:
        raise Fault("ATTACHMENT_LOST", f"{sha256[:12]}: {error.strerror}") from error


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
