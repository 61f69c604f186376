"""The flow of a reading against the virtual card: what is read, in which order, at what price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.fault import Fault
from devices.idcard.api import CardKey, ReadStep
from devices.idcard.simulated import NAME
from devices.idcard.virtual.card import ATR, VirtualCard
from devices.idcard.virtual.person import VirtualPerson
from tests.unit.idcard.cards import WatchedCard, read, read_with, reader


def test_everything_is_read():
    card = VirtualCard()
    data = read(reader(card))
    assert (data.access, data.reader, data.atr) == ("BAC", NAME, ATR)
    assert data.mrz.surname == "NGUYEN"
    assert data.citizen is not None
    assert data.citizen.full_name == "Nguyễn Thị Mẫu"
    assert data.face is not None
    assert data.face.media_type == "image/jp2"
    assert 12_000 < len(data.face.data) < 25_000
    assert set(data.groups) == {1, 2, 13}
    assert data.sod is not None
    assert data.com is not None
    assert data.warnings == ()
    assert data.mrz.warnings == ()


def test_price_in_apdus():
    card = WatchedCard()
    data = read(reader(card))
    portrait = -(-len(data.groups[2]) // 223)
    # EF.CardAccess by its short identifier, SELECT, EF.CardAccess by its name; GET CHALLENGE,
    # EXTERNAL AUTHENTICATE; COM, DG1, DG13 two, SOD five.
    assert data.apdus == len(card.commands) == 3 + 2 + 1 + 1 + 2 + 5 + portrait
    assert data.apdus <= 98


def test_smaller_blocks_cost_more():
    assert read_with(max_le=160).apdus <= 130


def test_the_master_file_is_never_selected_and_dg3_never_asked_for():
    card = WatchedCard()
    read(reader(card))
    selects = [command.hex() for command in card.commands if command[1] == 0xA4]
    application = "00a4040c07a0000002471001"
    assert selects == [application, "00a4020c02011c"]
    assert all(command[2] != 0x80 | 0x03 for command in card.commands if command[1] == 0xB0)


def test_progress_goes_up():
    seen = []
    read(reader(), on_progress=seen.append)
    steps = [progress.step for progress in seen]
    order = [ReadStep.FOUND, ReadStep.OPENING, ReadStep.READING, ReadStep.CHECKING]
    assert sorted(set(steps), key=steps.index) == order
    files = [p.done for p in seen if p.step is ReadStep.READING and p.total == 4]
    assert files == [0, 1, 2, 3, 4]
    portrait = [p for p in seen if p.step is ReadStep.READING and p.total > 4]
    assert [p.done for p in portrait] == sorted(p.done for p in portrait)
    assert portrait[-1].done == portrait[-1].total


@pytest.mark.parametrize(
    "key",
    [
        replace(VirtualPerson().key, number="001300012346"),
        replace(VirtualPerson().key, birth="000303"),
        replace(VirtualPerson().key, expiry="250303"),
    ],
)
def test_a_wrong_key_costs_one_try(key):
    card = WatchedCard()
    with pytest.raises(Fault, match="WRONG_KEY"):
        read(reader(card), key)
    assert [command[1] for command in card.commands] == [0xB0, 0xA4, 0xA4, 0x84, 0x82]


def test_a_key_of_a_wrong_form_costs_no_try():
    card = WatchedCard()
    with pytest.raises(Fault, match="WRONG_KEY"):
        read(reader(card), CardKey("123", "1", "2"))
    assert card.commands == []


def test_the_document_number_alone_opens_too():
    assert read(reader(), CardKey("300012345", "000302", "250302")).warnings == ()


def test_another_number_with_the_same_document_number_is_an_alarm():
    assert read(reader(), CardKey("999300012345", "000302", "250302")).mismatches == ("key_number",)


def test_a_second_reading_works():
    where = reader()
    assert read(where).groups == read(where).groups


def test_too_many_apdus():
    with pytest.raises(Fault, match="CARD_TOO_SLOW"):
        read(reader(apdus=50))


def test_too_long():
    card = WatchedCard(latency_ms=5)
    with pytest.raises(Fault, match="CARD_TOO_SLOW"):
        read(reader(card, seconds=0.1))
    assert len(card.commands) < 60
