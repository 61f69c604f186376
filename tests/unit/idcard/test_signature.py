"""Signatures: every scheme, hash and curve, by the library and by our own arithmetic."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest
from asn1crypto import algos
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import curves, signature, spki
from devices.idcard.ec import Curve
from devices.idcard.signature import HASHES, Algorithm, Scheme, generic_ecdsa, verify
from devices.idcard.virtual import pki
from devices.idcard.virtual.faults import Switches
from tests.unit.idcard.public_keys import SECP256K1, SECRET, explicit, public

DATA = b"synthetic data"
RSA = pki.issuer(Switches(pss=True)).dsc_key
RSA_NUMBERS = RSA.private_numbers()
RSA_KEY = spki.RsaKey(RSA_NUMBERS.public_numbers.n, RSA_NUMBERS.public_numbers.e)
IN_LIBRARY = [
    (8, ec.SECP192R1()),
    (10, ec.SECP224R1()),
    (12, ec.SECP256R1()),
    (13, ec.BrainpoolP256R1()),
    (15, ec.SECP384R1()),
    (16, ec.BrainpoolP384R1()),
    (17, ec.BrainpoolP512R1()),
    (18, ec.SECP521R1()),
]
ALL = [pytest.param(curve, id=curve.name) for curve in curves.BY_PARAMETER.values()]


def signed(curve: Curve, digest: bytes, nonce: int = 0xC0FFEE) -> tuple[int, int]:
    """ECDSA as the textbook has it (SEC 1 §4.1.3), for curves the library lacks."""
    point = curve.multiply(nonce, curve.g)
    assert point is not None
    r = point[0] % curve.n
    e = int(
        bin(int.from_bytes(digest, "big"))[2:].zfill(8 * len(digest))[: curve.n.bit_length()], 2
    )
    return r, pow(nonce, -1, curve.n) * (e + r * SECRET) % curve.n


def own(curve: Curve) -> spki.EcKey:
    """The key with our arithmetic only: its curve has a name that no library knows."""
    bare = Curve("nameless", curve.p, curve.a, curve.b, curve.g, curve.n)
    return spki.EcKey(bare, public(curve), named=False)


@pytest.mark.parametrize("name", HASHES)
@pytest.mark.parametrize("curve", ALL)
def test_ecdsa_on_every_curve_with_written_out_parameters(curve, name):
    key = spki.load(explicit(curve))
    r, s = signed(curve, hashlib.new(name, DATA).digest())
    der = utils.encode_dss_signature(r, s)
    algorithm = Algorithm(Scheme.ECDSA, name)
    assert verify(key, algorithm, DATA, der)
    assert not verify(key, algorithm, DATA + b".", der)
    assert not verify(key, algorithm, DATA, utils.encode_dss_signature(r, s ^ 1))


@pytest.mark.parametrize("name", HASHES)
@pytest.mark.parametrize(("parameter", "library"), IN_LIBRARY)
def test_our_ecdsa_agrees_with_the_library(parameter, library, name):
    curve = curves.BY_PARAMETER[parameter]
    private = ec.derive_private_key(SECRET, library)
    r, s = utils.decode_dss_signature(private.sign(DATA, ec.ECDSA(HASHES[name]())))
    digest = hashlib.new(name, DATA).digest()
    key = own(curve)
    assert generic_ecdsa(key, digest, r, s)
    assert not generic_ecdsa(key, digest[::-1], r, s)
    assert not generic_ecdsa(key, digest, s, r)
    assert not generic_ecdsa(replace(key, point=curve.g), digest, r, s)


def test_ecdsa_on_a_curve_that_nobody_knows():
    key = spki.load(explicit(SECP256K1))
    private = ec.derive_private_key(SECRET, ec.SECP256K1())
    der = private.sign(DATA, ec.ECDSA(hashes.SHA384()))
    assert verify(key, Algorithm(Scheme.ECDSA, "sha384"), DATA, der)
    assert not verify(key, Algorithm(Scheme.ECDSA, "sha256"), DATA, der)


def test_a_nonstandard_digest_length_is_verified_by_our_own_arithmetic():
    """Active authentication may hand over any digest."""
    curve = curves.BY_PARAMETER[12]
    key = spki.EcKey(curve, public(curve))
    digest = hashlib.sha256(DATA).digest()[:30]
    assert signature.ecdsa(key, digest, *signed(curve, digest))
    assert not signature.ecdsa(key, digest[::-1], *signed(curve, digest))


@pytest.mark.parametrize("curve", ALL)
def test_numbers_out_of_range_are_refused(curve):
    digest = hashlib.sha256(DATA).digest()
    r, s = signed(curve, digest)
    for key in (spki.EcKey(curve, public(curve)), own(curve)):
        assert signature.ecdsa(key, digest, r, s)
        for pair in ((0, s), (r, 0), (r + curve.n, s), (r, s + curve.n), (-r, s), (r, -s), (0, 0)):
            assert not signature.ecdsa(key, digest, *pair)


def test_a_signature_without_a_point_is_refused():
    """u1·G + u2·Q is infinity: r = -e/d."""
    curve = curves.BY_PARAMETER[12]
    digest = hashlib.sha256(DATA).digest()
    r = -int.from_bytes(digest, "big") * pow(SECRET, -1, curve.n) % curve.n
    assert not generic_ecdsa(own(curve), digest, r, 5)


@pytest.mark.parametrize("name", HASHES)
def test_rsa(name):
    made = RSA.sign(DATA, padding.PKCS1v15(), HASHES[name]())
    algorithm = Algorithm(Scheme.RSA, name)
    assert verify(RSA_KEY, algorithm, DATA, made)
    assert not verify(RSA_KEY, algorithm, DATA + b".", made)
    assert not verify(RSA_KEY, algorithm, DATA, made[:-1] + bytes([made[-1] ^ 1]))
    assert not verify(RSA_KEY, algorithm, DATA, b"\x00" + made)
    assert not verify(RSA_KEY, algorithm, DATA, made[:-1])
    larger = int.from_bytes(made, "big") + RSA_KEY.n
    assert not verify(RSA_KEY, algorithm, DATA, larger.to_bytes(257, "big"))


def test_an_rsa_signature_has_one_number_only():
    """The same number plus the modulus, in as many bytes, would verify too."""
    made = (
        (data, RSA.sign(data, padding.PKCS1v15(), hashes.SHA256()))
        for data in (bytes([count]) for count in range(256))
    )
    data, number = next(
        (data, number)
        for data, number in ((data, int.from_bytes(one, "big")) for data, one in made)
        if number + RSA_KEY.n < 1 << 2048
    )
    algorithm = Algorithm(Scheme.RSA, "sha256")
    assert verify(RSA_KEY, algorithm, data, number.to_bytes(256, "big"))
    assert not verify(RSA_KEY, algorithm, data, (number + RSA_KEY.n).to_bytes(256, "big"))


def test_rsa_padding_is_compared_to_the_last_byte():
    """Room after the digest, as in Bleichenbacher's forgery, or another block type."""
    made = RSA.sign(DATA, padding.PKCS1v15(), hashes.SHA256())
    padded = pow(int.from_bytes(made, "big"), RSA_KEY.e, RSA_KEY.n).to_bytes(256, "big")
    info = padded[padded.index(b"\x00", 2) :]

    def raw(block: bytes) -> bytes:
        number = pow(int.from_bytes(block, "big"), RSA_NUMBERS.d, RSA_KEY.n)
        return number.to_bytes(256, "big")

    algorithm = Algorithm(Scheme.RSA, "sha256")
    assert verify(RSA_KEY, algorithm, DATA, raw(padded))
    room = b"\x00\x01" + b"\xff" * 8 + info
    assert not verify(RSA_KEY, algorithm, DATA, raw(room + bytes(256 - len(room))))
    assert not verify(RSA_KEY, algorithm, DATA, raw(b"\x00\x02" + padded[2:]))


def test_an_rsa_key_too_small_for_the_hash_is_refused():
    small = spki.RsaKey((1 << 511) + 1, 3)
    assert not verify(small, Algorithm(Scheme.RSA, "sha512"), DATA, bytes(64))
    assert not verify(small, Algorithm(Scheme.PSS, "sha512", "sha512", 64), DATA, bytes(64))


@pytest.mark.parametrize("name", HASHES)
@pytest.mark.parametrize(("inner", "salt"), [("same", 32), ("sha1", 20), ("sha512", 0)])
def test_rsa_pss_takes_hash_mask_and_salt_from_the_parameters(name, inner, salt):
    mask = name if inner == "same" else inner
    scheme = padding.PSS(padding.MGF1(HASHES[mask]()), salt)
    made = RSA.sign(DATA, scheme, HASHES[name]())
    identifier = algos.SignedDigestAlgorithm(
        {
            "algorithm": "rsassa_pss",
            "parameters": {
                "hash_algorithm": {"algorithm": name},
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask}},
                "salt_length": salt,
            },
        }
    )
    algorithm = Algorithm.of(algos.SignedDigestAlgorithm.load(identifier.dump()))
    assert algorithm == Algorithm(Scheme.PSS, name, mask, salt)
    assert verify(RSA_KEY, algorithm, DATA, made)
    assert not verify(RSA_KEY, algorithm, DATA + b".", made)
    assert not verify(RSA_KEY, replace(algorithm, salt=salt + 1), DATA, made)


def test_empty_pss_parameters_mean_sha_1():
    identifier = algos.SignedDigestAlgorithm.load(bytes.fromhex("300d06092a864886f70d01010a3000"))
    assert Algorithm.of(identifier) == Algorithm(Scheme.PSS, "sha1", "sha1", 20)


@pytest.mark.parametrize("size", [2, 3, 8])
def test_absurd_salts_are_refused(size):
    salt = bytes([size]) + b"\x7f" * size
    field = b"\xa2" + bytes([size + 2]) + b"\x02" + salt
    body = bytes.fromhex("06092a864886f70d01010a") + b"\x30" + bytes([len(field)]) + field
    identifier = algos.SignedDigestAlgorithm.load(b"\x30" + bytes([len(body)]) + body)
    with pytest.raises(Fault, match="KEY_UNSUPPORTED"):
        Algorithm.of(identifier)


@pytest.mark.parametrize(
    ("word", "digest", "algorithm"),
    [
        ("rsassa_pkcs1v15", "sha384", Algorithm(Scheme.RSA, "sha384")),
        ("sha1_rsa", "sha256", Algorithm(Scheme.RSA, "sha1")),
        ("sha512_ecdsa", "sha256", Algorithm(Scheme.ECDSA, "sha512")),
        ("sha224_ecdsa", "", Algorithm(Scheme.ECDSA, "sha224")),
    ],
)
def test_the_hash_of_the_message_serves_where_the_algorithm_names_none(word, digest, algorithm):
    identifier = algos.SignedDigestAlgorithm({"algorithm": word})
    assert Algorithm.of(identifier, digest) == algorithm


@pytest.mark.parametrize(
    ("word", "digest"),
    [("rsassa_pkcs1v15", ""), ("rsassa_pkcs1v15", "md5"), ("md5_rsa", ""), ("sha1_dsa", "sha1"),
     ("ed25519", "sha512"), ("sha3_256_ecdsa", "sha256"), ("rsassa_pss", "sha256")],
)  # fmt: skip
def test_other_algorithms_are_refused(word, digest):
    identifier = algos.SignedDigestAlgorithm({"algorithm": word})
    with pytest.raises(Fault, match="KEY_UNSUPPORTED"):
        Algorithm.of(algos.SignedDigestAlgorithm.load(identifier.dump()), digest)


def test_a_key_of_another_kind_has_not_signed():
    curve = curves.BY_PARAMETER[12]
    digest = hashlib.sha256(DATA).digest()
    key = spki.EcKey(curve, public(curve))
    by_curve = utils.encode_dss_signature(*signed(curve, digest))
    by_rsa = RSA.sign(DATA, padding.PKCS1v15(), hashes.SHA256())
    for scheme in (Scheme.RSA, Scheme.PSS):
        algorithm = Algorithm(scheme, "sha256", "sha256", 32)
        assert not verify(key, algorithm, DATA, by_curve)
        assert not verify(key, algorithm, DATA, by_rsa)
    assert not verify(RSA_KEY, Algorithm(Scheme.ECDSA, "sha256"), DATA, by_curve)
    assert not verify(spki.DhKey(23, 5, 0, 4), Algorithm(Scheme.RSA, "sha256"), DATA, by_rsa)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(list(Scheme)), st.sampled_from(list(HASHES)))
def test_noise_is_nobodys_signature(noise, scheme, name):
    curve = curves.BY_PARAMETER[12]
    algorithm = Algorithm(scheme, name, name, 20)
    for key in (RSA_KEY, spki.EcKey(curve, public(curve))):
        assert verify(key, algorithm, DATA, noise) is False


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_noise_as_an_identifier_is_a_fault(noise):
    body = bytes([0x30, len(noise)]) + noise
    with suppress(Fault):
        assert Algorithm.of(algos.SignedDigestAlgorithm.load(body)).digest in HASHES
