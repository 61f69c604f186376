"""The anonymous record of a reading: what is in it, and that nothing of the person is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import cardaccess, lds, trace
from devices.idcard.api import CardData
from devices.idcard.reader import Means
from devices.idcard.simulated import SimulatedReader
from devices.idcard.trace import Tracer
from devices.idcard.virtual.access import card_access
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches


def traced(key: str = "can", **switches) -> tuple[dict, CardData | None]:
    card, tracer = VirtualCard(switches=Switches(**switches)), Tracer()
    means = Means(wrap=tracer.wrap)
    reader = SimulatedReader(card, latency_ms=0, present=True, means=means)
    try:
        data = reader.read(getattr(card, key), tracer.on_progress, Cancel())
    except Fault as fault:
        return tracer.report("1.2.3", fault=fault), None
    return tracer.report("1.2.3", data), data


def test_every_exchange_is_recorded():
    record, data = traced()
    assert data is not None
    assert record["apdus"] == data.apdus == len(record["exchanges"])
    assert (record["version"], record["atr"]) == ("1.2.3", data.atr.hex())
    assert record["card_access"] == card_access(Switches()).hex()
    assert record["outcome"]["access"] == "PACE-CAN"
    assert record["outcome"]["lamps"]["read"] == ["ok", ""]
    assert json.loads(json.dumps(record)) == record


def test_a_protected_read_shows_its_own_length_and_status():
    record, _ = traced()
    reads = [one for one in record["exchanges"] if one["header"].startswith("0CB0")]
    assert reads
    assert reads[0]["header"] == f"0CB0{0x80 | lds.DG1.sfi:02X}00"
    for one in reads:
        assert one["inner_le"] > 0
        assert one["inner_sw"] in ("9000", "6A82")
        assert one["sw"] in ("9000", "6A82")
        assert one["answer"] > 0
        assert one["ms"] >= 0
    assert [one["phase"] for one in record["exchanges"][:2]] == ["opening", "opening"]
    assert {one["phase"] for one in record["exchanges"]} >= {"opening", "reading"}


def test_keys_are_told_by_kind_only():
    record, data = traced()
    assert data is not None
    assert set(record["keys"]) == {str(n) for n in (14, 15) if n in data.groups}
    assert record["keys"]["14"]["curves"]
    assert all("." in oid or oid == "other" for oid in record["keys"]["14"]["oids"])
    text = json.dumps(record)
    for number in (14, 15):
        raw = data.groups[number]
        for at in range(0, len(raw) - 16, 16):
            assert raw[at : at + 16].hex() not in text


@pytest.mark.parametrize("switch", [{"explicit_ec": True}, {"brainpool": True}, {"ca_dh": True}])
def test_other_keys_do_no_harm(switch):
    record, data = traced(**switch)
    assert data is not None
    assert "14" in record["keys"]


def test_a_failed_reading_is_recorded_too():
    record, data = traced(tear_after=7)
    assert data is None
    assert record["fault"] == "CARD_REMOVED"
    assert record["outcome"] is None
    assert record["exchanges"][-1]["sw"] is None
    assert (record["exchanges"][-1]["answer"], record["apdus"]) == (0, 8)


def test_every_opening_is_counted_and_the_record_is_bounded(monkeypatch):
    monkeypatch.setattr(trace, "MAX_APDUS", 5)
    record, _ = traced(reset_after=9)
    assert record["connects"] == 2
    assert (len(record["exchanges"]), record["apdus"] > 9) == (5, True)


def test_card_access_by_name_and_in_parts():
    tracer = Tracer()
    file = cardaccess.build(*[(cardaccess.ECDH_GM + bytes([n]), 12) for n in (1, 2, 3, 4)])

    def card(apdu: bytes) -> bytes:
        if apdu[1] == 0xA4:
            return b"\x90\x00"
        if apdu[2] == 0x9C:
            return b"\x6a\x82"
        offset = apdu[2] << 8 | apdu[3]
        return file[offset : offset + apdu[4]] + b"\x90\x00"

    for command in ("00B09C00DF", "00A4040C07A0000002471001", "00A4020C02011C", "00B0000010",
                    f"00B00010{len(file) - 16:02X}", "0084000008"):  # fmt: skip
        tracer.exchanged(bytes.fromhex(command), card)
    assert tracer.report("")["card_access"] == file.hex()


def test_what_is_read_unprotected_elsewhere_is_not_kept():
    tracer = Tracer()
    tracer.exchanged(
        bytes.fromhex("00B0810000"), lambda _: lds.build_dg1(("A" * 90,)) + b"\x90\x00"
    )
    tracer.exchanged(bytes.fromhex("00A4020C020101"), lambda _: b"\x90\x00")
    tracer.exchanged(bytes.fromhex("00B0000000"), lambda _: b"\x31\x01A\x90\x00")
    record = tracer.report("")
    assert record["card_access"] is None
    assert "4141" not in json.dumps(record)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("04007F00070202040202", "0.4.0.127.0.7.2.2.4.2.2"),
        ("2A8648CE3D030107", "1.2.840.10045.3.1.7"),
        ("2B240303020801010 7".replace(" ", ""), "1.3.36.3.3.2.8.1.1.7"),
        ("2B8104", "other"),
        ("2A864886F70D010182", "other"),
        ("", "other"),
        ("2A" + "8648CE3D" * 5, "other"),
    ],
)
def test_identifiers_outside_the_standards_are_not_written_out(value, text):
    assert trace._dotted(bytes.fromhex(value)) == text


def test_spoilt_key_files_are_passed_over():
    _, data = traced()
    assert data is not None
    spoilt = replace(data, groups={14: b"\x6e\x82", 15: b""})
    assert Tracer().report("", spoilt)["keys"]["14"] == {"oids": [], "curves": []}
