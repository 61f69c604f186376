"""The curve table and its arithmetic, held against the numbers of `cryptography` where it has the curve."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import eclibrary
from devices.idcard.curves import BY_PARAMETER
from devices.idcard.ec import Curve, Point

KNOWN = {
    8: reference.SECP192R1,
    10: reference.SECP224R1,
    12: reference.SECP256R1,
    13: reference.BrainpoolP256R1,
    15: reference.SECP384R1,
    16: reference.BrainpoolP384R1,
    17: reference.BrainpoolP512R1,
    18: reference.SECP521R1,
}
EVERY = pytest.mark.parametrize("curve", BY_PARAMETER.values(), ids=lambda curve: curve.name)
P256 = BY_PARAMETER[12]
SMALL = Curve("toy", 97, 2, 3, (3, 6), 5)  # order 5: every special case of the addition occurs


def test_all_standardized_curves_are_there():
    assert list(BY_PARAMETER) == list(range(8, 19))


@EVERY
def test_the_generator_is_on_the_curve_and_has_the_order(curve):
    assert curve.holds(curve.g)
    before_last = curve.multiply(curve.n - 1, curve.g)
    assert before_last == (curve.g[0], curve.p - curve.g[1])
    assert curve.add(before_last, curve.g) is None
    assert curve.multiply(curve.n, curve.g) is None


@pytest.mark.parametrize("parameter", KNOWN)
def test_agrees_with_cryptography(parameter):
    curve = BY_PARAMETER[parameter]
    for scalar in (1, 2, 3, 5, 8, 1000003, curve.n // 3, curve.n - 1):
        try:
            key = reference.derive_private_key(scalar, KNOWN[parameter]())
        except Exception as error:  # noqa: BLE001  # a library built without this curve
            pytest.skip(type(error).__name__)
        numbers = key.public_key().public_numbers()
        assert curve.multiply(scalar, curve.g) == (numbers.x, numbers.y)


@EVERY
def test_multiplying_is_adding(curve):
    total = None
    for count in range(1, 20):
        total = curve.add(total, curve.g)
        assert curve.multiply(count, curve.g) == total


def ours(curve: Curve) -> Curve:
    """The same curve without the library."""
    return replace(curve, library=None)


@pytest.mark.parametrize("parameter", KNOWN)
def test_the_library_has_the_very_same_curve(parameter):
    """It takes our points and refuses all others; its generator is ours, and so is the order."""
    curve = BY_PARAMETER[parameter]
    if curve.library is None:
        pytest.skip("a library built without this curve")
    assert type(curve.library) is KNOWN[parameter]
    assert curve.library.key_size == curve.p.bit_length()
    minus = curve.multiply(curve.n - 1, curve.g)
    assert minus == (curve.g[0], curve.p - curve.g[1])
    public = reference.EllipticCurvePublicNumbers(*curve.g, curve.library).public_key()
    assert public.public_numbers().x == curve.g[0]
    swapped = reference.EllipticCurvePublicNumbers(curve.g[1], curve.g[0], curve.library)
    for refused in (
        swapped.public_key,
        lambda: reference.derive_private_key(curve.n, curve.library),
    ):
        with pytest.raises(ValueError):  # noqa: PT011  # the library's own words
            refused()


def test_curves_of_unknown_parameters_are_not_given_to_the_library():
    stranger = Curve("P-256", P256.p, P256.a, P256.b, P256.g, P256.n)
    assert stranger.library is None
    assert stranger == P256
    assert eclibrary.known("toy") is None


def test_a_library_without_the_curve(monkeypatch):
    def lacking(*_: object) -> None:
        raise UnsupportedAlgorithm("curve")

    monkeypatch.setattr(eclibrary.ec, "derive_private_key", lacking)
    assert eclibrary.known.__wrapped__("P-256") is None


def point_of(curve: Curve, seed: int) -> Point:
    point = ours(curve).multiply(seed % (curve.n - 1) + 1, curve.g)
    assert point is not None
    return point


@EVERY
@settings(max_examples=25, deadline=None)
@given(scalar=st.integers(0, 1 << 640), seed=st.integers(0, 1 << 640))
def test_the_library_and_ours_agree(curve, scalar, seed):
    point = point_of(curve, seed)
    product = ours(curve).multiply(scalar, point)
    assert curve.multiply(scalar, point) == product
    assert curve.shared_x(scalar, point) == (None if product is None else product[0])
    assert curve.multiply(scalar, curve.g) == ours(curve).multiply(scalar, curve.g)


@EVERY
def test_edges_of_multiplying(curve):
    minus = curve.g[0], curve.p - curve.g[1]
    other = point_of(curve, 4711)
    for scalar in (0, 1, 2, curve.n - 2, curve.n - 1, curve.n, curve.n + 1, -1):
        for point in (curve.g, minus, other):
            product = ours(curve).multiply(scalar, point)
            assert curve.multiply(scalar, point) == product
            assert curve.shared_x(scalar, point) == (None if product is None else product[0])
            assert product is None or curve.holds(product)


@EVERY
def test_both_sides_agree_on_a_secret(curve):
    base = point_of(curve, 99)
    mine, my_public = curve.key_pair(os.urandom, base)
    theirs, their_public = curve.key_pair(os.urandom, base)
    secret = curve.secret(mine, their_public)
    assert secret == curve.secret(theirs, my_public)
    assert len(secret) == curve.size
    assert int.from_bytes(secret, "big") == curve.agree(mine, their_public)[0]


@EVERY
def test_infinity_is_refused_wherever_it_could_come(curve):
    minus = curve.multiply(curve.n - 5, curve.g)
    for come_to in (
        lambda: curve.agree(curve.n, curve.g),
        lambda: curve.secret(curve.n, curve.g),
        lambda: curve.mapped(5, minus),
    ):
        with pytest.raises(Fault, match="TLV_BROKEN"):
            come_to()
    assert curve.mapped(0, minus) == minus


@given(a=st.integers(0, 20), b=st.integers(0, 20))
def test_special_cases_on_a_tiny_curve(a, b):
    one, other = SMALL.multiply(a, SMALL.g), SMALL.multiply(b, SMALL.g)
    assert SMALL.add(one, other) == SMALL.multiply(a + b, SMALL.g)


@EVERY
def test_points_keep_their_leading_zeros(curve):
    points = (curve.multiply(scalar, curve.g) for scalar in range(1, 600))
    for point in points:
        assert point is not None
        if point[0] >> 8 * (curve.size - 1) == 0:
            break
    data = curve.encode(point)
    assert len(data) == 1 + 2 * curve.size
    assert curve.decode(data) == point


@EVERY
def test_wrong_points_are_refused(curve):
    good = curve.encode(curve.g)
    x, y = curve.g
    over = b"\x04" + (x + curve.p).to_bytes(curve.size + 1, "big")[-curve.size :]
    wrong = [
        b"",
        b"\x00",
        good[:-1],
        good + b"\x00",
        b"\x02" + good[1 : 1 + curve.size],
        b"\x00" + good[1:],
        bytes(len(good)),
        b"\x04" + bytes(len(good) - 1),
        good[:-1] + bytes([good[-1] ^ 1]),
        over + good[1 + curve.size :],
    ]
    for data in wrong:
        with pytest.raises(Fault, match="TLV_BROKEN"):
            curve.decode(data)
    assert not curve.holds((x + curve.p, y))
    assert not curve.holds((x, y + curve.p))
    assert not curve.holds((x, -y))


@given(st.binary(max_size=80))
def test_random_bytes_are_no_point(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        P256.decode(data)
