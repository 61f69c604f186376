"""Every fault switch of the virtual card and what the reader makes of it."""

from __future__ import annotations

import pytest

from devices.fault import Fault
from devices.idcard.virtual import faults
from tests.unit.idcard.cards import read_with


@pytest.mark.parametrize(
    ("switches", "code"),
    [
        ({"wrong_mrz": True}, "WRONG_KEY"),
        ({"not_emrtd": True}, "CARD_UNSUPPORTED"),
        ({"tear_after": 40}, "CARD_REMOVED"),
        ({"bad_mac_after": 10}, "CHIP_MAC_ERROR"),
        ({"truncated_dg": 1}, "TLV_BROKEN"),
        ({"long_dg": 1}, "FILE_TOO_LARGE"),
        ({"absurd_length": 1}, "FILE_TOO_LARGE"),
    ],
)
def test_faults_that_end_the_reading(switches, code):
    with pytest.raises(Fault) as caught:
        read_with(**switches)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "switches",
    [
        {"max_le": 223},
        {"max_le": 160},
        {"max_le": 160, "max_le_mode": "6c"},
        {"max_le": 100, "max_le_mode": "6c"},
        {"no_extended": True},
        {"short_reads": 100},
        {"eof_6282": True},
        {"reset_after": 50},
        {"latency_ms": 0.1},
        {"dg2_jpeg": True},
        {"dg13_no_oid": True},
    ],
)
def test_faults_the_reader_copes_with(switches):
    data = read_with(**switches)
    assert data.citizen is not None
    assert data.citizen.full_name == "Nguyễn Thị Mẫu"
    assert (data.citizen.father, data.citizen.mother) == ("Nguyễn Văn Cha", "Trần Thị Mẹ")
    assert data.face is not None
    assert data.warnings == ()


@pytest.mark.parametrize(
    ("switches", "warnings"),
    [
        ({"no_dg13": True}, ()),
        ({"garbage_dg13": True}, ("DG13: TLV_BROKEN",)),
        ({"truncated_dg": 13}, ("DG13: TLV_BROKEN",)),
        ({"long_dg": 13}, ("DG13: FILE_TOO_LARGE",)),
        ({"absurd_length": 13}, ("DG13: FILE_TOO_LARGE",)),
    ],
)
def test_without_dg13_the_rest_stands(switches, warnings):
    data = read_with(**switches)
    assert data.citizen is None
    assert data.warnings == warnings
    assert data.mrz.surname == "NGUYEN"
    assert data.face is not None


@pytest.mark.parametrize(
    ("switches", "warning"),
    [
        ({"dg2_broken": True}, "DG2: TLV_BROKEN"),
        ({"dg2_huge": True}, "DG2: TLV_BROKEN"),
        ({"dg2_39794": True}, "DG2: PORTRAIT_UNSUPPORTED"),
        ({"truncated_dg": 2}, "DG2: TLV_BROKEN"),
        ({"long_dg": 2}, "DG2: FILE_TOO_LARGE"),
        ({"absurd_length": 2}, "DG2: FILE_TOO_LARGE"),
    ],
)
def test_without_a_portrait_the_rest_stands(switches, warning):
    data = read_with(**switches)
    assert data.face is None
    assert data.warnings == (warning,)
    assert data.citizen is not None


def test_portrait_kinds():
    jpeg = read_with(dg2_jpeg=True).face
    assert jpeg is not None
    assert jpeg.media_type == "image/jpeg"


def test_contradictions_are_alarms():
    assert read_with(dg1_dg13_mismatch=True).mismatches == ("dg13_number",)
    assert read_with(dg13_text_expiry=True).mismatches == ("dg13_expiry",)
    assert read_with(mrz_bad_check=True).mrz.warnings == ("composite",)


def test_no_expiry():
    data = read_with(mrz_no_expiry=True)
    assert data.mrz.expiry == "991231"
    assert data.citizen is not None
    assert data.citizen.expires == "Không thời hạn"
    assert data.warnings == ()


def test_parents_as_plain_strings():
    citizen = read_with(dg13_plain_parents=True).citizen
    assert citizen is not None
    assert (citizen.father, citizen.mother) == ("Nguyễn Văn Cha", "Trần Thị Mẹ")


def test_switches_from_words():
    switches = faults.parse(["tear_after=20", "no_dg13", "eof_6282=true", "latency_ms=1.5"])
    assert (switches.tear_after, switches.no_dg13, switches.eof_6282) == (20, True, True)
    assert switches.latency_ms == 1.5
    assert faults.parse(["no_dg13=false"]).no_dg13 is False
    assert faults.parse(["select_mf_6d00=false"]).select_mf_6d00 is False
    assert faults.parse(["absurd_length"]).absurd_length == 13
    assert faults.parse(["max_le=160", "max_le_mode=6c"]).max_le_mode == "6c"


@pytest.mark.parametrize(
    "word",
    [
        "nonsense",
        "tear_after",
        "tear_after=x",
        "tear_after=-1",
        "latency_ms=nan",
        "no_dg13=7",
        "ca_cipher=rot13",
    ],
)
def test_bad_words_are_explained(word):
    with pytest.raises(ValueError, match=word.split("=")[0]):
        faults.parse([word])
