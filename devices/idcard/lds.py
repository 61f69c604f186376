"""The files of the chip (ICAO 9303-10): where they lie, how large they may be, and the two small ones."""

from __future__ import annotations

from dataclasses import dataclass

from devices.idcard import mrz, tlv
from devices.idcard.api import Mrz

APPLICATION = bytes.fromhex("A0000002471001")
"""Identifier of the eMRTD application."""


@dataclass(frozen=True)
class File:
    """One elementary file. ``group`` is the data-group number, 0 for the files beside the groups.

    ``limit`` is the largest whole size in bytes that is read; more is refused unread.
    """

    name: str
    fid: int
    sfi: int
    tag: int
    limit: int
    group: int = 0


CARD_ACCESS = File("EF.CardAccess", 0x011C, 0x1C, 0x31, 1_024)
"""Beside the application and free for everybody: how the chip may be opened."""
COM = File("EF.COM", 0x011E, 0x1E, 0x60, 256)
SOD = File("EF.SOD", 0x011D, 0x1D, 0x77, 16_384)
DG1 = File("DG1", 0x0101, 0x01, 0x61, 256, 1)
DG2 = File("DG2", 0x0102, 0x02, 0x75, 32_767, 2)
DG3 = File("DG3", 0x0103, 0x03, 0x63, 32_767, 3)
"""Fingerprints: guarded by terminal authentication, never asked for."""
DG11 = File("DG11", 0x010B, 0x0B, 0x6B, 8_192, 11)
DG12 = File("DG12", 0x010C, 0x0C, 0x6C, 8_192, 12)
DG13 = File("DG13", 0x010D, 0x0D, 0x6D, 8_192, 13)
DG14 = File("DG14", 0x010E, 0x0E, 0x6E, 4_096, 14)
DG15 = File("DG15", 0x010F, 0x0F, 0x6F, 4_096, 15)

GROUP_TAGS = {0x61: 1, 0x75: 2, 0x63: 3, 0x6B: 11, 0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15}
"""Data-group numbers by tag, as far as this product knows them."""


def parse_com(data: bytes) -> tuple[int, ...]:
    """The data-group numbers EF.COM lists; unknown tags are left out. The file is unsigned.

    Raises `Fault` ``TLV_BROKEN``.
    """
    tags = tlv.parse(data, COM.tag).child(0x5C).value
    return tuple(GROUP_TAGS[tag] for tag in tags if tag in GROUP_TAGS)


def build_com(groups: tuple[int, ...]) -> bytes:
    by_number = {number: tag for tag, number in GROUP_TAGS.items()}
    return tlv.build(
        COM.tag,
        tlv.build(0x5F01, b"0107"),
        tlv.build(0x5F36, b"040000"),
        tlv.build(0x5C, bytes(by_number[group] for group in groups)),
    )


def parse_dg1(data: bytes) -> Mrz:
    """The machine-readable zone. Raises `Fault` ``TLV_BROKEN``."""
    text = tlv.parse(data, DG1.tag).child(0x5F1F).value
    # Bytes outside ASCII become a sign that no zone allows: an exception would hold the text.
    return mrz.parse(text.decode("ascii", "replace"))


def build_dg1(lines: tuple[str, ...]) -> bytes:
    return tlv.build(DG1.tag, tlv.build(0x5F1F, "".join(lines).encode("ascii")))
