"""DG11: every field there and back, both forms of dates, lists inside and outside their template."""

from __future__ import annotations

import unicodedata

import pytest

from devices.fault import Fault
from devices.idcard import details, dg11, tlv
from devices.idcard.dg11 import PersonalDetails

PERSON = PersonalDetails(
    full_name="Nguyễn Thị Mẫu",
    other_names=("Nguyễn Mẫu", "Mẫu Nghệ Danh"),
    personal_number="001300012345",
    birth="20000302",
    birthplace="Xã Mẫu, Hà Nội",
    address="Số 1 Phố Mẫu, Ba Đình, Hà Nội",
    phone="+84 000",
    profession="Thợ Thử",
    title="Bà",
    summary="Không",
    other_documents=("P12345678", "E7654321"),
    custody="Trần Thị Mẹ",
)


def group(*objects: bytes) -> bytes:
    return tlv.build(dg11.TAG, *objects)


def test_what_is_built_is_read():
    data = dg11.build(PERSON)
    assert dg11.parse(data) == PERSON
    tags = tlv.parse(data).child(details.TAG_LIST).value
    assert tags.startswith(bytes.fromhex("5F0E5F105F2B5F115F42"))
    assert tags.endswith(b"\xa0") or b"\x5f\x0f" in tags


def test_names_and_places_lose_their_fillers():
    data = group(
        tlv.build(0x5F0E, b"NGUYEN<<THI<MAU"),
        tlv.build(0x5F11, b"XA MAU<HA NOI<<"),
        tlv.build(0x5F10, b"001300012345<<"),
    )
    person = dg11.parse(data)
    assert person.full_name == "NGUYEN THI MAU"
    assert person.birthplace == "XA MAU, HA NOI"
    assert person.personal_number == "001300012345"


@pytest.mark.parametrize("birth", [b"20000302", bytes.fromhex("20000302")])
def test_dates_as_digits_and_packed(birth):
    assert dg11.parse(group(tlv.build(0x5F2B, birth))).birth == "20000302"


@pytest.mark.parametrize(
    "birth", [b"", b"2000", b"2000-3-2", bytes.fromhex("2000AB02"), b"\xb2" * 8]
)
def test_an_odd_date_stays_raw(birth):
    person = dg11.parse(group(tlv.build(0x5F2B, birth)))
    assert (person.birth, person.unknown) == ("", {0x5F2B: birth})


def test_other_names_outside_their_template():
    person = dg11.parse(group(tlv.build(0x5F0F, b"A<<B"), tlv.build(0x5F0F, b"C")))
    assert person.other_names == ("A B", "C")


def test_texts_become_nfc_and_what_is_none_stays_raw():
    decomposed = unicodedata.normalize("NFD", "Nguyễn").encode()
    image = b"\xff\xd8\xff" + bytes(600)
    person = dg11.parse(
        group(
            tlv.build(0x5F0E, decomposed),
            tlv.build(0x5F16, image),
            tlv.build(0x5F12, b"\xff"),
            tlv.build(0x5F77, b"new"),
        )
    )
    assert person.full_name == "Nguyễn"
    assert person.unknown == {0x5F16: image, 0x5F12: b"\xff", 0x5F77: b"new"}
    assert dg11.parse(dg11.build(person)).unknown == person.unknown


def test_an_empty_group_is_an_empty_person():
    assert dg11.parse(group()) == PersonalDetails()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        dg11.build(PERSON)[:-1],
        tlv.build(0x6C),
        group(b"\x5f\x0e\x05ab"),
        group(*[tlv.build(0x5F0F, b"A")] * (details.MAX_FIELDS + 1)),
        group(tlv.build(0xA0, *[tlv.build(0x5F0F, b"A")] * (details.MAX_FIELDS + 1))),
    ],
)
def test_broken_groups(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg11.parse(data)


def test_repr_holds_no_value():
    assert repr(PERSON) == "PersonalDetails(•••)"
    assert "read" in repr(details.Fields({1: "secret"}))
    assert "secret" not in repr(details.Fields({1: "secret"}))
