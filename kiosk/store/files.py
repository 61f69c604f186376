"""What a file needs to be there for good."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Makes new names in a folder durable; systems that can't open a folder do that by themselves.

    Raises `OSError`.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def name_once(part: Path, target: Path) -> None:
    """Gives a finished file its name, never another file's. Raises `FileExistsError`, `OSError`."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError as error:  # FAT and exFAT, as sticks have them, know no second name of a file
        if target.exists():
            raise FileExistsError(target) from error
        part.rename(target)
    sync_folder(target.parent)
