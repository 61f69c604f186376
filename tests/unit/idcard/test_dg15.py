"""DG15 gives the key of active authentication; hostile files raise nothing but faults."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import dg15
from devices.idcard.spki import EcKey, RsaKey
from devices.idcard.virtual import chip
from devices.idcard.virtual.faults import Switches


def encoded(key) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.DER, form)


def test_rsa_as_a_library_writes_it():
    key = rsa.RSAPublicNumbers(65_537, chip.rsa_signer().n).public_key()
    assert dg15.parse(dg15.build(encoded(key))) == RsaKey(chip.rsa_signer().n, 65_537)


def test_ec_as_a_library_writes_it():
    key = ec.derive_private_key(77, ec.BrainpoolP384R1()).public_key()
    found = dg15.parse(dg15.build(encoded(key)))
    numbers = key.public_numbers()
    assert isinstance(found, EcKey)
    assert (found.curve.name, found.point) == ("brainpoolP384r1", (numbers.x, numbers.y))


@pytest.mark.parametrize(("ecdsa", "kind"), [(False, RsaKey), (True, EcKey)])
def test_of_the_virtual_card(ecdsa, kind):
    assert isinstance(dg15.parse(chip.groups(Switches(aa_ecdsa=ecdsa))[15]), kind)


@pytest.mark.parametrize("data", [b"", b"\x6f\x00", b"\x6e\x02\x30\x00", b"\x6f\x02\x30\x00"])
def test_files_that_are_none(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg15.parse(data)


def test_a_kind_of_key_we_do_not_know():
    other = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    with pytest.raises(Fault, match="KEY_UNSUPPORTED"):
        dg15.parse(dg15.build(encoded(other)))


RSA, EC = (chip.groups(Switches(aa_ecdsa=ecdsa))[15] for ecdsa in (False, True))


@given(
    good=st.sampled_from([RSA, EC]),
    noise=st.binary(max_size=200),
    flips=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 255)), max_size=4),
    cut=st.integers(0, 300),
)
def test_random_and_flipped_bytes(good, noise, flips, cut):
    flipped = bytearray(good)
    for at, mask in flips:
        flipped[at] ^= mask
    for data in (noise, bytes(flipped), bytes(flipped[:cut]), dg15.build(noise)):
        try:
            dg15.parse(data)
        except Fault as fault:
            assert fault.code in ("TLV_BROKEN", "KEY_UNSUPPORTED")  # noqa: PT017
