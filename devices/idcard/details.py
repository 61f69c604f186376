"""What DG11 and DG12 have in common: texts under tags of their own, some in a list (ICAO 9303-10 §4.7.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devices.fault import Fault
from devices.idcard import tlv

TAG_LIST, REPEATED, COUNT = 0x5C, 0xA0, 0x02
MAX_FIELDS = 64
"""Objects in a group, the repeated ones among them."""
DEPTH = 2
_BCD = {4: 8, 7: 14}
"""Older documents pack the digits of a date, or of date and time, two into a byte."""


@dataclass(frozen=True, repr=False)
class Fields:
    """``texts`` and ``lists`` by tag, NFC; ``unknown`` are the values of all other objects."""

    texts: dict[int, str] = field(default_factory=dict)
    lists: dict[int, tuple[str, ...]] = field(default_factory=dict)
    unknown: dict[int, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Fields({len(self.texts) + len(self.lists)} read, {len(self.unknown)} unknown)"


def read(
    data: bytes, tag: int, texts: Sequence[int], lists: Sequence[int], digits: Sequence[int]
) -> Fields:
    """The objects of the group ``tag``. ``lists`` may stand several times, in `REPEATED` or outside
    it; ``digits`` are dates. What isn't text within the limits goes to ``unknown``.

    Raises `Fault` ``TLV_BROKEN``.
    """
    found = Fields()
    for node in _objects(tlv.parse(data, tag, DEPTH)):
        text = _digits(node.value) if node.tag in digits else tlv.text(node.value)
        if text is None or node.tag not in {*texts, *lists, *digits}:
            found.unknown[node.tag] = node.value
        elif node.tag in lists:
            found.lists[node.tag] = (*found.lists.get(node.tag, ()), text)
        else:
            found.texts.setdefault(node.tag, text)
    return found


def build(
    tag: int, texts: Mapping[int, str], lists: Mapping[int, Sequence[str]], raw: Mapping[int, bytes]
) -> bytes:
    """The group from what isn't empty, with the list of its tags in front."""
    rows = {one: tlv.build(one, text.encode("utf-8")) for one, text in texts.items() if text}
    rows |= {one: _repeated(one, names) for one, names in lists.items() if names}
    rows |= {one: tlv.build(one, value) for one, value in raw.items()}
    size = {one: (one.bit_length() + 7) // 8 for one in rows}
    tags = b"".join(one.to_bytes(size[one], "big") for one in rows)
    return tlv.build(tag, tlv.build(TAG_LIST, tags), *rows.values())


def names(text: str) -> str:
    """A name as people write it, from ``SURNAME<<GIVEN<NAMES``."""
    return " ".join(text.replace("<", " ").split())


def parts(text: str) -> str:
    """A place or an address, whose parts are separated by ``<``, with commas."""
    return ", ".join(part.strip() for part in text.split("<") if part.strip())


def _objects(group: tlv.Node) -> list[tlv.Node]:
    """All objects but tag lists and counts, the repeated ones taken out of their template."""
    found: list[tlv.Node] = []
    for node in group.children():
        found += node.children() if node.tag == REPEATED else [node]
        if len(found) > MAX_FIELDS:
            raise Fault("TLV_BROKEN", f"more than {MAX_FIELDS} objects in {group.tag:X}")
    return [node for node in found if node.tag not in (TAG_LIST, COUNT)]


def _repeated(tag: int, values: Sequence[str]) -> bytes:
    rows = (tlv.build(tag, value.encode("utf-8")) for value in values)
    return tlv.build(REPEATED, tlv.build(COUNT, bytes([len(values)])), *rows)


def _digits(value: bytes) -> str | None:
    packed = len(value) in _BCD
    text = value.hex() if packed else value.decode("ascii", "replace")
    sound = text.isascii() and text.isdigit() and len(text) in _BCD.values()
    return text if sound and (not packed or text[:2] in ("19", "20")) else None
