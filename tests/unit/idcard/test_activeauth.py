"""Active authentication: signatures made independently, and the virtual chip through real sessions."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from functools import lru_cache

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from hypothesis import given
from hypothesis import strategies as st

from devices.idcard import access, activeauth, curves, dg14, dg15, dh, lds
from devices.idcard.apdu import Command, Response
from devices.idcard.api import OK, Finding, Step
from devices.idcard.session import Session
from devices.idcard.spki import DhKey, EcKey, RsaKey
from devices.idcard.virtual import chip
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches

NONCE = bytes.fromhex("F173589974BF40C6")
FAILED_SIGNATURE = Finding(Step.FAILED, "AA_SIGNATURE")


def give(size: int) -> bytes:
    assert size == len(NONCE)
    return NONCE


def says(data: bytes, sw: int = 0x9000):
    return lambda _: Response(data, sw)


def prove(key, answer: bytes, hash_name: str = "") -> tuple[Finding, str]:
    return activeauth.prove(says(answer), key, hash_name, give)


# --- RSA, ISO/IEC 9796-2 scheme 1, with nothing but pow ---


@lru_cache(maxsize=4)
def rsa_numbers(bits: int) -> tuple[int, int]:
    numbers = rsa.generate_private_key(65_537, bits).private_numbers()
    return numbers.public_numbers.n, numbers.d


def message(
    bits: int, hash_name: str, trailer: str, header: int = 0x6A, nonce: bytes = NONCE
) -> bytes:
    """What the chip puts to its private key."""
    end = bytes.fromhex(trailer)
    size = hashlib.new(hash_name).digest_size
    own = bytes(index % 251 + 1 for index in range(bits // 8 - 1 - size - len(end)))
    return bytes([header]) + own + hashlib.new(hash_name, own + nonce).digest() + end


def signed(bits: int, text: bytes) -> bytes:
    n, d = rsa_numbers(bits)
    return pow(int.from_bytes(text, "big"), d, n).to_bytes(bits // 8, "big")


def rsa_key(bits: int) -> RsaKey:
    return RsaKey(rsa_numbers(bits)[0], 65_537)


TRAILERS = [
    ("sha1", "BC"),
    ("sha1", "33CC"),
    ("sha224", "38CC"),
    ("sha256", "34CC"),
    ("sha384", "36CC"),
    ("sha512", "35CC"),
]


@pytest.mark.parametrize(("hash_name", "trailer"), TRAILERS)
@pytest.mark.parametrize("bits", [1024, 2048])
def test_rsa(bits, hash_name, trailer):
    found, detail = prove(rsa_key(bits), signed(bits, message(bits, hash_name, trailer)))
    assert found == OK
    assert detail == f"RSA {bits} {hash_name.upper().replace('SHA', 'SHA-')}"


def test_rsa_with_the_smaller_of_two_representatives():
    n = rsa_numbers(1024)[0]
    signature = int.from_bytes(signed(1024, message(1024, "sha1", "BC")), "big")
    assert prove(rsa_key(1024), (n - signature).to_bytes(128, "big"))[0] == OK


def test_rsa_without_leading_zeros():
    """A chip that drops them gives a shorter answer; the number is the same."""
    for count in range(4096):
        text = message(1024, "sha1", "BC")
        own = count.to_bytes(2, "big") + text[3:-21]
        text = b"\x6a" + own + hashlib.sha1(own + NONCE).digest() + b"\xbc"
        signature = signed(1024, text)
        if signature[0] == 0:
            break
    assert signature[0] == 0
    assert prove(rsa_key(1024), signature.lstrip(b"\x00"))[0] == OK


@pytest.mark.parametrize(
    "text",
    [
        message(1024, "sha1", "BC", nonce=bytes(8)),
        message(1024, "sha1", "BC", header=0x4A),
        message(1024, "sha1", "BC", header=0x6B),
        message(1024, "sha1", "34CC"),
        message(1024, "sha1", "31CC"),
        message(1024, "sha256", "BC"),
        message(1024, "sha1", "BD"),
        message(960, "sha1", "BC"),
        b"\x6a" + hashlib.sha1(NONCE).digest() + b"\xbc",
        b"\xbc",
        b"\x00",
    ],
)
def test_rsa_that_does_not_fit(text):
    assert prove(rsa_key(1024), signed(1024, text)) == (FAILED_SIGNATURE, "RSA 1024")


def test_rsa_larger_than_the_modulus():
    n = rsa_numbers(1024)[0]
    signature = int.from_bytes(signed(1024, message(1024, "sha1", "BC")), "big")
    assert prove(rsa_key(1024), (signature + n).to_bytes(129, "big"))[0] == FAILED_SIGNATURE


def test_a_short_modulus_proves_nothing_and_is_not_asked():
    def never(_: Command) -> Response:
        raise AssertionError

    key = RsaKey((1 << 1022) + 1, 65_537)
    found = activeauth.prove(never, key, "", give)
    assert found == (Finding(Step.FAILED, "AA_KEY_TOO_SHORT"), "RSA 1023")


@pytest.mark.parametrize(("bits", "weak"), [(1024, ("AA_KEY_WEAK",)), (2048, ())])
def test_a_modulus_that_is_rather_short(bits, weak):
    assert activeauth.weaknesses(rsa_key(bits)) == weak


def test_no_weakness_of_curves():
    assert activeauth.weaknesses(ec_key(ec.SECP256R1())) == ()


# --- ECDSA, signed by a library ---

NAMES = {
    "secp224r1": 10,
    "secp256r1": 12,
    "brainpoolP256r1": 13,
    "secp384r1": 15,
    "brainpoolP384r1": 16,
    "brainpoolP512r1": 17,
    "secp521r1": 18,
}
CURVES = [
    ec.SECP224R1(),
    ec.SECP256R1(),
    ec.BrainpoolP256R1(),
    ec.SECP384R1(),
    ec.BrainpoolP384R1(),
    ec.BrainpoolP512R1(),
    ec.SECP521R1(),
]
HASHES = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def ec_key(curve: ec.EllipticCurve) -> EcKey:
    numbers = ec.derive_private_key(99, curve).public_key().public_numbers()
    return EcKey(curves.BY_PARAMETER[NAMES[curve.name]], (numbers.x, numbers.y))


def der(curve: ec.EllipticCurve, hash_name: str, nonce: bytes = NONCE) -> bytes:
    return ec.derive_private_key(99, curve).sign(nonce, ec.ECDSA(HASHES[hash_name]))


def plain(curve: ec.EllipticCurve, hash_name: str, nonce: bytes = NONCE) -> bytes:
    size = (curve.key_size + 7) // 8
    return b"".join(
        part.to_bytes(size, "big")
        for part in utils.decode_dss_signature(der(curve, hash_name, nonce))
    )


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
@pytest.mark.parametrize("hash_name", HASHES)
@pytest.mark.parametrize("form", [plain, der])
def test_ecdsa_with_the_hash_of_dg14(curve, hash_name, form):
    key = ec_key(curve)
    found, detail = prove(key, form(curve, hash_name), hash_name)
    assert found == OK
    assert detail == f"ECDSA {key.curve.name} SHA-{hash_name[3:]}"


@pytest.mark.parametrize(
    ("curve", "hash_name"),
    [
        (ec.SECP224R1(), "sha224"),
        (ec.SECP256R1(), "sha256"),
        (ec.SECP256R1(), "sha1"),
        (ec.BrainpoolP384R1(), "sha384"),
        (ec.SECP521R1(), "sha512"),
    ],
)
def test_ecdsa_with_a_hash_that_fits_the_key(curve, hash_name):
    found, detail = prove(ec_key(curve), plain(curve, hash_name))
    assert (found, detail[-len(hash_name) + 3 :]) == (OK, hash_name[3:])


P256 = ec.SECP256R1()


@pytest.mark.parametrize(
    ("answer", "hash_name"),
    [
        (plain(P256, "sha256", bytes(8)), "sha256"),
        (plain(P256, "sha1"), "sha256"),
        (plain(P256, "sha512"), ""),
        (plain(P256, "sha256")[:-1], "sha256"),
        (plain(P256, "sha256") + b"\x00\x00\x00\x00", "sha256"),
        (bytes(64), "sha256"),
        (b"\x30", ""),
        (b"\x30\x06\x02\x01\x00\x02\x01\x00", ""),
        (der(P256, "sha256")[:-1], "sha256"),
    ],
)
def test_ecdsa_that_does_not_fit(answer, hash_name):
    assert prove(ec_key(P256), answer, hash_name) == (FAILED_SIGNATURE, "ECDSA P-256")


@pytest.mark.parametrize(
    ("key", "hash_name", "detail"),
    [
        (ec_key(P256), "0.4.0.127.0.7.1.1.4.1.6", "ECDSA P-256"),
        (DhKey(dh.BY_PARAMETER[0].p, dh.BY_PARAMETER[0].g, 0, 5), "", "DH"),
    ],
)
def test_what_we_cannot_judge_is_no_failure(key, hash_name, detail):
    found = prove(key, b"", hash_name)
    assert found == (Finding(Step.NOT_POSSIBLE, "KEY_UNSUPPORTED"), detail)


# --- the answer of the chip ---


@pytest.mark.parametrize(
    ("data", "sw"), [(b"", 0x9000), (b"", 0x6D00), (b"", 0x6982), (b"x", 0x6300)]
)
def test_a_refusal_is_a_failure(data, sw):
    found = activeauth.prove(says(data, sw), ec_key(P256), "", give)
    assert found == (Finding(Step.FAILED, "AA_REFUSED"), "ECDSA P-256")


@pytest.mark.parametrize(
    ("key", "code"), [(rsa_key(2048), "AA_LENGTH"), (rsa_key(1024), "AA_REFUSED")]
)
def test_an_answer_too_long_for_the_chip_says_nothing_of_it(key, code):
    step = Step.NOT_POSSIBLE if code == "AA_LENGTH" else Step.FAILED
    assert activeauth.prove(says(b"", 0x6700), key, "", give)[0] == Finding(step, code)


@pytest.mark.parametrize(
    ("key", "le"),
    [(ec_key(P256), 223), (rsa_key(1024), 223), (rsa_key(2048), 256), (RsaKey(1 << 3071, 3), 384)],
)
def test_asked_for_what_comes_and_again_for_what_the_chip_names(key, le):
    asked: list[Command] = []

    def send(command: Command) -> Response:
        asked.append(command)
        return Response(b"", 0x6C40)

    found, _ = activeauth.prove(send, key, "", give)
    assert found == Finding(Step.FAILED, "AA_REFUSED")
    first = Command(0x00, 0x88, 0x00, 0x00, NONCE, le)
    assert asked == [first, replace(first, le=0x40)]


@given(answer=st.binary(max_size=300), which=st.integers(0, 2))
def test_any_answer_is_judged(answer, which):
    key = [rsa_key(1024), rsa_key(2048), ec_key(P256)][which]
    assert prove(key, answer)[0].step is Step.FAILED


# --- the virtual chip ---


def opened(card: VirtualCard) -> Session:
    return Session(card.execute, access.open_card(card.execute, card.key, os.urandom).channel)


def outcome(card: VirtualCard) -> tuple[Finding, str]:
    session = opened(card)
    infos, key = session.read(lds.DG14), session.read(lds.DG15)
    assert key is not None
    name = dg14.parse(infos).active_auth_hash if infos else ""
    return activeauth.prove(session.send, dg15.parse(key), name, os.urandom)


@pytest.mark.parametrize("no_pace", [True, False], ids=["BAC", "PACE"])
@pytest.mark.parametrize(
    ("switches", "found"),
    [
        ({}, (OK, "RSA 2048 SHA-1")),
        ({"aa_sha256": True}, (OK, "RSA 2048 SHA-256")),
        ({"aa_ecdsa": True}, (OK, "ECDSA P-256 SHA-256")),
        ({"aa_ecdsa": True, "no_ca": True}, (OK, "ECDSA P-256 SHA-256")),
        ({"aa_wrong_signature": True}, (FAILED_SIGNATURE, "RSA 2048")),
        ({"aa_wrong_signature": True, "aa_ecdsa": True}, (FAILED_SIGNATURE, "ECDSA P-256")),
        ({"clone": True}, (Finding(Step.FAILED, "AA_REFUSED"), "RSA 2048")),
        ({"clone": True, "aa_ecdsa": True}, (Finding(Step.FAILED, "AA_REFUSED"), "ECDSA P-256")),
    ],
    ids=str,
)
def test_genuine_and_not(no_pace, switches, found):
    assert outcome(VirtualCard(switches=Switches(no_pace=no_pace, **switches))) == found


@pytest.mark.parametrize("switches", [{}, {"aa_sha256": True}, {"aa_ecdsa": True}], ids=str)
def test_without_extended_length(switches):
    assert outcome(VirtualCard(switches=Switches(no_extended=True, **switches)))[0] == OK


def test_a_long_answer_to_a_short_command_is_fetched_in_parts():
    """As readers without extended length get it: 61xx and GET RESPONSE around the protection."""
    card = VirtualCard(switches=Switches(no_extended=True))
    channel = access.open_card(card.execute, card.key, os.urandom).channel
    asked: list[bytes] = []

    def transport(apdu: bytes) -> bytes:
        asked.append(apdu)
        return card.execute(apdu)

    session = Session(transport, channel)
    key = dg15.parse(chip.groups(Switches())[15])
    assert activeauth.prove(session.send, key, "", os.urandom) == (OK, "RSA 2048 SHA-1")
    assert [apdu[1] for apdu in asked] == [0x88, 0xC0]
    assert session.send(Command(0, 0xB0, 0x81, 0, le=4)).sw == 0x9000


def test_a_long_answer_comes_at_once_with_extended_length():
    card = VirtualCard()
    channel = access.open_card(card.execute, card.key, os.urandom).channel
    asked: list[bytes] = []

    def transport(apdu: bytes) -> bytes:
        asked.append(apdu)
        return card.execute(apdu)

    send = Session(transport, channel, (2048, 223)).send
    key = dg15.parse(chip.groups(Switches())[15])
    assert activeauth.prove(send, key, "", os.urandom)[0] == OK
    assert len(asked) == 1


INTERNAL = Command(0, 0x88, 0, 0, NONCE, 256)


@pytest.mark.parametrize(
    ("switches", "command", "sw"),
    [
        ({}, replace(INTERNAL, data=NONCE[:7]), 0x6700),
        ({"no_aa": True}, INTERNAL, 0x6D00),
        ({"clone": True}, INTERNAL, 0x6D00),
    ],
)
def test_the_chip_refuses(switches, command, sw):
    assert opened(VirtualCard(switches=Switches(**switches))).send(command).sw == sw


def test_not_before_access_control():
    card = VirtualCard()
    assert card.execute(bytes.fromhex("00A4040C07A0000002471001")) == b"\x90\x00"
    assert card.execute(INTERNAL.encode()) == b"\x69\x82"


def test_without_dg15_there_is_none():
    assert opened(VirtualCard(switches=Switches(no_aa=True))).read(lds.DG15) is None


def test_a_copied_answer_is_told():
    """The same nonce twice gives two signatures, and neither fits another nonce."""
    session = opened(VirtualCard())
    first, second = (session.send(INTERNAL).data for _ in range(2))
    assert first != second
    key = dg15.parse(chip.groups(Switches())[15])
    assert prove(key, first)[0] == OK
    assert activeauth.prove(says(first), key, "", bytes)[0] == FAILED_SIGNATURE
