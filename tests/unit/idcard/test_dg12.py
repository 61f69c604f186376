"""DG12: every field there and back."""

from __future__ import annotations

import pytest

from devices.fault import Fault
from devices.idcard import dg12, tlv
from devices.idcard.dg12 import DocumentDetails

DOCUMENT = DocumentDetails(
    authority="Cơ quan Thử, Hà Nội",
    issued="20210510",
    other_people=("Trần Thị Mẹ",),
    observations="Mẫu",
    tax_exit="Không",
    personalized="20210510093000",
    system="TEST-01",
)


def test_what_is_built_is_read():
    assert dg12.parse(dg12.build(DOCUMENT)) == DOCUMENT


def test_packed_dates():
    data = tlv.build(
        dg12.TAG,
        tlv.build(0x5F26, bytes.fromhex("20210510")),
        tlv.build(0x5F55, bytes.fromhex("20210510093000")),
    )
    document = dg12.parse(data)
    assert (document.issued, document.personalized) == ("20210510", "20210510093000")


def test_images_stay_raw():
    front = b"\xff\xd8\xff" + bytes(1000)
    assert dg12.parse(tlv.build(dg12.TAG, tlv.build(0x5F1D, front))).unknown == {0x5F1D: front}


@pytest.mark.parametrize("data", [b"", tlv.build(0x6B), dg12.build(DOCUMENT) + b"\0"])
def test_broken_groups(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg12.parse(data)


def test_repr_holds_no_value():
    assert repr(DOCUMENT) == "DocumentDetails(•••)"
