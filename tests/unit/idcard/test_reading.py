"""The flow of a reading against the virtual card: what is read, in which order, at what price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.fault import Fault
from devices.idcard.api import OK, CardKey, Finding, LampState, ReadStep, Step
from devices.idcard.reader import Means
from devices.idcard.simulated import NAME, SimulatedReader
from devices.idcard.virtual.card import ATR
from devices.idcard.virtual.person import VirtualPerson
from tests.unit.idcard.cards import WatchedCard, read, read_with, reader


def test_everything_is_read():
    card = WatchedCard()
    data = read(reader(card))
    assert (data.access, data.reader, data.atr) == ("BAC", NAME, ATR)
    assert data.mrz.surname == "NGUYEN"
    assert data.citizen is not None
    assert data.citizen.full_name == "Nguyễn Thị Mẫu"
    assert data.face is not None
    assert data.face.media_type == "image/jp2"
    assert 12_000 < len(data.face.data) < 25_000
    assert set(data.groups) == {1, 2, 13, 14, 15}
    assert data.sod is not None
    assert data.com is None
    assert data.warnings == ()
    assert data.mrz.warnings == ()


def test_price_in_apdus():
    card = WatchedCard()
    data = read(reader(card))
    portrait = -(-len(data.groups[2]) // 223)
    # EF.CardAccess by its short identifier, SELECT, EF.CardAccess by its name; GET CHALLENGE,
    # EXTERNAL AUTHENTICATE; DG1, DG13 two, SOD five, DG14, DG15 two; MSE:Set AT, GENERAL AUTHENTICATE.
    assert data.apdus == len(card.commands) == 3 + 2 + 1 + 2 + 5 + 1 + 2 + 2 + portrait
    assert data.apdus <= 98


def test_smaller_blocks_cost_more():
    assert read_with(max_le=160).apdus <= 138


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
    files = [p.done for p in seen if p.step is ReadStep.READING and p.total == 5]
    assert files == [0, 1, 2, 2, 3, 4]
    portrait = [p for p in seen if p.step is ReadStep.READING and p.total > 5]
    assert [p.done for p in portrait] == sorted(p.done for p in portrait)
    assert portrait[-1].done == portrait[-1].total


def test_the_words_come_before_signature_and_portrait():
    card, when = WatchedCard(no_pace=False), {}
    where = SimulatedReader(card, 0, present=True, means=Means(extended="on"))

    def note(progress):
        if progress.so_far is not None:
            lamps = progress.so_far.lamps
            when.setdefault("words", len(card.commands))
            if lamps.intact.state is LampState.OK:
                when.setdefault("signature", len(card.commands))
            if lamps.genuine.state is not LampState.ABSENT:
                when.setdefault("chip", len(card.commands))

    data = read(where, card.can, note)
    assert when["words"] == 9 <= 14
    assert when["words"] < when["signature"] < when["chip"] < data.apdus <= 22


def test_without_the_portrait():
    card = WatchedCard(no_pace=False)
    where = SimulatedReader(card, 0, present=True, means=Means(photo=False, extended="on"))
    data = read(where, card.can)
    assert (data.face, data.apdus, data.chip.finding) == (None, 15, OK)
    assert data.lamps.read.state is LampState.OK


def test_the_portrait_is_asked_for_after_chip_authentication():
    """Its restart of secure messaging would come too late in a talk of many reads."""
    card = WatchedCard(no_pace=False, ca_wrong_key=True)
    data = read(reader(card), card.can)
    assert data.chip.finding == Finding(Step.FAILED, "CHIP_PROOF_FAILED")
    assert data.face is not None


def test_a_length_refused_under_new_keys_is_no_proof_against_the_chip():
    """A bare 6700 at the first long read kills the talk, but says nothing of the chip's keys."""

    class Shy(WatchedCard):
        def execute(self, raw: bytes) -> bytes:
            if raw[1:3] == b"\xb0\x82" and raw[4] == 0:  # the portrait, with extended length
                self._end_access()
                return bytes.fromhex("6700")
            return super().execute(raw)

    card = Shy(no_pace=False)
    where = SimulatedReader(card, 0, present=True, means=Means(extended="on"))
    data = read(where, card.can)
    assert data.chip.finding == OK
    assert data.face is not None


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
        read(reader(apdus=15))


def test_when_the_commands_are_used_up_only_the_portrait_is_given_up():
    data = read(reader(apdus=50))
    assert (data.face, data.warnings) == (None, ("DG2: CARD_TOO_SLOW",))
    assert data.citizen is not None
    assert data.lamps.read.why == "DG2_UNREADABLE"
    assert data.lamps.intact.why == "GROUP_UNREADABLE"


def test_too_long():
    card = WatchedCard(latency_ms=5)
    with pytest.raises(Fault, match="CARD_TOO_SLOW"):
        read(reader(card, seconds=0.1))
    assert len(card.commands) < 60
