"""DG14: what a chip offers, matched and put in order; hostile files raise nothing but faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import curves, dg14, dh, tlv
from devices.idcard.securemessaging import CipherKind
from devices.idcard.virtual import chip, pki
from devices.idcard.virtual.chip import AgreementKey
from devices.idcard.virtual.faults import Switches

P256, BP256, P384 = (curves.BY_PARAMETER[number] for number in (12, 13, 15))


def key(curve=P256, key_id=None, agreement=dg14.ECDH) -> bytes:
    return dg14.chip_auth_key(agreement, AgreementKey(curve, 5).info(), key_id)


def names(*infos: bytes) -> list[str]:
    return [offer.name for offer in dg14.parse(dg14.build(*infos)).chip_auth]


def test_written_out_by_hand():
    """A file as the standard describes it, put together without our builders."""
    point = P256.encode(P256.agree(5, P256.g))
    algorithm = bytes.fromhex("301306072A8648CE3D020106082A8648CE3D030107")
    spki = b"\x30\x59" + algorithm + b"\x03\x42\x00" + point
    public = b"\x30\x69\x06\x09" + bytes.fromhex("04007F000702020102") + spki + b"\x02\x01\x02"
    info = bytes.fromhex("3012060A04007F00070202030202020101020102")
    aa = bytes.fromhex("30170606678108010105020101060A04007F00070101040103")
    body = public + info + aa
    data = b"\x6e\x81" + bytes([len(body) + 3]) + b"\x31\x81" + bytes([len(body)]) + body
    found = dg14.parse(data)
    (offer,) = found.chip_auth
    assert offer.oid == bytes.fromhex("04007F00070202030202")
    assert (offer.kind, offer.key_id) == (CipherKind.AES_128, b"\x02")
    assert offer.key.point == P256.agree(5, P256.g)
    assert offer.name == "ECDH P-256 AES-128"
    assert found.active_auth_hash == "sha256"
    assert found.others == ()


@pytest.mark.parametrize(
    ("switches", "name", "hash_name"),
    [
        ({}, "ECDH P-256 AES-128", ""),
        ({"ca_cipher": "3des"}, "ECDH P-256 3DES", ""),
        ({"ca_cipher": "aes256"}, "ECDH P-256 AES-256", ""),
        ({"ca_no_info": True}, "ECDH P-256 3DES", ""),
        ({"ca_dh": True, "ca_cipher": "aes192"}, "DH 2048 AES-192", ""),
        ({"aa_ecdsa": True}, "ECDH P-256 AES-128", "sha256"),
    ],
)
def test_of_the_virtual_card(switches, name, hash_name):
    found = dg14.parse(chip.groups(Switches(**switches))[14])
    assert [offer.name for offer in found.chip_auth] == [name]
    assert found.active_auth_hash == hash_name
    assert bool(found.chip_auth[0].oid) != switches.get("ca_no_info", False)


def test_the_usual_file_fits_one_short_read():
    assert len(chip.groups(Switches(aa_ecdsa=True))[14]) <= 223


def test_keys_and_protocols_are_matched_by_identifier():
    infos = [
        key(P256, 1),
        key(P384, 2),
        dg14.chip_auth_info(dg14.ECDH, 4, 1),
        dg14.chip_auth_info(dg14.ECDH, 2, 2),
    ]
    assert names(*infos) == ["ECDH P-384 AES-128", "ECDH P-256 AES-256"]
    ids = [offer.key_id for offer in dg14.parse(dg14.build(*infos)).chip_auth]
    assert ids == [b"\x02", b"\x01"]


def test_a_single_key_goes_with_an_info_that_names_no_key():
    assert names(key(P256, 7), dg14.chip_auth_info(dg14.ECDH, 2)) == ["ECDH P-256 AES-128"]


def test_a_large_identifier_has_no_sign_byte():
    (offer,) = dg14.parse(dg14.build(key(P256, 0x80))).chip_auth
    assert offer.key_id == b"\x80"


def test_curves_come_first_then_the_longest_key_then_aes():
    group = dh.BY_PARAMETER[2]
    infos = [
        dg14.chip_auth_key(dg14.DH, AgreementKey(group, 5).info(), 1),
        key(BP256, 2),
        key(P384, 3),
        dg14.chip_auth_info(dg14.DH, 2, 1),
        dg14.chip_auth_info(dg14.ECDH, 1, 2),
        dg14.chip_auth_info(dg14.ECDH, 2, 2),
        dg14.chip_auth_info(dg14.ECDH, 1, 3),
    ]
    assert names(*infos) == [
        "ECDH P-384 3DES",
        "ECDH brainpoolP256r1 AES-128",
        "ECDH brainpoolP256r1 3DES",
        "DH 2048 AES-128",
    ]


@pytest.mark.parametrize("cipher", [0, 5, 9])
def test_a_cipher_nobody_knows_is_no_offer_and_no_3des(cipher):
    found = dg14.parse(dg14.build(key(), dg14.chip_auth_info(dg14.ECDH, cipher)))
    assert found.chip_auth == ()
    assert found.others == (f"0.4.0.127.0.7.2.2.3.2.{cipher}",)


def test_version_3_is_another_protocol():
    info = dg14.chip_auth_info(dg14.ECDH, 2).replace(b"\x02\x01\x01", b"\x02\x01\x03")
    assert names(key(), info) == []


def test_an_info_without_its_key_offers_nothing():
    assert names(dg14.chip_auth_info(dg14.ECDH, 2)) == []


def test_explicit_parameters_are_recognized():
    point = BP256.encode(BP256.agree(5, BP256.g))
    spki = chip._public_key_info("1.2.840.10045.2.1", pki.explicit_parameters(BP256).dump(), point)
    assert names(dg14.chip_auth_key(dg14.ECDH, spki)) == ["ECDH brainpoolP256r1 3DES"]


def test_a_point_beside_its_curve_breaks_the_file():
    point = bytearray(P256.encode(P256.g))
    point[-1] ^= 1
    spki = AgreementKey(P256, 1).info().replace(P256.encode(P256.g), bytes(point))
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg14.parse(dg14.build(dg14.chip_auth_key(dg14.ECDH, spki)))


def test_keys_of_another_kind_are_passed_over():
    rsa = dg14.chip_auth_key(dg14.ECDH, chip.rsa_signer().info())
    wrong = key(agreement=dg14.DH)
    unknown = chip._public_key_info("1.3.101.110", b"", bytes(32))  # X25519
    found = dg14.parse(dg14.build(rsa, wrong, dg14.chip_auth_key(dg14.ECDH, unknown)))
    assert found.chip_auth == ()
    assert found.others == tuple(f"0.4.0.127.0.7.2.2.1.{last}" for last in (2, 1, 2))


@pytest.mark.parametrize(
    ("algorithm", "hash_name"),
    [("04007F000701010401" + f"0{n}", name) for n, name in dg14.PLAIN_HASHES.items()]
    + [
        ("04007F00070101040106", "0.4.0.127.0.7.1.1.4.1.6"),
        ("2A864886F70D01010B", "1.2.840.113549.1.1.11"),
    ],
)
def test_hash_of_active_authentication(algorithm, hash_name):
    info = tlv.build(
        0x30,
        tlv.build(0x06, dg14.ACTIVE_AUTH),
        b"\x02\x01\x01",
        tlv.build(0x06, bytes.fromhex(algorithm)),
    )
    assert dg14.parse(dg14.build(info)).active_auth_hash == hash_name


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x6e\x00",
        b"\x6f\x02\x31\x00",
        dg14.build(b"\x31\x00"),
        dg14.build(b"\x30\x00"),
        dg14.build(b"\x30\x03\x02\x01\x01"),
        dg14.build(tlv.build(0x30, tlv.build(0x06, bytes(33)))),
        dg14.build(*[b"\x30\x03\x06\x01\x2a"] * (dg14.MAX_INFOS + 1)),
        dg14.build(tlv.build(0x30, tlv.build(0x06, dg14.PUBLIC_KEY + b"\x02"))),
        dg14.build(tlv.build(0x30, tlv.build(0x06, dg14.CHIP_AUTH + b"\x02\x02"))),
        dg14.build(tlv.build(0x30, tlv.build(0x06, dg14.ACTIVE_AUTH))),
        dg14.build(key() , key()[:-1]),
        dg14.build(tlv.build(0x30, tlv.build(0x06, dg14.CHIP_AUTH + b"\x02\x02"), b"\x02\x01\x01", b"\x02\x00")),
    ],
)  # fmt: skip
def test_files_that_are_none(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        dg14.parse(data)


def test_as_many_infos_as_allowed():
    many = [b"\x30\x03\x06\x01\x2a"] * dg14.MAX_INFOS
    assert dg14.parse(dg14.build(*many)).others == ("1.2",) * dg14.MAX_INFOS


def test_nothing_tells_the_key():
    (offer,) = dg14.parse(chip.groups(Switches())[14]).chip_auth
    assert str(offer.key.point[0]) not in repr(offer)


WHOLE = dg14.build(
    key(P256, 1), key(P384, 2), dg14.chip_auth_info(2, 2, 1), dg14.active_auth_info("sha1")
)


@given(
    noise=st.binary(max_size=300),
    flips=st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)), min_size=1, max_size=4
    ),
    cut=st.integers(0, len(WHOLE)),
)
def test_random_and_flipped_bytes(noise, flips, cut):
    flipped = bytearray(WHOLE)
    for at, mask in flips:
        flipped[at] ^= mask
    for data in (noise, bytes(flipped), bytes(flipped[:cut]), dg14.build(noise)):
        try:
            dg14.parse(data)
        except Fault as fault:
            assert fault.code == "TLV_BROKEN"  # noqa: PT017  # whatever is raised is ours
