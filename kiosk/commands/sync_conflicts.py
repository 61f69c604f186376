"""``kiosk sync conflicts``: where portal and station don't say the same, and who won."""

from __future__ import annotations

from datetime import datetime

from kiosk.clock import at_office
from kiosk.dossiers.history import Conflict, conflicts
from kiosk.settings import Settings
from kiosk.store.peek import peek, schema

_MOST = 500
_SINCE = 3  # schema
_KINDS = {
    "state": "trạng thái / state",
    "procedure": "thủ tục / procedure",
    "rewritten": "tin cũ bị đổi / told anew",
    "other": "hồ sơ khác trùng mã / another dossier",
}
_WINNERS = {"portal": "theo Cổng / portal wins", "station": "theo tại đây / station wins"}


def listed(settings: Settings, *, everything: bool) -> list[dict[str, object]]:
    """The newest 500 first; ``everything``: also those that a person has seen. Opens the store read-only.

    Raises what `peek` raises.
    """
    file = settings.folder / "station.db"
    if not file.exists():
        return []
    with peek(file) as reader:
        if schema(reader) < _SINCE:
            return []
        return [_row(one) for one in conflicts(reader, _MOST, unseen_only=not everything)]


def _row(one: Conflict) -> dict[str, object]:
    return {
        "number": one.id,
        "dossier": one.dossier_code,
        "kind": one.kind.value,
        "ours": one.ours,
        "theirs": one.theirs,
        "winner": one.winner,
        "since": one.noted_at.isoformat(),
        "seen_at": one.seen_at.isoformat() if one.seen_at else None,
        "seen_by": one.seen_by,
    }


def readable(rows: list[dict[str, object]]) -> str:
    """A line for each."""
    if not rows:
        return "Không có gì khác với Cổng. / Nothing differs from the portal."
    return "\n".join(_line(row) for row in rows)


def _line(row: dict[str, object]) -> str:
    at = at_office(datetime.fromisoformat(str(row["since"])))
    return (
        f"{row['number']:>5} {row['dossier']:26} {at:%H:%M %d/%m} {_KINDS[str(row['kind'])]}: "
        f"{row['ours']} → {row['theirs']}; {_WINNERS[str(row['winner'])]}"
    )
