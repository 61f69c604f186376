"""The portrait record: format by magic, size before decoding."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from devices.fault import Fault
from devices.idcard import dg2, tlv
from devices.idcard.api import Face
from devices.idcard.virtual import portrait


@pytest.mark.parametrize(("jpeg", "media_type"), [(True, "image/jpeg"), (False, "image/jp2")])
def test_portrait_is_found_and_decoded(jpeg, media_type):
    face = dg2.parse(portrait.group(jpeg))
    assert face == Face(media_type, portrait.picture(jpeg))
    picture = dg2.decode(face)
    assert (picture.size, picture.mode) == ((480, 640), "RGB")


def test_magic_counts_and_not_the_declared_type():
    group = dg2.build(portrait.picture(jpeg=True), 480, 640, jpeg2000=True)
    assert dg2.parse(group).media_type == "image/jpeg"
    codestream = dg2.CODESTREAM + bytes(20)
    assert dg2.parse(dg2.build(codestream, 1, 1, jpeg2000=True)).media_type == "image/jp2"


def test_feature_points_are_skipped():
    picture = dg2.JPEG + b"picture"
    record = bytearray(
        tlv.parse(dg2.build(picture, 1, 1, False)).child(0x7F61).child(0x7F60).child(0x5F2E).value
    )
    record[18:20] = b"\x00\x02"
    block = int.from_bytes(record[14:18], "big") + 16
    record[14:18] = block.to_bytes(4, "big")
    record[34:34] = bytes(16)
    assert dg2.parse(dg2.wrap(tlv.build(0x5F2E, bytes(record)))).data == picture


def test_size_is_looked_at_before_decoding():
    with pytest.raises(Fault, match="5000 × 5000"):
        dg2.decode(dg2.parse(portrait.huge_group()))


@pytest.mark.parametrize(
    "group",
    [
        tlv.build(0x75, tlv.build(0x7F61, b"\x02\x01\x00")),
        tlv.build(0x75, tlv.build(0x7F61, b"\x02\x01\x0a")),
        tlv.build(0x75, tlv.build(0x7F61, b"\x02\x01\x01")),
        dg2.wrap(b""),
        dg2.wrap(tlv.build(0x5F2E, bytes(50))),
        dg2.wrap(tlv.build(0x5F2E, b"FAC\0")),
        dg2.build(b"GIF89a", 1, 1, False),
        dg2.build(b"", 1, 1, False),
    ],
)
def test_no_portrait(group):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg2.parse(group)


def test_the_newer_format_has_a_code_of_its_own():
    with pytest.raises(Fault, match="PORTRAIT_UNSUPPORTED"):
        dg2.parse(dg2.wrap(tlv.build(0x7F2E, bytes(50))))


def test_a_picture_of_many_tiles_is_refused_before_it_is_unpacked():
    """Each tile costs the decoder memory, however few bytes the picture has."""
    out = BytesIO()
    Image.new("RGB", (512, 512), "red").save(out, "JPEG2000", tile_size=(8, 8))
    for look in (dg2.check, dg2.decode):
        with pytest.raises(Fault, match="too many tiles"):
            look(Face("image/jp2", out.getvalue()))
    out = BytesIO()
    Image.new("RGB", (480, 640), "red").save(out, "JPEG2000", tile_size=(128, 128))
    assert dg2.decode(Face("image/jp2", out.getvalue())).size == (480, 640)


@pytest.mark.parametrize("jpeg", [False, True])
def test_a_look_tells_whether_it_can_be_unpacked(jpeg):
    dg2.check(dg2.parse(portrait.group(jpeg)))


def test_a_look_tells_that_it_is_spoilt():
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg2.check(dg2.parse(portrait.broken_group()))


def test_a_picture_of_one_level_of_detail():
    """A look at its sixteenth isn't possible; then the whole is unpacked."""
    out = BytesIO()
    Image.new("RGB", (48, 64), "red").save(out, "JPEG2000", num_resolutions=1)
    dg2.check(Face("image/jp2", out.getvalue()))


def test_a_header_that_is_spoilt_or_says_too_much_is_a_fault():
    with pytest.raises(Fault, match="5000 × 5000"):
        dg2.check(dg2.parse(portrait.huge_group()))
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg2.check(Face("image/jpeg", portrait.picture(jpeg=True)[:20]))


def test_repr_shows_no_picture():
    assert repr(Face("image/jpeg", b"abc")) == "Face(image/jpeg, 3 bytes)"
