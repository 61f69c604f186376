"""How the chip is opened: PACE first, BAC where that can't be, and what is noted on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.fault import Fault
from devices.idcard import access, cardaccess
from devices.idcard.api import Can, CardKey
from devices.idcard.virtual import access as chip
from devices.idcard.virtual.faults import CIPHERS
from tests.unit.idcard.cards import WatchedCard, read, reader

BAC_INS = (0x84, 0x82)


def card(**switches) -> WatchedCard:
    return WatchedCard(**{"no_pace": False, **switches})


def opened(key: str, **switches) -> str:
    made = card(**switches)
    return read(reader(made), getattr(made, key)).access


@pytest.mark.parametrize(
    ("key", "switches", "way"),
    [
        ("can", {}, "PACE-CAN"),
        ("key", {}, "PACE-MRZ"),
        ("key", {"no_pace": True}, "BAC"),
        ("key", {"no_bac": True}, "PACE-MRZ"),
        ("can", {"no_bac": True}, "PACE-CAN"),
        ("can", {"wrong_mrz": True}, "PACE-CAN"),
        ("key", {"wrong_can": True}, "PACE-MRZ"),
    ],
)
def test_the_way_taken(key, switches, way):
    assert opened(key, **switches) == way


@pytest.mark.parametrize("cipher", [cipher for cipher in CIPHERS if cipher != "unknown"])
@pytest.mark.parametrize("parameter", [0, 1, 2, 12, 13, 15, 16, 17, 18])
@pytest.mark.parametrize("key", ["can", "key"])
def test_every_cipher_with_the_usual_curves_and_groups_reads_a_whole_card(cipher, parameter, key):
    made = card(pace_cipher=cipher, pace_param=parameter)
    data = read(reader(made), getattr(made, key))
    assert (data.access, data.warnings) == ("PACE-CAN" if key == "can" else "PACE-MRZ", ())
    assert data.face is not None


@pytest.mark.parametrize(
    ("parameter", "cipher"),
    [(8, "3des"), (9, "aes128"), (10, "aes192"), (11, "aes256"), (14, "aes128")],
)
def test_the_unusual_curves_read_a_whole_card(parameter, cipher):
    made = card(pace_cipher=cipher, pace_param=parameter)
    assert read(reader(made), made.can).access == "PACE-CAN"


def test_the_commands_of_a_pace_opening():
    made = card()
    read(reader(made), made.can)
    heads = [command[:4].hex() for command in made.commands[:8]]
    assert heads == [
        "00b09c00",
        "0022c1a4",
        "10860000",
        "10860000",
        "10860000",
        "00860000",
        "0ca4040c",
        "0cb08100",
    ]


@pytest.mark.parametrize(
    ("switches", "note"),
    [
        ({"pace_6982": True}, "PACE: PACE_UNSUPPORTED"),
        ({"wrong_tries_left": 3}, "PACE: WRONG_KEY"),
        ({"pace_cipher": "unknown"}, "PACE: PACE_UNSUPPORTED"),
        ({"pace_param": 7}, "PACE: PACE_UNSUPPORTED"),
        ({"pace_param": 31}, "PACE: PACE_UNSUPPORTED"),
        ({"pace_param": 2, "no_extended": True}, "PACE: PACE_UNSUPPORTED"),
    ],
    ids=str,
)
def test_bac_after_a_pace_that_failed(switches, note):
    data = read(reader(card(**switches)))
    assert (data.access, data.warnings) == ("BAC", (note,))
    assert data.citizen is not None


@pytest.mark.parametrize(
    ("switches", "code"),
    [
        ({"wrong_can": True}, "WRONG_KEY"),
        ({"pace_6982": True}, "PACE_UNSUPPORTED"),
        ({"wrong_tries_left": 1}, "WRONG_KEY"),
        ({"no_pace": True}, "PACE_UNSUPPORTED"),
        ({"pace_cipher": "unknown"}, "PACE_UNSUPPORTED"),
        ({"pace_param": 3}, "PACE_UNSUPPORTED"),
        ({"pace_param": 1, "no_extended": True}, "PACE_UNSUPPORTED"),
        ({"not_emrtd": True}, "CARD_UNSUPPORTED"),
    ],
    ids=str,
)
def test_with_the_number_alone_there_is_no_second_way(switches, code):
    made = card(**switches)
    with pytest.raises(Fault) as caught:
        read(reader(made), made.can)
    assert caught.value.code == code
    assert not [command for command in made.commands if command[1] in BAC_INS]


@pytest.mark.parametrize(
    ("switches", "code"),
    [
        ({"wrong_mrz": True}, "WRONG_KEY"),
        ({"pace_6982": True, "no_bac": True}, "CARD_UNSUPPORTED"),
    ],
)
def test_both_ways_refused(switches, code):
    made = card(**switches)
    with pytest.raises(Fault, match=code):
        read(reader(made))
    assert sum(command[1] == 0x82 for command in made.commands) <= 1
    assert sum(command[:2] == b"\x00\x22" for command in made.commands) == 1


@pytest.mark.parametrize("sw", [0x6982, 0x6985, 0x6D00, 0x6F00])
def test_a_chip_that_hides_its_application_after_a_wrong_key_is_not_asked_again(sw):
    class Hiding(WatchedCard):
        def execute(self, raw: bytes) -> bytes:
            answer = super().execute(raw)
            return sw.to_bytes(2, "big") if raw[:3] == b"\x00\xa4\x04" else answer

    made = Hiding(no_pace=False)
    with pytest.raises(Fault, match="WRONG_KEY"):
        read(reader(made), replace(made.key, birth="000303"))
    assert sum(command[:2] == b"\x00\x22" for command in made.commands) == 1
    assert read(reader(made)).access == "PACE-MRZ"


def test_unknown_pace_and_no_bac():
    with pytest.raises(Fault, match="CARD_UNSUPPORTED"):
        read(reader(card(pace_cipher="unknown", no_bac=True)))


def test_a_wrong_key_costs_one_try_of_each():
    made = card()
    with pytest.raises(Fault, match="WRONG_KEY"):
        read(reader(made), replace(made.key, birth="000303"))
    tries = [command[1] for command in made.commands if command[1] in (0x22, 0x82)]
    assert tries == [0x22, 0x82]


def test_a_blocked_chip_is_left_alone():
    made = card(wrong_tries_left=1)
    where = reader(made)
    with pytest.raises(Fault, match="WRONG_KEY"):
        read(where, made.can)
    del made.commands[:]
    for key in (made.can, made.key):
        with pytest.raises(Fault, match="CARD_BLOCKED"):
            read(where, key)
    assert not [command for command in made.commands if command[1] in BAC_INS]


@pytest.mark.parametrize("key", [Can("12345"), Can("01234a"), CardKey("1", "2", "3")])
def test_a_key_of_a_wrong_form_costs_no_command(key):
    made = card()
    with pytest.raises(Fault, match="WRONG_KEY"):
        read(reader(made), key)
    assert made.commands == []


@pytest.mark.parametrize("left", [3, 2])
def test_a_warning_of_few_tries_does_not_keep_the_right_key_out(left):
    """The chip answers MSE:Set AT with 63Cx after a wrong try and opens to the right key."""

    class Warning(WatchedCard):
        def execute(self, raw: bytes) -> bytes:
            answer = super().execute(raw)
            return (0x63C0 | left).to_bytes(2, "big") if raw[:2] == b"\x00\x22" else answer

    made = Warning(no_pace=False)
    with pytest.raises(Fault, match="WRONG_KEY"):
        read(reader(made), Can("999999"))
    assert read(reader(made), made.can).access == "PACE-CAN"


@pytest.mark.parametrize("sw", [0x63C0, 0x6983, 0x6984, 0x6985])
def test_every_way_of_saying_blocked(sw):
    class Blocked(WatchedCard):
        def execute(self, raw: bytes) -> bytes:
            answer = super().execute(raw)
            return sw.to_bytes(2, "big") if raw[:2] == b"\x00\x22" else answer

    for key in ("can", "key"):
        made = Blocked(no_pace=False)
        with pytest.raises(Fault, match="CARD_BLOCKED"):
            read(reader(made), getattr(made, key))
        assert not [command for command in made.commands if command[1] in BAC_INS]


class Offering(WatchedCard):
    """Gives another EF.CardAccess, or refuses its short identifier."""

    def __init__(self, data: bytes | None = None, sfi_refusal: int = 0) -> None:
        super().__init__(no_pace=False)
        self._card_access = self._card_access if data is None else data
        self._sfi_refusal = sfi_refusal

    def execute(self, raw: bytes) -> bytes:
        answer = super().execute(raw)
        if self._sfi_refusal and raw[:3] == b"\x00\xb0\x9c":
            return self._sfi_refusal.to_bytes(2, "big")
        return answer


@pytest.mark.parametrize(
    "sw", [0x6A82, 0x6982, 0x6D00, 0x6986, 0x6985, 0x6A86, 0x6B00, 0x6700, 0x6F00, 0x6988]
)
def test_card_access_by_its_name_where_the_short_identifier_fails(sw):
    made = Offering(sfi_refusal=sw)
    assert read(reader(made), made.can).access == "PACE-CAN"
    assert "00a4020c02011c" in [command.hex() for command in made.commands]


@pytest.mark.parametrize(
    "data", [b"\x31\x02\x04\x00", b"\x31\x80", b"\x30\x00", b"\x31\x82\x7f\xff"]
)
def test_card_access_badly_made(data):
    data = data.ljust(8, b"\x00")
    assert read(reader(Offering(data))).access == "BAC"
    with pytest.raises(Fault, match="PACE_UNSUPPORTED"):
        read(reader(Offering(data)), Can("012345"))


def test_the_next_way_when_the_chip_takes_one_back():
    """Two are announced; the chip knows the second only. The parameter is named then."""
    oid = cardaccess.ECDH_GM + b"\x02"
    made = Offering(cardaccess.build((oid, 13), (oid, 12)))
    assert read(reader(made), made.can).access == "PACE-CAN"
    named = [command[-3:].hex() for command in made.commands if command[:2] == b"\x00\x22"]
    assert named == ["84010d", "84010c"]


def test_no_more_than_a_few_ways_are_tried():
    """A chip that takes back everything it announced isn't asked for ever."""
    oid = cardaccess.ECDH_GM + b"\x02"
    made = Offering(cardaccess.build(*[(oid, parameter) for parameter in (13, 15, 16, 17, 18)]))
    with pytest.raises(Fault, match="PACE_UNSUPPORTED"):
        read(reader(made), made.can)
    assert sum(command[:2] == b"\x00\x22" for command in made.commands) == access.MAX_WAYS
    assert read(reader(made)).access == "BAC"


def test_a_group_is_the_last_way():
    """Offered first, taken when the chip takes the curve back."""
    group, curve = (cardaccess.DH_GM + b"\x02", 0), (cardaccess.ECDH_GM + b"\x02", 13)
    made = Offering(cardaccess.build(group, curve))
    made.switches.pace_param = 0
    assert read(reader(made), made.can).access == "PACE-CAN"
    named = [command[-3:].hex() for command in made.commands if command[:2] == b"\x00\x22"]
    assert named == ["84010d", "840100"]


def test_a_long_card_access_is_read_on():
    oid = cardaccess.ECDH_GM + b"\x02"
    unknown = [(cardaccess.PACE + b"\x04" + bytes([n]), 12) for n in range(1, 20)]
    made = Offering(cardaccess.build(*unknown, (oid, 12)))
    assert len(made._card_access) > 256
    assert read(reader(made), made.can).access == "PACE-CAN"


def test_other_digits_differ_everywhere():
    assert chip._others("0123456789") == "9876543210"
