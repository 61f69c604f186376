"""Public keys: every known curve by name and written out, and the ways to cheat with parameters."""

from __future__ import annotations

from contextlib import suppress

import pytest
from asn1crypto import core, keys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import curves, spki
from devices.idcard.ec import Curve
from tests.unit.idcard.public_keys import (
    EC_OID,
    OIDS,
    SECP256K1,
    SECRET,
    compressed,
    explicit,
    info,
    public,
)

ALL = [
    pytest.param(curve, id=curve.name)
    for curve in (*curves.BY_PARAMETER.values(), *curves.TWISTED.values())
]


def refused(der: bytes) -> str:
    with pytest.raises(Fault) as caught:
        spki.load(der)
    return caught.value.code


@pytest.mark.parametrize("parameter", curves.BY_PARAMETER)
def test_a_curve_by_name_and_by_number(parameter):
    curve = curves.BY_PARAMETER[parameter]
    wanted = spki.EcKey(curve, public(curve), named=True)
    point = curve.encode(wanted.point)
    assert spki.load(info(EC_OID, core.ObjectIdentifier(OIDS[parameter]), point)) == wanted
    assert spki.load(info("0.4.0.127.0.7.1.2", core.Integer(parameter), point)) == wanted


@pytest.mark.parametrize(("oid", "name"), spki.TWISTED_OF_OID.items())
def test_a_twisted_curve_by_name(oid, name):
    curve = curves.TWISTED[name]
    der = info(EC_OID, core.ObjectIdentifier(oid), curve.encode(public(curve)))
    assert spki.load(der) == spki.EcKey(curve, public(curve), named=True)


@pytest.mark.parametrize("curve", curves.TWISTED.values(), ids=lambda curve: curve.name)
def test_a_twisted_curve_is_the_twin_of_its_other(curve):
    """RFC 5639 §2: field and order are shared, a is -3, and Z maps one to the other."""
    (twin,) = [one for one in curves.BY_PARAMETER.values() if one.n == curve.n]
    assert twin.name == curve.name.replace("t1", "r1")
    assert (curve.p, curve.a) == (twin.p, curve.p - 3)
    assert curve.holds(curve.g)
    assert curve.multiply(curve.n - 1, curve.g) == (curve.g[0], curve.p - curve.g[1])
    # x of the twisted generator is Z² times that of the other, so that a = -3 = A·Z⁴, b = B·Z⁶.
    square = curve.g[0] * pow(twin.g[0], -1, curve.p) % curve.p
    assert twin.a * square**2 % curve.p == curve.a
    assert twin.b * square**3 % curve.p == curve.b
    assert pow(square, (curve.p - 1) // 2, curve.p) == 1


def test_keys_do_not_print_themselves():
    key = spki.EcKey(curves.BY_PARAMETER[12], public(curves.BY_PARAMETER[12]))
    assert repr(key) == "EcKey(P-256, 256 bits)"
    assert repr(spki.RsaKey((1 << 2047) + 1, 65537)) == "RsaKey(2048 bits)"
    assert repr(spki.DhKey((1 << 1023) + 1, 2, 0, 4)) == "DhKey(1024 bits)"


@pytest.mark.parametrize("curve", ALL)
def test_written_out_parameters_are_the_curve_they_describe(curve):
    wanted = spki.EcKey(curve, public(curve), named=True)
    assert spki.load(explicit(curve)) == wanted
    assert spki.load(explicit(curve, base=compressed(curve.g, curve), cofactor=None)) == wanted


@pytest.mark.parametrize("curve", ALL)
def test_a_generator_of_ones_own_under_a_known_order_is_refused(curve):
    """Whoever may choose G has a private key for every public point: G = Q, secret 1."""
    assert refused(explicit(curve, base=curve.encode(public(curve)))) == "TLV_BROKEN"


def test_any_other_parameter_under_a_known_order_is_refused():
    curve = curves.BY_PARAMETER[12]
    a, b = (number.to_bytes(32, "big") for number in (curve.a, curve.b + 1))
    assert refused(explicit(curve, curve={"a": a, "b": b})) == "TLV_BROKEN"
    other = curves.BY_PARAMETER[13]
    field = {"field_type": "prime_field", "parameters": core.Integer(other.p)}
    assert refused(explicit(curve, field_id=field)) == "TLV_BROKEN"


def test_an_unknown_curve_is_examined_and_said_to_be_unknown():
    key = spki.load(explicit(SECP256K1))
    assert isinstance(key, spki.EcKey)
    assert not key.named
    assert (key.curve.p, key.curve.n, key.curve.g) == (SECP256K1.p, SECP256K1.n, SECP256K1.g)
    assert key.point == public(SECP256K1)


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ({"order": 2**255 - 19}, "TLV_BROKEN"),  # prime, but not the order
        ({"order": 2**256}, "TLV_BROKEN"),
        ({"order": 7}, "TLV_BROKEN"),
        ({"cofactor": 4}, "KEY_UNSUPPORTED"),
        ({"base": bytes([4]) + bytes(63) + b"\x01"}, "TLV_BROKEN"),
        ({"curve": {"a": bytes(32), "b": bytes(32)}}, "TLV_BROKEN"),
        ({"curve": {"a": bytes(32), "b": b"\xff" * 2000}}, "TLV_BROKEN"),
    ],
)
def test_an_unknown_curve_that_is_none_is_refused(others, code):
    assert refused(explicit(SECP256K1, **others)) == code


def test_a_prime_order_that_would_fit_but_isnt_the_generators_is_refused():
    assert refused(explicit(SECP256K1, order=SECP256K1.n + 24)) == "TLV_BROKEN"


def test_a_weak_curve_of_composite_order_is_refused():
    """Supersingular: p = 2 mod 3 and a = 0 make p + 1 points, whatever b is."""
    p = curves.BY_PARAMETER[15].p
    weak = Curve("weak", p, 0, 3, (1, 2), p + 1)
    assert weak.multiply(p, weak.g) == (1, p - 2)
    assert refused(explicit(weak)) == "TLV_BROKEN"


@pytest.mark.parametrize("bits", [32, 159, 522, 4000])
def test_fields_out_of_bounds_are_refused(bits):
    field = {"field_type": "prime_field", "parameters": core.Integer((1 << bits) - 1)}
    assert refused(explicit(SECP256K1, field_id=field)) == "KEY_UNSUPPORTED"


def test_points_off_the_curve_and_infinity_are_refused():
    curve = curves.BY_PARAMETER[12]
    name = core.ObjectIdentifier(OIDS[12])
    x, y = public(curve)
    for point in (curve.encode((x, y ^ 1)), b"\x00", b"", b"\x04", b"\x06" + bytes(64), bytes(65)):
        assert refused(info(EC_OID, name, point)) == "TLV_BROKEN"


def test_compressed_points_are_understood():
    curve = curves.BY_PARAMETER[12]
    name = core.ObjectIdentifier(OIDS[12])
    x, y = public(curve)
    for point in ((x, y), (x, curve.p - y)):
        key = spki.load(info(EC_OID, name, compressed(point, curve)))
        assert key == spki.EcKey(curve, point)
    assert refused(info(EC_OID, name, b"\x02" + bytes(31) + b"\x01")) == "TLV_BROKEN"
    other = curves.BY_PARAMETER[10]
    name = core.ObjectIdentifier(OIDS[10])
    assert refused(info(EC_OID, name, compressed(other.g, other))) == "KEY_UNSUPPORTED"


def test_a_key_as_cryptography_writes_it():
    key = ec.derive_private_key(SECRET, ec.SECP384R1()).public_key()
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    numbers = key.public_numbers()
    assert spki.load(der) == spki.EcKey(curves.BY_PARAMETER[15], (numbers.x, numbers.y))


@pytest.mark.parametrize("oid", ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"])
def test_rsa_within_bounds(oid):
    def made(n: int, e: int) -> bytes:
        numbers = keys.RSAPublicKey({"modulus": n, "public_exponent": e})
        return info(oid, core.Null(), numbers.dump())

    n = (1 << 2047) + 1
    assert spki.load(made(n, 65537)) == spki.RsaKey(n, 65537)
    assert refused(made(n + 1, 65537)) == "TLV_BROKEN"
    assert refused(made(-n, 65537)) == "TLV_BROKEN"
    assert refused(made(n, 65536)) == "TLV_BROKEN"
    assert refused(made(n, 1)) == "KEY_UNSUPPORTED"
    assert refused(made(n, (1 << 64) + 1)) == "KEY_UNSUPPORTED"
    assert refused(made((1 << 400) + 1, 3)) == "KEY_UNSUPPORTED"
    assert refused(made((1 << 9000) + 1, 3)) == "KEY_UNSUPPORTED"


class Numbers(core.SequenceOf):
    _child_spec = core.Integer


RFC_5114_P = int(
    "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE652C0"
    "13ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0"
    "A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A4371",
    16,
)
RFC_5114_G = int(
    "A4D1CBD5C3FD34126765A442EFB99905F8104DD258AC507FD6406CFF14266D31266FEA1E5C41564B777E690F5504F213"
    "160217B4B01B886A5E91547F9E2749F4D7FBD7D3B9A92EE1909D0D2263F80A76A6A24C087A091F531DBF0A0169B6A28A"
    "D662A4D18E73AFA32D779D5918D08BC8858F4DCEF97C2A24855E6EEB22B3B2E5",
    16,
)
RFC_5114_Q = int("F518AA8781A8DF278ABA4E7D64B7CB9D49462353", 16)


def test_diffie_hellman_of_both_kinds():
    p, g, q = RFC_5114_P, RFC_5114_G, RFC_5114_Q
    y = pow(g, SECRET, p)
    key = core.Integer(y).dump()
    x942 = info("1.2.840.10046.2.1", Numbers([p, g, q]), key)
    pkcs3 = info("1.2.840.113549.1.3.1", Numbers([p, g, 160]), key)
    assert spki.load(x942) == spki.DhKey(p, g, q, y)
    assert spki.load(pkcs3) == spki.DhKey(p, g, 0, y)


@pytest.mark.parametrize("y", [0, 1, RFC_5114_P - 1, RFC_5114_P, -5, 2])
def test_diffie_hellman_outside_the_group_is_refused(y):
    """2 is in the field but not in the subgroup."""
    numbers = Numbers([RFC_5114_P, RFC_5114_G, RFC_5114_Q])
    der = info("1.2.840.10046.2.1", numbers, core.Integer(y).dump())
    assert refused(der) == "TLV_BROKEN"


def test_diffie_hellman_sizes_are_bounded():
    def made(p: int, g: int, q: int) -> bytes:
        return info("1.2.840.10046.2.1", Numbers([p, g, q]), core.Integer(5).dump())

    assert refused(made((1 << 4096) + 1, 2, 1 << 200)) == "KEY_UNSUPPORTED"
    assert refused(made((1 << 300) + 1, 2, 1 << 200)) == "KEY_UNSUPPORTED"
    assert refused(made(-RFC_5114_P, 2, RFC_5114_Q)) == "KEY_UNSUPPORTED"
    assert refused(made(RFC_5114_P, 2, RFC_5114_P // 2)) == "KEY_UNSUPPORTED"
    assert refused(made(RFC_5114_P, 2, 7)) == "KEY_UNSUPPORTED"
    assert refused(made(RFC_5114_P - 1, 2, RFC_5114_Q)) == "TLV_BROKEN"


def test_other_algorithms_and_sizes_are_refused():
    assert refused(info("1.3.101.112", None, bytes(32))) == "KEY_UNSUPPORTED"
    assert refused(info(EC_OID, core.ObjectIdentifier("1.3.132.0.10"), bytes(65))) == (
        "KEY_UNSUPPORTED"
    )
    assert refused(info(EC_OID, core.Null(), bytes(65))) == "KEY_UNSUPPORTED"
    assert refused(info(EC_OID, None, bytes(65))) == "TLV_BROKEN"
    assert refused(bytes(10_000)) == "TLV_BROKEN"
    assert refused(explicit(SECP256K1) + b"\x00") == "TLV_BROKEN"


SAMPLES = [
    explicit(SECP256K1),
    explicit(curves.BY_PARAMETER[17]),
    info(
        EC_OID,
        core.ObjectIdentifier(OIDS[12]),
        curves.BY_PARAMETER[12].encode(curves.BY_PARAMETER[12].g),
    ),
    rsa.RSAPublicNumbers(65537, (1 << 1023) + 1)
    .public_key()
    .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4),
    st.integers(0, 2000),
)
def test_spoilt_keys_give_a_key_or_a_fault(sample, changes, cut):
    data = bytearray(sample)
    for at, value in changes:
        data[at % len(data)] = value
    with suppress(Fault):
        key = spki.load(bytes(data[: cut or len(data)]))
        assert isinstance(key, spki.RsaKey | spki.EcKey | spki.DhKey)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_a_fault(data):
    assert refused(data) in ("TLV_BROKEN", "KEY_UNSUPPORTED")
