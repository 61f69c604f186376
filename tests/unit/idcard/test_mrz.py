"""The machine-readable zone: the synthetic card, check digits, alarms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.fault import Fault
from devices.idcard import lds, mrz
from devices.idcard.api import CardKey
from devices.idcard.virtual.person import VirtualPerson

LINES = (
    "IDVNM3000123454001300012345<<5",
    "0003023F2503022VNM<<<<<<<<<<<6",
    "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<",
)


def with_char(line: int, at: int, char: str) -> str:
    lines = list(LINES)
    lines[line] = lines[line][:at] + char + lines[line][at + 1 :]
    return "".join(lines)


def test_builds_and_reads_the_synthetic_card():
    assert VirtualPerson().lines() == LINES
    zone = mrz.parse("".join(LINES))
    assert zone.lines == LINES
    assert (zone.document_number, zone.personal_number) == ("300012345", "001300012345")
    assert (zone.birth, zone.sex, zone.expiry, zone.nationality) == ("000302", "F", "250302", "VNM")
    assert (zone.surname, zone.given_names) == ("NGUYEN", "THI MAU")
    assert zone.warnings == ()


def test_key_uses_the_last_nine_digits():
    text = mrz.information(VirtualPerson().key)
    assert text == "300012345400030232503022"


def test_dg1_is_95_bytes():
    data = lds.build_dg1(LINES)
    assert data[:5].hex() == "615d5f1f5a"
    assert len(data) == 95


@pytest.mark.parametrize(
    ("line", "at", "char", "names"),
    [
        (0, 14, "5", {"document_number", "composite"}),
        (0, 29, "6", {"personal_number", "composite"}),
        (1, 6, "4", {"birth", "composite"}),
        (1, 14, "3", {"expiry", "composite"}),
        (1, 29, "7", {"composite"}),
        (1, 7, "M", {"number_sex"}),
        (0, 15, "1", {"personal_number", "composite"}),
        (0, 24, "9", {"personal_number", "composite", "number_document"}),
        (0, 20, "9", {"personal_number", "composite", "number_birth", "number_document"}),
        (0, 15, "B", {"personal_number", "composite", "number_form"}),
    ],
)
def test_what_does_not_fit_becomes_a_warning(line, at, char, names):
    assert set(mrz.parse(with_char(line, at, char)).warnings) == names


@pytest.mark.parametrize("text", ["", "I" * 89, "I" * 91, "i" * 90, "É" * 90, "I" * 88])
def test_anything_but_td1_is_a_fault(text):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        mrz.parse(text)


@pytest.mark.parametrize(
    "key",
    [
        CardKey("", "000302", "250302"),
        CardKey("0013000123", "000302", "250302"),
        CardKey("00130001234Đ", "000302", "250302"),
        CardKey("001300012345", "0003", "250302"),
        CardKey("001300012345", "000302", "25-302"),
        CardKey("001300012345", "00030\u0662", "250302"),
    ],
)
def test_a_key_of_a_wrong_form_is_refused_without_being_quoted(key):
    with pytest.raises(Fault, match="WRONG_KEY") as caught:
        mrz.information(key)
    assert key.birth not in str(caught.value)


def test_no_expiry_and_long_names():
    person = replace(VirtualPerson(), mrz_name="TRAN<<THI<" + "A" * 40).with_expiry(mrz.NO_EXPIRY)
    one, two, three = person.lines()
    assert {len(line) for line in (one, two, three)} == {30}
    assert two[8:15] == "9912315"
    assert person.expires_text == "Không thời hạn"
