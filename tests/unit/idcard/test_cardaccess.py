"""EF.CardAccess: obeyed where we know the way, passed over where not, refused where it is badly made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import cardaccess, tlv
from devices.idcard.cardaccess import DH_GM, ECDH_GM, PACE
from devices.idcard.securemessaging import CipherKind

AES_128 = ECDH_GM + b"\x02"
CHIP_AUTHENTICATION = bytes.fromhex("04007F00070202030202")


def info(oid: bytes, *numbers: bytes) -> bytes:
    return tlv.build(0x30, tlv.build(0x06, oid), *(tlv.build(0x02, number) for number in numbers))


def access(*infos: bytes) -> bytes:
    return tlv.build(0x31, *infos)


def test_the_example_of_a_vietnamese_card():
    found = cardaccess.parse(bytes.fromhex("31143012060A04007F0007020204020202010202010C"))
    assert found.offered == 1
    assert [(one.kind, one.parameter, one.domain.name) for one in found.usable] == [
        (CipherKind.AES_128, 12, "P-256")
    ]


@pytest.mark.parametrize("kind", CipherKind)
@pytest.mark.parametrize("parameter", [0, 1, 2, *range(8, 19)])
def test_every_cipher_and_parameter(kind, parameter):
    oid = (DH_GM if parameter < 3 else ECDH_GM) + bytes([kind.value])
    found = cardaccess.parse(cardaccess.build((oid, parameter))).usable
    assert found == (cardaccess.PaceInfo(oid, kind, parameter),)


@pytest.mark.parametrize(
    "unknown",
    [
        info(DH_GM + b"\x02", b"\x02", b"\x03"),
        info(DH_GM + b"\x02", b"\x02", b"\x0c"),  # a curve with the identifier of groups
        info(DH_GM + b"\x05", b"\x02", b"\x00"),
        info(PACE + b"\x03\x02", b"\x02", b"\x00"),  # integrated mapping over groups
        info(PACE + b"\x06\x02", b"\x02", b"\x0d"),  # chip authentication mapping
        info(PACE + b"\x04\x02", b"\x02", b"\x0c"),  # integrated mapping
        info(ECDH_GM + b"\x09", b"\x02", b"\x0c"),
        info(AES_128, b"\x01", b"\x0c"),
        info(AES_128, b"\x02", b"\x00"),  # a group with the identifier of curves
        info(AES_128, b"\x02", b"\x07"),
        info(AES_128, b"\x02", b"\x13"),
        info(AES_128, b"\x02", b"\x8c"),
        info(AES_128, b"\x02", b"\x01\x00\x00\x00\x0c"),
        info(AES_128, b"\x02", b""),
        info(AES_128, b"\x02"),
        info(AES_128),
        info(AES_128, b"\x02", b"\x0c", b"\x00"),
    ],
)
def test_what_is_not_known_is_passed_over(unknown):
    alone = cardaccess.parse(access(unknown))
    assert (alone.usable, alone.offered) == ((), 1)
    both = cardaccess.parse(access(unknown, info(AES_128, b"\x02", b"\x0d")))
    assert ([one.parameter for one in both.usable], both.offered) == ([13], 2)


def test_other_infos_do_not_count():
    others = info(CHIP_AUTHENTICATION, b"\x01"), info(b"\x2a"), info(PACE + b"\x02")
    found = cardaccess.parse(access(*others, info(AES_128, b"\x02", b"\x0c")))
    assert (len(found.usable), found.offered) == (1, 1)
    assert cardaccess.parse(access()).usable == ()


def test_curves_before_groups_and_aes_before_3des():
    row = [
        (DH_GM + b"\x04", 2),
        (DH_GM + b"\x01", 0),
        (ECDH_GM + b"\x01", 13),
        (DH_GM + b"\x02", 0),
        (ECDH_GM + b"\x02", 12),
    ]
    found = cardaccess.parse(cardaccess.build(*row))
    order = [(one.kind.name, one.domain.name) for one in found.usable]
    assert order == [
        ("AES_128", "P-256"),
        ("TDES", "brainpoolP256r1"),
        ("AES_256", "MODP-2048-256"),
        ("AES_128", "MODP-1024-160"),
        ("TDES", "MODP-1024-160"),
    ]


def test_the_known_ones_are_found_among_many():
    """As full as the file may be: 31 infos we can't use, the one we can in the middle."""
    unknown = [info(PACE + b"\x04" + bytes([n]), b"\x02", b"\x0c") for n in range(16)]
    others = [info(CHIP_AUTHENTICATION, b"\x01", bytes([n])) for n in range(15)]
    found = cardaccess.parse(access(*unknown, info(AES_128, b"\x02", b"\x0c"), *others))
    assert ([one.parameter for one in found.usable], found.offered) == ([12], 17)


def test_aes_before_3des_and_no_doubles():
    row = [(ECDH_GM + bytes([n]), p) for n, p in ((1, 13), (2, 12), (2, 12), (4, 18))]
    found = cardaccess.parse(cardaccess.build(*row))
    assert [(one.kind.value, one.parameter) for one in found.usable] == [(2, 12), (4, 18), (1, 13)]
    assert found.offered == 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        access(b"\x04\x00"),
        access(b"\x30\x00"),
        access(tlv.build(0x30, b"\x02\x01\x02")),
        access(b"\x30\x05\x06"),
        access() + b"\x00",
        access(*[info(AES_128, b"\x02", b"\x0c")] * 33),
    ],
)
def test_badly_made(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        cardaccess.parse(data)


NUMBER = st.sampled_from([b"", b"\x00", b"\x02", b"\x0c", b"\x0d", b"\x7f"]) | st.binary(max_size=6)
IDENTIFIER = st.binary(max_size=12) | st.builds(
    lambda tail: PACE + bytes(tail), st.tuples(st.integers(0, 7), st.integers(0, 9))
)
INFO = st.builds(lambda oid, numbers: info(oid, *numbers), IDENTIFIER, st.lists(NUMBER, max_size=4))


@given(st.lists(INFO, max_size=32))
def test_well_made_infos_of_any_content_are_read(infos):
    found = cardaccess.parse(access(*infos))
    assert len(found.usable) <= found.offered <= len(infos)
    for one in found.usable:
        assert one.domain.decode(one.domain.encode(one.domain.g)) == one.domain.g
