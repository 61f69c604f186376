"""One running program per state folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.faults import Fault

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def make_folder(folder: Path) -> None:
    """Makes the state folder for this user alone (0700). Raises `Fault` DISK_FULL if it can't.

    A folder that holds something keeps its mode: it is ours already, or anybody's.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            folder.chmod(0o700)
    except OSError as error:
        raise Fault("DISK_FULL", f"state folder: {error.strerror}") from error


@contextmanager
def state_lock(folder: Path) -> Iterator[None]:
    """Holds the folder's lock for the block; the system frees it when the process dies in any way.

    Raises `Fault`: STATE_IN_USE while another process holds it, DISK_FULL if the folder or the lock
    file can't be made.
    """
    make_folder(folder)
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Fault("DISK_FULL", f"lock file: {error.strerror}") from error
    try:
        _take(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_held(folder: Path) -> bool | None:
    """Whether some program runs on the folder; None where the system doesn't tell.

    Looks without touching the lock: a station that starts in this moment must not be turned away.
    """
    try:
        found = (folder / "lock").stat()
        table = Path("/proc/locks").read_text("ascii")
    except FileNotFoundError:
        return False if sys.platform == "linux" else None
    except (OSError, UnicodeDecodeError):
        return None
    # Some file systems give another device number here than there; the inode is enough.
    inode = f":{found.st_ino}"
    rows = (row.split() for row in table.splitlines())
    return any(
        len(row) > _PLACE and row[1] == "FLOCK" and row[_PLACE].endswith(inode) for row in rows
    )


_PLACE = 5  # of device and inode in a row of /proc/locks


def _take(descriptor: int) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Fault("STATE_IN_USE") from error
