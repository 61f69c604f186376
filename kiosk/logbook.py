"""The technical log: JSON lines, rotated, without personal data."""

from __future__ import annotations

import json
import logging
import logging.handlers
import traceback
from pathlib import Path

from devices.fault import Fault

_MEGABYTE = 1 << 20


def open_log(folder: Path) -> None:
    """Writes log records to ``folder/station.log``: 5 files of 1 MiB at most. Raises `Fault` ``DISK_FULL``."""
    logging.raiseExceptions = False  # a full disk must not print log records to people
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "station.log", maxBytes=_MEGABYTE, backupCount=4, encoding="utf-8"
        )
    except OSError as error:
        raise Fault("DISK_FULL", f"log folder: {error.strerror}") from error
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h.formatter, JsonLines)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def tell_bug(bug: BaseException) -> None:
    """Logs a bug: its type and place. Its text may hold personal data and is left out."""
    place = "".join(traceback.format_tb(bug.__traceback__))
    logging.getLogger(__name__).error("bug: %s\n%s", type(bug).__name__, place)


class JsonLines(logging.Formatter):
    """One JSON object a line. Of an exception it keeps type and place, never its text: that may hold personal data."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["place"] = traceback.format_tb(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)
