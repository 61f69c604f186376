"""Petitions and their answers, as the portal has them: what people asked about this office, and what it said.

A row is the portal's question-and-answer row with its number and times: ``{"seq": 7, "HOIDAPID": "…",
"NOIDUNG": "…", "NGAYGUI": "20261124083000", "HANTRALOI": "", "MATTHCDP": "2.000815", "TRALOIID": "",
"NOIDUNGTRALOI": "", "NGUOITRALOI": "", "CHUCVUNGUOITRALOI": "", "NGAYTRALOI": "", "TRANGTHAI": "1"}``. An answer is
there when ``TRALOIID`` isn't empty. Who asked (``HOVATEN``, ``THUDIENTU``, ``SODIENTHOAI``) is passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from kiosk.petitions import box
from kiosk.petitions.petition import Answer, Told
from kiosk.store.database import Database
from sync.cursor_feed import Asks, CursorFeed, Unfit, moment

SOURCE = "petitions"

PAGE = 20
"""Rows asked for at once: with their words they must fit into an answer of 1 MiB."""

LONGEST_QUESTION, LONGEST_ANSWER = 4_000, 8_000
_LONGEST_NAME = 200
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_PROCEDURE = re.compile(r"[A-Za-z0-9.]{0,50}")
_LONGEST_STATE = 40


def petition_feed(path: str, agency: str, portal: Asks, database: Database) -> CursorFeed:
    """The feed of petitions to one agency, kept in the store."""
    return CursorFeed(SOURCE, path, agency, portal, database, read=told, keep=box.keep, limit=PAGE)


def told(origin: str, row: Mapping[str, Any]) -> Told:
    """A row as it is kept. Raises `Unfit`."""
    procedure = row.get("MATTHCDP", "")
    if not isinstance(procedure, str) or not _PROCEDURE.fullmatch(procedure):
        raise Unfit("MATTHCDP")
    state = row.get("TRANGTHAI", "")
    if type(state) is int:  # as `error_code`, portals write it either way
        state = str(state)[: _LONGEST_STATE + 1]
    return Told(
        origin,
        int(row["seq"]),
        _id(row, "HOIDAPID"),
        moment(row, "NGAYGUI"),
        _text(row, "NOIDUNG", LONGEST_QUESTION),
        procedure,
        _text({"TRANGTHAI": state}, "TRANGTHAI", _LONGEST_STATE),
        moment(row, "HANTRALOI") if row.get("HANTRALOI") else None,
        _answer(row),
    )


def _answer(row: Mapping[str, Any]) -> Answer | None:
    if not row.get("TRALOIID"):
        return None
    return Answer(
        _id(row, "TRALOIID"),
        moment(row, "NGAYTRALOI"),
        _text(row, "NOIDUNGTRALOI", LONGEST_ANSWER),
        _text(row, "NGUOITRALOI", _LONGEST_NAME),
        _text(row, "CHUCVUNGUOITRALOI", _LONGEST_NAME),
    )


def _id(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if type(value) is int and abs(value) < 2**63:
        value = str(value)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Unfit(name)
    return value


def _text(row: Mapping[str, Any], name: str, most: int) -> str:
    """What people wrote, without what isn't text: control characters and halves of surrogate pairs."""
    value = row.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most:
        raise Unfit(name)
    kept = "".join(c if c in "\n\t" or not _is_control(c) else " " for c in value)
    return unicodedata.normalize("NFC", kept)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
