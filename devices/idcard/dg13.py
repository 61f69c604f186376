"""DG13: the citizen's data on Vietnamese cards.

No official description is public; several independent readers agree on this form:
``6D { SEQUENCE { version, OID, SET { SEQUENCE { INTEGER field, value } … } } }``. The key is the
field number, never the position, and whatever isn't understood is kept raw.
"""

from __future__ import annotations

import re

from devices.fault import Fault
from devices.idcard import dates, tlv
from devices.idcard.api import Citizen

DEPTH = 6
MAX_FIELDS = 64
SEQUENCE, SET, INTEGER, OID, UTF8, PRINTABLE = 0x30, 0x31, 0x02, 0x06, 0x0C, 0x13
VERSION_AND_OID = bytes.fromhex("020101060628D316010008")
TAG = 0x6D

PLAIN = {
    1: "personal_number",
    2: "full_name",
    3: "birth",
    4: "sex",
    5: "nationality",
    6: "ethnicity",
    7: "religion",
    8: "origin",
    9: "residence",
    10: "features",
    11: "issued",
    12: "expires",
}
DATES = ("birth", "issued", "expires")
PARENTS, SPOUSE, OLD_NUMBER, OPAQUE = 13, 14, 15, 16
_OLD_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")


def parse(data: bytes) -> Citizen:
    """The citizen's fields; the first of two that contradict each other counts, the other stays raw.

    Raises `Fault` ``TLV_BROKEN`` when no field can be found.
    """
    texts: dict[str, str] = {}
    unknown: dict[int, bytes] = {}
    for number, rest in _fields(data):
        found = _read(number, rest)
        if found is None or any(texts.get(name, text) != text for name, text in found.items()):
            unknown[number] = b"".join(tlv.build(node.tag, node.value) for node in rest)
        else:
            texts.update(found)
    if not texts:
        raise Fault("TLV_BROKEN", "DG13 without any known field")
    return Citizen(**texts, unknown=unknown)


def build(fields: dict[int, bytes], oid: bool = True) -> bytes:
    """DG13 from encoded values by field number; an empty value makes a field of the number alone."""
    rows = (
        tlv.build(SEQUENCE, tlv.build(INTEGER, bytes([number])), value)
        for number, value in fields.items()
    )
    head = VERSION_AND_OID if oid else b""
    return tlv.build(TAG, tlv.build(SEQUENCE, head, tlv.build(SET, *rows)))


def text_value(text: str) -> bytes:
    return tlv.build(UTF8, text.encode("utf-8"))


def name_list(*names: str) -> bytes:
    return tlv.build(SEQUENCE, *(text_value(name) for name in names))


def _fields(data: bytes) -> list[tuple[int, list[tlv.Node]]]:
    rows = _rows(tlv.parse(data, TAG, DEPTH)).children()
    if len(rows) > MAX_FIELDS:
        raise Fault("TLV_BROKEN", f"DG13 has {len(rows)} fields")
    fields = []
    for row in rows:
        parts = row.children() if row.tag == SEQUENCE else []
        if parts and parts[0].tag == INTEGER and 0 < len(parts[0].value) <= 2:
            fields.append((int.from_bytes(parts[0].value, "big"), parts[1:]))
    return fields


def _rows(outer: tlv.Node) -> tlv.Node:
    """The first SET, at most two levels down: version and OID before it may be missing."""
    for node in outer.children():
        if node.tag == SET:
            return node
        if node.tag == SEQUENCE:
            found = node.find(SET)
            if found is not None:
                return found
    raise Fault("TLV_BROKEN", "DG13 without a SET")


def _read(number: int, parts: list[tlv.Node]) -> dict[str, str] | None:
    """The texts of one field by attribute name, without the empty ones; ``None`` keeps it raw."""
    texts = _texts(parts)
    if texts is None:
        return None
    first, second = (*texts, "", "")[:2]
    found: dict[str, str] | None = None
    if number in PLAIN:
        found = {PLAIN[number]: _date(first) if PLAIN[number] in DATES else first}
    elif number == PARENTS:
        found = {"father": first, "mother": second}
    elif number == SPOUSE:
        found = {"spouse": first}
    # Sources differ on whether 15 or 16 holds the old number: its form decides.
    elif number in (OLD_NUMBER, OPAQUE) and (not first or _OLD_NUMBER.fullmatch(first)):
        found = {"old_number": first}
    return found and {name: text for name, text in found.items() if text}


def _texts(parts: list[tlv.Node]) -> list[str] | None:
    """The strings of a field, one level of SEQUENCE taken apart; None when there is anything else."""
    texts: list[str] = []
    for part in parts:
        for node in part.children() if part.tag == SEQUENCE else [part]:
            text = tlv.text(node.value) if node.tag in (UTF8, PRINTABLE) else None
            if text is None:
                return None
            texts.append(text)
    return texts


def _date(text: str) -> str:
    """``dd/MM/yyyy`` also for ``ddMMyyyy``; a year alone or words ("Không thời hạn") as they are."""
    found = dates.parse(text)
    return text if found is None else f"{found.day:02}/{found.month:02}/{found.year:04}"
