"""Words that the tables of the ``sync`` commands share."""

from __future__ import annotations

_KINDS = {"submit": "hồ sơ / dossier", "progress": "tiến độ / progress"}


def kind_words(kind: str) -> str:
    """A kind of message, for people."""
    return _KINDS.get(kind, kind)
