"""Reads the portal's envelope, tolerant of its known shapes and of nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class NotAnAnswer(ValueError):
    """The bytes are no whole JSON text: cut short or damaged."""


@dataclass(frozen=True, repr=False)
class Answer:
    """``error_code`` as a number (0 is success), the portal's words, its result rows, the session if any."""

    code: int
    message: str
    rows: tuple[dict[str, Any], ...]
    session: str
    raw: bytes

    def __repr__(self) -> str:
        return f"Answer({self.code}, {len(self.rows)} rows)"

    def names(self, dossier_code: str) -> bool:
        """Whether a result row carries this dossier code as one of its values."""
        return any(dossier_code in row.values() for row in self.rows)

    def holder(self, dossier_code: str) -> str:
        """The key that the portal says it holds this dossier under; empty when it doesn't say."""
        keys = (row.get("KHOA") for row in self.rows if dossier_code in row.values())
        return next((key for key in keys if isinstance(key, str) and key), "")

    def echoes(self, key: str, sha256: str, dossier_code: str) -> bool:
        """Whether a result row repeats our key, the hash of our bytes and the dossier code."""
        return any(_echoes(row, key, sha256, dossier_code) for row in self.rows)

    def part(self, key: str, sha256: str, dossier_code: str) -> Answer | None:
        """The answer to one item of a batch, as if it had been alone: where its one row echoes it and is a success."""
        rows = [row for row in self.rows if row.get("idempotency_key") == key]
        if len(rows) != 1 or not _echoes(rows[0], key, sha256, dossier_code):
            return None
        if _number(rows[0].get("error_code", rows[0].get("errorCode"))) != 0:
            return None
        told = {"error_code": 0, "message": self.message, "result": rows}
        raw = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        return Answer(0, self.message, tuple(rows), "", raw)


def _echoes(row: dict[str, Any], key: str, sha256: str, dossier_code: str) -> bool:
    return (
        row.get("idempotency_key") == key
        and row.get("sha256") == sha256
        and row.get("MaHoSo") == dossier_code
    )


def parse(body: bytes) -> Answer | None:
    """The envelope in ``body``; None when it is JSON of another shape.

    ``error_code`` may be an int or a string, may be written ``errorCode``, and ``result`` may be missing,
    null, one object or a list. Raises `NotAnAnswer` when it is not JSON.
    """
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotAnAnswer(type(error).__name__) from None
    if not isinstance(found, dict):
        return None
    code = _number(found.get("error_code", found.get("errorCode")))
    if code is None:
        return None
    return Answer(
        code=code,
        message=_text(found.get("message")),
        rows=_rows(found.get("result")),
        session=_text(found.get("session")),
        raw=body,
    )


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) <= 12:
        digits = value.strip()
        if digits.removeprefix("-").isascii() and digits.removeprefix("-").isdigit():
            return int(digits)
    return None


def _rows(value: object) -> tuple[dict[str, Any], ...]:
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list):
        return tuple(row for row in value if isinstance(row, dict))
    return ()


def _text(value: object) -> str:
    if isinstance(value, str):  # JSON may hold halves of surrogate pairs, which no store takes
        return value.encode("utf-8", "replace").decode("utf-8")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
