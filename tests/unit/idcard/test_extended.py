"""Extended length: tried where the reader passes it, given up cleanly, and remembered."""

from __future__ import annotations

import pytest

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import scard
from devices.idcard.apdu import parse_command
from devices.idcard.ladder import BLOCKS, EXTENDED_BLOCKS, MEMORY, Ladder
from devices.idcard.pcsc import PcscReader
from devices.idcard.reader import Means
from devices.idcard.session import PlainChannel, Session
from devices.idcard.simulated import SimulatedReader
from tests.unit.idcard.cards import WatchedCard, read, reader


def extended_of(card: WatchedCard) -> list[bool]:
    commands = (parse_command(raw) for raw in card.commands)
    return [command.extended for command in commands if command is not None]


def made(extended: str = "on", max_apdu: int | None = None, **switches):
    """The card, and a reader without latency that tries extended length."""
    card = WatchedCard(**{"no_pace": False, **switches})
    means = Means(extended=extended)
    return card, SimulatedReader(card, 0, present=True, means=means, max_apdu=max_apdu)


def test_price_in_apdus():
    """The whole card: DG1, DG13, SOD, DG14, DG15, chip authentication and a portrait of 18 kB."""
    card, where = made()
    data = read(where, card.can)
    portrait = -(-len(data.groups[2]) // EXTENDED_BLOCKS[0])
    assert (sorted(data.groups), data.chip.method) == ([1, 2, 13, 14, 15], "CA")
    assert portrait <= 8
    # EF.CardAccess, MSE, four GENERAL AUTHENTICATE, SELECT; five files; two of chip authentication.
    assert data.apdus == 7 + 5 + 2 + portrait
    assert data.apdus <= 22
    assert data.groups == read(reader(WatchedCard())).groups


@pytest.mark.parametrize(
    ("extended", "max_apdu", "tried"),
    [
        ("on", None, True),
        ("on", 256, True),
        ("off", 65536, False),
        ("auto", None, False),
        ("auto", 256, False),
        ("auto", 261, True),
        ("auto", 65536, True),
    ],
)
def test_when_it_is_tried(extended, max_apdu, tried):
    card, where = made(extended, max_apdu)
    read(where)
    assert any(extended_of(card)) is tried


@pytest.mark.parametrize(("key", "no_pace"), [("can", False), ("key", False), ("key", True)])
def test_a_card_without_it_is_opened_anew_and_remembered(key, no_pace):
    card, where = made(no_extended=True, no_pace=no_pace)
    first = read(where, getattr(card, key))
    assert extended_of(card).count(True) == 1
    opened = 8 if not no_pace else 6
    del card.commands[:]
    second = read(where, getattr(card, key))
    assert not any(extended_of(card))
    assert first.apdus == second.apdus + opened
    assert first.groups == second.groups


def test_a_card_that_gives_less_is_read_with_what_it_gives():
    card, where = made(max_le=1000)
    assert read(where).face is not None
    card.switches.max_le = 0
    assert read(where).apdus > 90  # remembered: 223
    card, where = made(max_le=512)
    assert read(where).face is not None


def ladder_of(*blocks: int, proved: bool = False) -> tuple[Ladder, Session]:
    """A ladder on which a talk has come down to these sizes."""

    class Connection:
        reader, atr, max_apdu = "R", b"A", 65536

    ladder = Ladder(BLOCKS, "auto", {})
    assert ladder.begin(Connection) == (2560, 2048, *BLOCKS)
    session = Session(lambda apdu: apdu, PlainChannel(), blocks)
    session.proved = proved
    return ladder, session


@pytest.mark.parametrize(
    ("came_to", "then"),
    [
        ((2560, 2048, 223, 160), (223, 160)),
        ((2048, 223, 160), (223, 160)),
        ((223, 160), (160,)),
        ((200, 160), (160,)),
        ((160,), (160,)),
        ((2560,), (2560,)),
    ],
)
def test_a_broken_talk_leaves_extended_length_at_once(came_to, then):
    ladder, session = ladder_of(*came_to)
    ladder.step_down(session)
    assert ladder._sizes == then


def test_a_refusal_goes_one_step_and_the_talk_lives_on():
    card, where = made(max_le=2048)
    data = read(where, card.can)
    again = read(where, card.can)
    assert data.apdus == again.apdus + 1  # remembered: 2048
    assert data.groups == again.groups
    assert where._memory[where.readers()[0], card.atr] == (2048, *BLOCKS)


@pytest.mark.parametrize("limit", [200, 100])
def test_the_size_a_chip_names_is_kept(limit):
    """6Cxx costs one more command, not one for every block."""
    card, where = made(max_le=limit, max_le_mode="6c")
    data = read(where, card.can)
    expected = sum(-(-len(group) // limit) for group in data.groups.values())
    assert expected < data.apdus < expected + 50
    assert read(where, card.can).groups == data.groups


def test_another_card_is_tried_anew():
    card, where = made(no_extended=True)
    read(where)
    other = WatchedCard(no_pace=False)
    other.atr = card.atr[:-1] + b"\x00"
    where.put_card(other)
    assert read(where).apdus <= 22


class Failing(WatchedCard):
    """The reader fails at the APDU with this number, once."""

    fail_at = 0
    code = "READER_ERROR"

    def execute(self, raw: bytes) -> bytes:
        answer = super().execute(raw)
        if len(self.commands) == self.fail_at:
            raise Fault(self.code)
        return answer


def failing(at: int, code: str = "READER_ERROR") -> tuple[Failing, SimulatedReader]:
    card = Failing(no_pace=False)
    card.fail_at, card.code = at, code
    return card, SimulatedReader(card, 0, present=True, means=Means(extended="on"))


def test_a_reader_that_fails_at_the_first_long_answer_is_remembered():
    card, where = failing(12)  # the first block of DG2
    assert parse_command(read_all(card, where)[11]).extended
    assert not any(extended_of(card)[12:])
    card.fail_at = 0
    del card.commands[:]
    read(where)
    assert not any(extended_of(card))


def test_a_failure_after_long_answers_is_not_held_against_them():
    card, where = failing(16)
    read(where)
    assert not any(extended_of(card)[16:])
    card.fail_at = 0
    assert read(where).apdus <= 22


def test_a_reset_has_nothing_to_do_with_sizes():
    card, where = failing(16, "CARD_RESET")
    assert read(where).apdus < 40
    assert any(extended_of(card)[16:])


def test_resets_do_not_go_on_for_ever():
    _, where = made()

    def reset(progress) -> None:
        if progress.total > 100:
            where.script(Fault("CARD_RESET"))

    with pytest.raises(Fault, match="CARD_RESET"):
        read(where, on_progress=reset)


def test_extended_fails_and_then_one_more_restart_is_allowed():
    _, where = made(no_extended=True, reset_after=40)
    assert read(where).face is not None
    _, where = made(no_extended=True)
    done = []

    def fail(progress) -> None:
        if progress.total > 100 and len(done) < 2:
            done.append(where.script(Fault("READER_ERROR")))

    with pytest.raises(Fault, match="READER_ERROR"):
        read(where, on_progress=fail)


def read_all(card: WatchedCard, where: SimulatedReader) -> list[bytes]:
    where.read(card.key, lambda _: None, Cancel())
    return card.commands


def test_the_memory_is_bounded():
    memory: dict = {}
    for count in range(MEMORY + 5):
        ladder = Ladder((223, 160), "off", memory)

        class Connection:
            reader, atr, max_apdu = "R", bytes([count]), None

        ladder.begin(Connection)
        ladder.keep(Session(lambda apdu: apdu, PlainChannel(), (160,)))
    assert 0 < len(memory) <= MEMORY


def test_the_setting_of_the_driver_overrules_the_means():
    assert PcscReader()._means.extended == "auto"
    assert PcscReader(extended="on")._means.extended == "on"
    assert PcscReader(means=Means(extended="off"))._means.extended == "off"


FEATURES = bytes.fromhex("06044233000A" + "120442330012")


@pytest.mark.parametrize(
    ("features", "properties", "size"),
    [
        (FEATURES, "0A0400000100", 65536),
        (FEATURES, "0101000A0205010B021234", 261),
        (FEATURES, "0A04", None),
        (FEATURES, "", None),
        (FEATURES, "010100", None),
        (FEATURES[:6], "0A0400000100", None),
        (FEATURES[:-1], "0A0400000100", None),
        (b"\x12\x00", "0A0400000100", None),
    ],
)
def test_what_a_reader_says_of_itself(features, properties, size, monkeypatch):
    def control(_card, code, _data):
        asked_features = code == scard.FEATURE_REQUEST
        return 0, list(features if asked_features else bytes.fromhex(properties))

    monkeypatch.setattr(scard._scard, "SCardControl", control, raising=False)
    assert scard.max_apdu(1, scard._scard.SCARD_PROTOCOL_T1) == size
    assert scard.max_apdu(1, scard._scard.SCARD_PROTOCOL_T0) is None


def test_readers_that_say_nothing(monkeypatch):
    monkeypatch.setattr(
        scard._scard, "SCardControl", lambda *_: (0x8010001F - (1 << 32), []), raising=False
    )
    assert scard.max_apdu(1, scard._scard.SCARD_PROTOCOL_T1) is None
    assert scard._scard.SCARD_CTL_CODE(3400) == scard.FEATURE_REQUEST
