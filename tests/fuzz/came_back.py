"""What comes back from the portal, as fuzzing reads it: pages of states and petitions, signed lists, files of procedures."""

from __future__ import annotations

import json
import logging
from contextlib import suppress

import resources
from kiosk.catalogue import release
from kiosk.catalogue.load import load_catalogue
from sync.catalogue_feed import read_manifest
from sync.cursor_feed import Unfit, read_page
from sync.petition_feed import told
from sync.portal.transport import Reply
from sync.status_feed import state_event

_ROW = {
    "seq": 7,
    "MaHoSo": "H29.18-261124-0001",
    "TrangThaiHoSo": "4",
    "ThoiDiem": "20261124083000",
    "MaTTHC": "2.000815",
    "KHOA": "0192-key",
}
_PETITION = {
    "seq": 9,
    "HOIDAPID": "HD-1",
    "NOIDUNG": "Mấy giờ mở cửa?",
    "NGAYGUI": "20261124083000",
    "HANTRALOI": "20261214170000",
    "MATTHCDP": "2.000815",
    "TRALOIID": "TL-1",
    "NOIDUNGTRALOI": "Bảy giờ.",
    "NGAYTRALOI": "20261125083000",
    "TRANGTHAI": "2",
}
PAGES = [
    json.dumps({"origin": "o-1", "last": 9, "next": 9, "rows": [_PETITION]}).encode(),
    json.dumps({"origin": "o-1", "last": 9, "next": 8, "rows": [_ROW, _ROW | {"seq": 8}]}).encode(),
    json.dumps({"origin": "o-1", "last": 0, "next": 0, "rows": []}).encode(),
]
_LISTED = {"name": "2.000815.toml", "sha256": "ab" * 32, "size": 4711}
LISTS = [
    json.dumps({"serial": 3, "made_at": "2026-11-24T01:00:00+00:00", "files": [_LISTED]}).encode()
]
PROCEDURES = [resources.path("procedures", "2.000815.toml").read_bytes()]
_CATALOGUE = load_catalogue()
logging.getLogger(release.__name__).addHandler(logging.NullHandler())  # thousands of mistakes


def page(data: bytes) -> None:
    """A row may be unfit; nothing else but a fault may come out."""
    for row in read_page(Reply(200, "application/json", data, None)).rows:
        with suppress(Unfit):
            state_event("o-1", row)
        with suppress(Unfit):
            told("o-1", row)


def manifest(data: bytes) -> None:
    """Its text comes out of JSON, which may hold halves of surrogate pairs."""
    read_manifest(data.decode("utf-8", "surrogateescape"), b"")


def procedure(data: bytes) -> None:
    """As the one file of a release."""
    release.check(_CATALOGUE, {"a.toml": data})
