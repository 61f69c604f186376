"""Chip authentication: against the virtual chip through real sessions, and byte for byte."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from devices.fault import Fault
from devices.idcard import access, chipauth, curves, dg14, dh, lds, spki, tlv
from devices.idcard.apdu import Command, Response, parse_command
from devices.idcard.dg14 import ChipAuth
from devices.idcard.ec import Curve
from devices.idcard.securemessaging import AesSuite, CardChannel, CipherKind, TerminalChannel, suite
from devices.idcard.session import Session
from devices.idcard.virtual import chip
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.chip import AgreementKey
from devices.idcard.virtual.faults import Switches

READ_DG1 = Command(0, 0xB0, 0x81, 0, le=4)
P256 = curves.BY_PARAMETER[12]
AES_OID = dg14.CHIP_AUTH + b"\x02\x02"


def opened(transport, card: VirtualCard, key=None) -> Session:
    found = access.open_card(transport, key or card.key, os.urandom)
    return Session(transport, found.channel)


def made(**switches) -> VirtualCard:
    return VirtualCard(switches=Switches(**switches))


def offer_of(session: Session) -> ChipAuth:
    data = session.read(lds.DG14)
    assert data is not None
    (offer,) = dg14.parse(data).chip_auth
    return offer


def offer(domain: Curve | dh.Group, kind: CipherKind = CipherKind.AES_128) -> ChipAuth:
    """What a chip with a static key in this domain offers."""
    key = spki.load(AgreementKey(domain, 7).info())
    assert not isinstance(key, spki.RsaKey)
    agreement = dg14.ECDH if isinstance(domain, Curve) else dg14.DH
    return ChipAuth(dg14.CHIP_AUTH + bytes([agreement, kind.value]), kind, key)


class Asked:
    """A chip that says yes to everything and keeps what it was told."""

    def __init__(self, *answers: int) -> None:
        self.commands: list[Command] = []
        self._answers = list(answers)

    def __call__(self, command: Command) -> Response:
        self.commands.append(command)
        return Response(b"", self._answers.pop(0) if self._answers else 0x9000)


CIPHERS = ["3des", "aes128", "aes192", "aes256"]


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize("group", [False, True], ids=["ECDH", "DH"])
@pytest.mark.parametrize("way", ["BAC", "PACE"])
def test_a_genuine_chip_goes_on_under_the_new_keys(cipher, group, way):
    card = made(ca_cipher=cipher, ca_dh=group, no_pace=way == "BAC")
    session = opened(card.execute, card)
    channel = chipauth.run(session.send, offer_of(session), os.urandom)
    fresh = Session(card.execute, channel)
    assert fresh.send(READ_DG1) == Response(b"\x61\x5d\x5f\x1f", 0x9000)
    assert fresh.read(lds.DG2) is not None


@pytest.mark.parametrize("group", [False, True], ids=["ECDH", "DH"])
def test_a_key_without_protocol_means_3des_by_one_command(group):
    card = made(ca_no_info=True, ca_dh=group)
    session = opened(card.execute, card)
    found = offer_of(session)
    asked: list[Command] = []

    def send(command: Command) -> Response:
        asked.append(command)
        return session.send(command)

    channel = chipauth.run(send, found, os.urandom)
    assert [command.header.hex() for command in asked] == ["002241a6"]
    assert Session(card.execute, channel).send(READ_DG1).sw == 0x9000


@pytest.mark.parametrize("group", [False, True], ids=["ECDH", "DH"])
@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_chip_with_another_key_cannot_go_on(cipher, group):
    card = made(ca_cipher=cipher, ca_dh=group, ca_wrong_key=True)
    session = opened(card.execute, card)
    channel = chipauth.run(session.send, offer_of(session), os.urandom)
    with pytest.raises(Fault, match=r"SM_BROKEN.*6988"):
        Session(card.execute, channel).send(READ_DG1)


def test_a_clone_refuses_and_the_talk_goes_on_under_the_old_keys():
    card = made(clone=True)
    session = opened(card.execute, card)
    with pytest.raises(Fault, match="CHIP_AUTH_REFUSED: MSE:Set AT 6D00"):
        chipauth.run(session.send, offer_of(session), os.urandom)
    assert session.send(READ_DG1).sw == 0x9000


def test_the_old_keys_are_dead_afterwards():
    card = made()
    session = opened(card.execute, card)
    chipauth.run(session.send, offer_of(session), os.urandom)
    with pytest.raises(Fault, match="SM_BROKEN"):
        session.send(READ_DG1)


def test_old_chips_with_3des_know_the_one_command_only():
    asked = Asked(0x6A80)
    chipauth.run(asked, offer(P256, CipherKind.TDES), os.urandom)
    assert [command.header.hex() for command in asked.commands] == ["002241a4", "002241a6"]


@pytest.mark.parametrize(
    ("answers", "detail"),
    [
        ([0x6A80], "MSE:Set AT 6A80"),
        ([0x9000, 0x6300], "GENERAL AUTHENTICATE 6300"),
        ([0x9000, 0x6700], "GENERAL AUTHENTICATE 6700"),
    ],
)
def test_a_chip_that_says_no(answers, detail):
    with pytest.raises(Fault) as caught:
        chipauth.run(Asked(*answers), offer(P256), os.urandom)
    assert (caught.value.code, caught.value.detail) == ("CHIP_AUTH_REFUSED", detail)


def test_commands_and_keys_byte_for_byte():
    """The library agrees on the same secret and its keys protect the same command."""
    static = ec.derive_private_key(7, ec.SECP256R1())
    ours = ec.derive_private_key(0x2345, ec.SECP256R1()).public_key().public_numbers()
    asked = Asked()
    found = replace(offer(P256), key_id=b"\x05")
    channel = chipauth.run(asked, found, lambda size: (0x2345).to_bytes(size, "big"))
    point = b"\x04" + ours.x.to_bytes(32, "big") + ours.y.to_bytes(32, "big")
    assert [command.encode().hex() for command in asked.commands] == [
        "002241a40f800a" + AES_OID.hex() + "840105",
        "0086000045" + "7c438041" + point.hex() + "df",
    ]
    secret = static.exchange(ec.ECDH(), ours.public_key())
    enc, mac = (hashlib.sha1(secret + bytes([0, 0, 0, n])).digest()[:16] for n in (1, 2))
    expected = TerminalChannel(AesSuite(enc, mac), bytes(16))
    assert channel.wrap(READ_DG1).encode() == expected.wrap(READ_DG1).encode()


def test_the_one_command_byte_for_byte():
    ours = P256.agree(0x2345, P256.g)
    asked = Asked()
    found = ChipAuth(b"", CipherKind.TDES, offer(P256).key, b"\x05")
    chipauth.run(asked, found, lambda size: (0x2345).to_bytes(size, "big"))
    assert [command.encode().hex() for command in asked.commands] == [
        "002241a6469141" + P256.encode(ours).hex() + "840105"
    ]


DOMAINS = [*curves.BY_PARAMETER.values(), *dh.BY_PARAMETER.values()]


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
@pytest.mark.parametrize("kind", list(CipherKind))
def test_both_sides_agree_in_every_domain(domain, kind):
    asked = Asked()
    channel = chipauth.run(asked, offer(domain, kind), os.urandom)
    public = tlv.parse(asked.commands[-1].data, 0x7C).child(0x80).value
    keys = suite(kind, AgreementKey(domain, 7).secret(public))
    card = CardChannel(keys, bytes(keys.block))
    outer = parse_command(channel.wrap(READ_DG1).encode())
    assert outer is not None
    assert card.unwrap(outer).header == READ_DG1.header
    assert channel.unwrap(card.wrap(Response(b"data", 0x9000))).data == b"data"


def test_a_prime_whose_values_are_hardly_ever_as_long_as_it():
    """Nobody should make one, but a card may bring it: 2 ** 1024 and a little."""
    key = spki.DhKey((1 << 1024) + 643, 3, 0, 9)
    public, secret = chipauth.agree(key, os.urandom)
    group = chipauth.group_of(key)
    assert (len(public), len(secret)) == (group.size, group.size)
    assert pow(int.from_bytes(public, "big"), 2, key.p) == int.from_bytes(secret, "big")


def test_a_key_that_agrees_on_nothing():
    """A public value of order 3 and a private key that is a multiple of it."""
    p = dh.BY_PARAMETER[1].p
    y = next(pow(n, (p - 1) // 3, p) for n in range(2, 99) if pow(n, (p - 1) // 3, p) != 1)
    asked = Asked()
    bad = ChipAuth(dg14.CHIP_AUTH + b"\x01\x02", CipherKind.AES_128, spki.DhKey(p, 2, 0, y))
    with pytest.raises(Fault, match="KEY_UNSUPPORTED"):
        chipauth.run(asked, bad, lambda size: (6).to_bytes(size, "big"))
    assert asked.commands == []


def test_leading_zeros_of_the_secret_count():
    key = offer(P256).key
    assert isinstance(key, spki.EcKey)
    private = next(n for n in range(1, 9999) if P256.secret(n, key.point)[0] == 0)
    public, secret = chipauth.agree(key, lambda size: private.to_bytes(size, "big"))
    assert len(secret) == 32
    assert AgreementKey(P256, 7).secret(public) == secret


class ShortOnly:
    """A chip whose commands hold no more than 223 bytes; it says so under its own MAC."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card
        self.session = opened(card.execute, card)
        self.asked: list[int] = []

    def send(self, command: Command) -> Response:
        self.asked.append(command.cla)
        if len(command.data) > 223:
            return Response(b"", 0x6700)
        return self.session.send(command)


@pytest.mark.parametrize("switches", [{}, {"ca_no_info": True}], ids=str)
def test_a_long_key_is_chained_where_its_length_is_refused(switches):
    chip_ = ShortOnly(made(ca_dh=True, **switches))
    channel = chipauth.run(chip_.send, offer_of(chip_.session), os.urandom)
    assert chip_.asked[-2:] == [0x10, 0x00]
    assert Session(chip_.card.execute, channel).send(READ_DG1).sw == 0x9000


@pytest.mark.parametrize("switches", [{}, {"ca_no_info": True}], ids=str)
def test_a_long_key_without_extended_length(switches):
    card = made(ca_dh=True, no_extended=True, **switches)
    session = opened(card.execute, card)
    channel = chipauth.run(session.send, offer_of(session), os.urandom)
    assert Session(card.execute, channel).send(READ_DG1).sw == 0x9000


def test_a_chain_that_is_broken_off():
    chip_ = Asked(0x9000, 0x6700, 0x6884)
    with pytest.raises(Fault, match="CHIP_AUTH_REFUSED: GENERAL AUTHENTICATE 6884"):
        chipauth.run(chip_, offer(dh.BY_PARAMETER[2]), os.urandom)
    assert [command.cla for command in chip_.commands] == [0, 0, 0x10]


# --- the chip's side ---

SET_AT = Command(0, 0x22, 0x41, 0xA4, tlv.build(0x80, AES_OID))
GOOD = tlv.build(0x7C, tlv.build(0x80, P256.encode(P256.g)))


def authenticate(data: bytes = GOOD, cla: int = 0) -> Command:
    return Command(cla, 0x86, 0, 0, data, 223)


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        ([SET_AT, authenticate()], 0x9000),
        ([authenticate()], 0x6985),
        ([SET_AT, READ_DG1, authenticate()], 0x6985),
        ([SET_AT, authenticate(b"\x7c\x00")], 0x6A80),
        ([SET_AT, authenticate(GOOD[:-1] + b"\x00")], 0x6A80),
        ([SET_AT, authenticate(b"\x7c\x00"), authenticate()], 0x6985),
        ([SET_AT, authenticate(GOOD[:20], 0x10), authenticate(GOOD[20:])], 0x9000),
        ([SET_AT, *[authenticate(bytes(223), 0x10)] * 10], 0x6700),
        ([replace(SET_AT, data=SET_AT.data[:-1] + b"\x01")], 0x6A80),
        ([replace(SET_AT, data=SET_AT.data + b"\x84\x01\x01")], 0x6A88),
        ([replace(SET_AT, data=b"\x80")], 0x6A80),
        ([Command(0, 0x22, 0x41, 0xA6, tlv.build(0x91, P256.encode(P256.g)))], 0x6D00),
    ],
)
def test_the_chip_keeps_the_order(commands, sw):
    card = made()
    session = opened(card.execute, card)
    assert [session.send(command).sw for command in commands][-1] == sw


@pytest.mark.parametrize("command", [SET_AT, Command(0, 0x22, 0x41, 0xA6, b"\x91\x01\x00")])
def test_not_before_access_control(command):
    card = made()
    assert card.execute(bytes.fromhex("00A4040C07A0000002471001")) == b"\x90\x00"
    assert card.execute(command.encode()) == b"\x69\x82"


def test_without_dg14_the_chip_knows_nothing_of_it():
    card = made(no_ca=True)
    session = opened(card.execute, card)
    assert session.read(lds.DG14) is None
    assert session.send(SET_AT).sw == 0x6D00


def test_a_reset_forgets_the_protocol():
    card = made()
    session = opened(card.execute, card)
    assert session.send(SET_AT).sw == 0x9000
    card.reset()
    assert opened(card.execute, card).send(authenticate()).sw == 0x6985


def test_the_key_is_told_from_its_neighbour():
    """What `ca_wrong_key` relies on."""
    key = chip.agreement_key()
    assert key.info() != replace(key, private=key.private + 1).info()
