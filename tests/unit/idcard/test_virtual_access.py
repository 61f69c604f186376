"""The virtual card's PACE: state machine, passwords, switches; and EF.CardAccess for everybody."""

from __future__ import annotations

import os

import pytest

from devices.fault import Fault
from devices.idcard import bac, cardaccess, pace
from devices.idcard.apdu import Command
from devices.idcard.api import Can
from devices.idcard.lds import APPLICATION
from devices.idcard.session import Session
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import CIPHERS, Switches, parse

SELECT = "00A4040C07A0000002471001"
CARD_ACCESS = "31143012060A04007F0007020204020202010202010C9000"
SET_AT = "0022C1A40F800A04007F00070202040202830102"


def made(**switches) -> VirtualCard:
    return VirtualCard(switches=Switches(**switches))


def ask(card: VirtualCard, *wires: str) -> list[str]:
    return [card.execute(bytes.fromhex(wire)).hex().upper() for wire in wires]


def info(card: VirtualCard) -> cardaccess.PaceInfo:
    return cardaccess.parse(card.execute(bytes.fromhex("00B09C0000"))[:-2]).usable[0]


def opened(card: VirtualCard, key=None) -> Session:
    channel = pace.open_chip(card.execute, info(card), key or card.can, os.urandom)
    return Session(card.execute, channel, (2048, 223))


@pytest.mark.parametrize(
    ("wires", "last"),
    [
        (["00B09C0000"], CARD_ACCESS),
        (["00B09C00DF"], CARD_ACCESS),
        (["00B09C0004", "00B0000404"], "060A04009000"),
        ([SELECT, "00A4020C02011C", "00B0000000"], CARD_ACCESS),
        (["00A4020C02011C"], "6D00"),
        (["00B09C0000", SELECT, "00B0000000"], "6982"),
        ([SET_AT], "9000"),
        (["0022C1A412800A04007F0007020204020283010284010C"], "9000"),
        (["0022C1A412800A04007F0007020204020283010284010D"], "6A80"),
        (["0022C1A40F800A04007F00070202040203830102"], "6A80"),
        (["0022C1A40F800A04007F00070202040202830103"], "6A88"),
        (["0022C1A403800A04"], "6A80"),
        (["002241A40F800A04007F00070202040202830102"], "6982"),
        (["10860000027C0000"], "6985"),
        ([SET_AT, "00860000027C0000"], "6985"),
        ([SET_AT, "10860000027C0100"], "6A80"),
        ([SET_AT, "10860000027C0000", "10860000027C0000"], "6A80"),
        ([SET_AT, SELECT, "10860000027C0000"], "6985"),
        (["10B09C0000"], "6884"),
    ],
)
def test_plain_commands(wires, last):
    assert ask(made(), *wires)[-1] == last


def test_without_pace():
    card = made(no_pace=True)
    assert ask(card, "00B09C0000", SET_AT, SELECT, "00A4020C02011C") == [
        "6A82",
        "6D00",
        "9000",
        "6A82",
    ]


@pytest.mark.parametrize("cipher", [cipher for cipher in CIPHERS if cipher != "unknown"])
@pytest.mark.parametrize("parameter", [0, 1, 2, 12, 13, 15, 16, 17, 18])
def test_opened_with_every_cipher_and_curve(cipher, parameter):
    card = made(pace_cipher=cipher, pace_param=parameter)
    for key in (card.can, card.key):
        session = opened(card, key)
        assert session.send(Command(0, 0xB0, 0x81, 0, le=4)).sw == 0x6D00
        assert session.send(Command(0, 0xA4, 4, 0x0C, APPLICATION)).sw == 0x9000
        assert session.send(Command(0, 0xB0, 0x81, 0, le=2)).data == b"\x61\x5d"
        assert len(session.send(Command(0, 0xB0, 0x82, 0, le=2048)).data) == 2048
        assert session.send(Command(0, 0xB0, 0x83, 0, le=4)).sw == 0x6982
        card.reset()


def test_a_plain_command_ends_the_access():
    card = made()
    session = opened(card)
    assert ask(card, "00B0810004") == ["6D00"]
    with pytest.raises(Fault, match="SM_BROKEN"):
        session.send(Command(0, 0xA4, 4, 0x0C, APPLICATION))


def test_lost_keys_do_not_leave_a_file_open():
    card = made(reset_after=8)
    session = opened(card)
    session.send(Command(0, 0xA4, 4, 0x0C, APPLICATION))
    session.send(Command(0, 0xB0, 0x81, 0, le=4))
    assert ask(card, "00B0000004") == ["6982"]


def test_passwords():
    card = made()
    assert card.can == Can("012345")
    with pytest.raises(Fault, match="WRONG_KEY: GENERAL AUTHENTICATE 4 6300"):
        opened(card, Can("012346"))
    with pytest.raises(Fault, match="WRONG_KEY"):
        opened(made(wrong_can=True))
    with pytest.raises(Fault, match="WRONG_KEY"):
        opened(made(wrong_mrz=True), card.key)
    assert opened(made(wrong_can=True), card.key)
    assert opened(made(wrong_mrz=True))
    with pytest.raises(Fault, match="PACE_UNSUPPORTED: MSE:Set AT 6982"):
        opened(made(pace_6982=True))


def test_tries_run_out():
    card = made(wrong_tries_left=2)
    seen = []
    for _ in range(3):
        with pytest.raises(Fault) as caught:
            opened(card)
        seen.append((caught.value.code, caught.value.detail[-4:]))
        card.reset()
    assert seen == [("WRONG_KEY", "63C2"), ("WRONG_KEY", "63C1"), ("CARD_BLOCKED", "6983")]


def test_a_group_is_announced_as_one():
    data = made(pace_param=2, pace_cipher="aes256").execute(bytes.fromhex("00B09C0000"))
    assert data.hex() == "31143012060a04007f000702020401040201020201029000"


def test_no_bac():
    card = made(no_bac=True)
    ask(card, SELECT)
    with pytest.raises(Fault, match="CARD_UNSUPPORTED"):
        bac.open_chip(card.execute, card.key, os.urandom)
    assert opened(card)


@pytest.mark.parametrize("switches", [{"pace_cipher": "unknown"}, {"pace_param": 3}], ids=str)
def test_announced_but_not_usable(switches):
    data = made(**switches).execute(bytes.fromhex("00B09C0000"))[:-2]
    assert cardaccess.parse(data) == cardaccess.CardAccess((), 1)


@pytest.mark.parametrize("word", ["pace_cipher=rot13", "pace_param=99", "pace_param=x"])
def test_words_for_switches(word):
    with pytest.raises(ValueError, match=word.split("=")[0]):
        parse([word])
    assert parse(["pace_cipher=aes256", "pace_param=13"]).pace_param == 13
