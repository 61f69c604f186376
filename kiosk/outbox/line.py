"""How the line to a destination stands, by what is in the store: for programs that don't send themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.clock import from_ms
from kiosk.store.link import Reader

_LOOK_BACK = 20_000
"""Changes of rows that are searched at most: a week without a line must not make a page slow."""
_NOT_ANSWERED = "PORTAL_NOT_THE_PORTAL"  # a network's login page has a status, too


@dataclass(frozen=True)
class Line:
    """``online``: whether the last try was answered, None where none is known. ``last_contact``: the last answer."""

    online: bool | None = None
    last_contact: datetime | None = None


def line(reader: Reader) -> Line:
    """By the attempt log alone: real requests, nothing else."""
    since = reader.number("SELECT max(id) FROM attempt_log") - _LOOK_BACK
    tried = reader.row(
        f"""SELECT {_ANSWERED} AS answered FROM attempt_log
            WHERE id > :since AND state <> 'sending'
              AND (http_status IS NOT NULL OR error_class LIKE 'PORTAL\\_%' ESCAPE '\\')
            ORDER BY id DESC LIMIT 1""",  # noqa: S608 - words of this file
        {"since": since, "other": _NOT_ANSWERED},
    )
    contact = reader.number(
        f"""SELECT at_wall FROM attempt_log WHERE id > :since AND {_ANSWERED}
            ORDER BY id DESC LIMIT 1""",  # noqa: S608
        {"since": since, "other": _NOT_ANSWERED},
    )
    online = None if tried is None else bool(tried["answered"])
    return Line(online, from_ms(contact) if contact else None)


_ANSWERED = "(http_status IS NOT NULL AND error_class IS NOT :other)"
