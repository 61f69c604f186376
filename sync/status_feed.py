"""States of dossiers, as the portal has them: the feed that brings back what became of what was handed in.

A row is ``{"seq": 7, "MaHoSo": "…", "TrangThaiHoSo": "4", "ThoiDiem": "20261124083000", "MaTTHC": "…", "KHOA": "…"}``:
codes and times only, nobody's name. ``MaTTHC``, and the key under which the dossier came, may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kiosk.dossiers.code import is_code
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import History
from kiosk.dossiers.states import StateEvent
from kiosk.store.database import Database
from sync.cursor_feed import Asks, CursorFeed, Unfit, moment

SOURCE = "states"

_STATE = re.compile(r"[1-9]|10")
_PROCEDURE = re.compile(r"[A-Za-z0-9.]{0,50}")
_KEY = re.compile(r"[A-Za-z0-9_.:-]{0,100}")
_LONGEST_CODE = 50


def status_feed(
    path: str, agency: str, portal: Asks, database: Database, station: str
) -> CursorFeed:
    """The feed of the states of one agency's dossiers, kept in the station's history."""
    keep = History(database, station).take
    return CursorFeed(SOURCE, path, agency, portal, database, read=state_event, keep=keep)


def state_event(origin: str, row: Mapping[str, Any]) -> StateEvent:
    """A row as an event. Raises `Unfit`."""
    code, state = row.get("MaHoSo"), row.get("TrangThaiHoSo")
    if not isinstance(code, str) or len(code) > _LONGEST_CODE or not is_code(code):
        raise Unfit("MaHoSo")
    if type(state) is int:  # as `error_code`, portals write it either way
        state = str(state)
    if not isinstance(state, str) or not _STATE.fullmatch(state):
        raise Unfit("TrangThaiHoSo")
    procedure = row.get("MaTTHC", "")
    if not isinstance(procedure, str) or not _PROCEDURE.fullmatch(procedure):
        raise Unfit("MaTTHC")
    key = row.get("KHOA", "")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Unfit("KHOA")
    at = moment(row, "ThoiDiem")
    return StateEvent(at, int(row["seq"]), origin, code, DossierState(int(state)), procedure, key)
