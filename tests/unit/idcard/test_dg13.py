"""DG13: the published guess at its form, read leniently."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest

from devices.fault import Fault
from devices.idcard import dg13, tlv
from devices.idcard.api import Citizen
from devices.idcard.virtual.person import VirtualPerson

EXAMPLE = bytes.fromhex(
    "6d82019d30820199020101060628d3160100083182018a"
    "30110201010c0c303031333030303132333435"
    "30190201020c144e677579e1bb856e205468e1bb8b204de1baab75"
    "300f0201030c0a30322f30332f32303030"
    "30090201040c044ee1bbaf"
    "300f0201050c0a5669e1bb8774204e616d"
    "30090201060c044b696e68"
    "300b0201070c064b68c3b46e67"
    "30280201080c2358c3a3204de1baab752c20487579e1bb876e205468e1bbad2c2048c3a0204ee1bb9969"
    "303e0201090c3953e1bb912031205068e1bb91204de1baab752c205068c6b0e1bb9d6e67205468e1bbad"
    "2c20426120c490c3ac6e682c2048c3a0204ee1bb9969"
    "302c02010a0c274ee1bb9174207275e1bb93692063c3a163682031636d207472c3aa6e206dc3a970207472c3a169"
    "300f02010b0c0a31302f30352f32303231"
    "300f02010c0c0a30322f30332f32303235"
    "302b02010d30260c114e677579e1bb856e2056c4836e204368610c115472e1baa76e205468e1bb8b204de1bab9"
    "300702010e30020c00"
    "300e02010f0c09303132333435363738"
    "30150201100c1030313233343536373839414243444546"
)


def fields(citizen: Citizen) -> dict[str, object]:
    return {name: getattr(citizen, name) for name in Citizen.__dataclass_fields__}


def test_the_example_is_read():
    assert len(EXAMPLE) == 417
    assert hashlib.sha256(EXAMPLE).hexdigest().startswith("beb8e79d7bf2acc53d4f4239a30f5d19")
    person, citizen = VirtualPerson(), dg13.parse(EXAMPLE)
    assert fields(citizen) == {
        "personal_number": person.number,
        "full_name": person.name,
        "birth": "02/03/2000",
        "sex": "Nữ",
        "nationality": "Việt Nam",
        "ethnicity": "Kinh",
        "religion": "Không",
        "origin": person.origin,
        "residence": person.residence,
        "features": person.features,
        "issued": "10/05/2021",
        "expires": "02/03/2025",
        "father": "Nguyễn Văn Cha",
        "mother": "Trần Thị Mẹ",
        "spouse": "",
        "old_number": "012345678",
        "unknown": {16: dg13.text_value("0123456789ABCDEF")},
    }


def test_the_builder_makes_the_example():
    data = VirtualPerson().dg13()
    assert data == EXAMPLE
    digest = "beb8e79d7bf2acc53d4f4239a30f5d1905eb74a3b71425fafcc3beaf465494e8"
    assert hashlib.sha256(data).hexdigest() == digest


def test_order_version_and_oid_do_not_matter():
    values = {number: dg13.text_value(f"text {number}") for number in (12, 2, 99, 1)}
    for oid in (True, False):
        citizen = dg13.parse(dg13.build(values, oid))
        assert (citizen.full_name, citizen.personal_number) == ("text 2", "text 1")
        assert citizen.expires == "text 12"
        assert citizen.unknown == {99: values[99]}
    bare_set = tlv.build(dg13.TAG, tlv.build(dg13.SET, _row(2, dg13.text_value("A"))))
    assert dg13.parse(bare_set).full_name == "A"


def test_texts_become_nfc():
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Mẫu")
    citizen = dg13.parse(dg13.build({2: dg13.text_value(decomposed)}))
    assert citizen.full_name == "Nguyễn Thị Mẫu"


def test_printable_string_and_missing_value():
    citizen = dg13.parse(dg13.build({1: b"\x13\x03123", 2: b""}))
    assert (citizen.personal_number, citizen.full_name) == ("123", "")


@pytest.mark.parametrize("number", [15, 16])
@pytest.mark.parametrize("old", ["012345678", "001300054321"])
def test_the_old_number_is_told_by_its_form(number, old):
    assert dg13.parse(_with_name({number: dg13.text_value(old)})).old_number == old


@pytest.mark.parametrize(
    "value",
    [
        b"\x04\x01A",  # not a string
        b"\x0c\x02\xff\xfe",  # not UTF-8
        dg13.text_value("A" * (tlv.MAX_CHARACTERS + 1)),
    ],
)
def test_odd_values_stay_raw(value):
    citizen = dg13.parse(_with_name({8: value}))
    assert (citizen.origin, citizen.unknown) == ("", {8: value})


@pytest.mark.parametrize("value", [b"", tlv.build(0x30), dg13.name_list(""), dg13.text_value("")])
def test_empty_parents_and_spouse(value):
    citizen = dg13.parse(_with_name({13: value, 14: value}))
    assert (citizen.father, citizen.mother, citizen.spouse) == ("", "", "")


def test_odd_parents_stay_raw():
    value = tlv.build(0x30, b"\x04\x01A")
    assert dg13.parse(_with_name({13: value})).unknown == {13: value}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        EXAMPLE[:-1],
        EXAMPLE + b"\x00",
        tlv.build(0x6D, b""),
        tlv.build(0x6D, tlv.build(0x30, b"\x02\x01\x01")),
        dg13.build({}),
        dg13.build({99: dg13.text_value("A")}),
        dg13.build(dict.fromkeys(range(1, 66), dg13.text_value("A"))),
        b"\x61" + EXAMPLE[1:],
    ],
)
def test_nothing_to_read_is_a_fault(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg13.parse(data)


def _row(number: int, value: bytes) -> bytes:
    return tlv.build(0x30, bytes([2, 1, number]), value)


def _with_name(values: dict[int, bytes]) -> bytes:
    return dg13.build({2: dg13.text_value("A"), **values})


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("02/03/2000", "02/03/2000"),
        ("02032000", "02/03/2000"),
        ("2000", "2000"),
        ("00/00/2000", "00/00/2000"),
        ("31022000", "31022000"),
        ("Không thời hạn", "Không thời hạn"),
    ],
)
def test_both_date_forms_and_partly_known_dates(given, read):
    citizen = dg13.parse(dg13.build({n: dg13.text_value(given) for n in (3, 11, 12)}))
    assert (citizen.birth, citizen.issued, citizen.expires) == (read, read, read)


def test_a_field_that_contradicts_the_first_of_its_kind_stays_raw():
    other = dg13.text_value("001300054321")
    citizen = dg13.parse(dg13.build({15: dg13.text_value("012345678"), 16: other}))
    assert (citizen.old_number, citizen.unknown) == ("012345678", {16: other})


def test_blanks_are_folded_and_control_characters_stay_raw():
    citizen = dg13.parse(_with_name({8: dg13.text_value(" Xã\n Mẫu "), 9: dg13.text_value("A\0")}))
    assert (citizen.origin, citizen.residence) == ("Xã Mẫu", "")
    assert set(citizen.unknown) == {9}
