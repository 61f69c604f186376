"""The groups of whole numbers: their constants proved, and public values that are none."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard.agreement import DRAWS, draw
from devices.idcard.dh import BY_PARAMETER, LONG_DRAWS, Group

EVERY = pytest.mark.parametrize("group", BY_PARAMETER.values(), ids=lambda group: group.name)
TOY = Group("toy", 23, 2, 11)
NO_ORDER = Group("toy without order", 23, 5)


def is_prime(number: int) -> bool:
    """Miller-Rabin with 40 fixed bases."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    bases = Random(5114)
    for _ in range(40):
        x = pow(bases.randrange(2, number - 1), odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def test_the_proof_of_primes_tells_them_apart():
    assert is_prime(2**127 - 1)
    assert not is_prime((2**127 - 1) * (2**61 - 1))
    assert not is_prime(1729)


@pytest.mark.parametrize(
    ("parameter", "bits", "order_bits"), [(0, 1024, 160), (1, 2048, 224), (2, 2048, 256)]
)
def test_the_groups_are_groups(parameter, bits, order_bits):
    group = BY_PARAMETER[parameter]
    assert (group.p.bit_length(), group.q.bit_length(), group.size) == (bits, order_bits, bits // 8)
    assert is_prime(group.p)
    assert is_prime(group.q)
    assert (group.p - 1) % group.q == 0
    assert group.g != 1
    assert group.power(group.g, group.q) == 1


@EVERY
def test_two_sides_agree(group):
    mine, my_public = group.key_pair(os.urandom)
    theirs, their_public = group.key_pair(os.urandom)
    shared = group.agree(mine, their_public)
    assert shared == group.agree(theirs, my_public)
    assert group.secret(mine, their_public) == group.encode(shared)
    assert shared == pow(group.g, mine * theirs % group.q, group.p)


@EVERY
def test_values_there_and_back(group):
    data = group.encode(group.g)
    assert len(data) == group.size
    assert group.decode(data) == group.g
    small = next(
        y for k in range(1, 5000) if (y := group.power(group.g, k)) >> 8 * (group.size - 1) == 0
    )
    assert group.decode(group.encode(small)) == group.decode(group.encode(small)[1:]) == small


@EVERY
def test_values_that_are_none(group):
    outside = next(y for y in range(2, 1000) if group.power(y, group.q) != 1)
    numbers = [0, 1, group.p - 1, group.p, outside]
    wrong = [group.encode(number) for number in numbers]
    wrong += [b"", b"\x00", b"\x00" + group.encode(group.g), b"\xff" * group.size]
    for data in wrong:
        with pytest.raises(Fault, match="TLV_BROKEN"):
            group.decode(data)


def test_the_order_is_checked_where_it_is_known():
    squares = {pow(y, 2, 23) for y in range(1, 23)} - {1}
    for y in range(23):
        try:
            assert TOY.decode(bytes([y])) == y
        except Fault:
            assert y not in squares
        else:
            assert y in squares
    assert NO_ORDER.decode(b"\x05") == 5


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_no_value(data):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        BY_PARAMETER[2].decode(data)


@pytest.mark.parametrize("group", [TOY, NO_ORDER])
def test_every_private_key_can_come(group):
    drawn = {group.private_key(os.urandom) for _ in range(3000)}
    assert drawn == set(range(1, group.q or group.p - 1))


@given(st.integers(2, 1 << 300), st.integers())
def test_numbers_are_drawn_below_the_limit(limit, seed):
    assert 0 < draw(limit, Random(seed).randbytes) < limit


def test_what_does_not_fit_is_drawn_again():
    order = BY_PARAMETER[0].q
    drawn = [bytes(20), order.to_bytes(20, "big"), b"\x01" * 20]
    assert BY_PARAMETER[0].private_key(lambda _: drawn.pop(0)) == int.from_bytes(b"\x01" * 20)
    assert drawn == []


@EVERY
def test_public_values_have_no_leading_zeros(group):
    """The first key drawn has one and isn't taken."""
    size = (group.q.bit_length() + 7) // 8
    short = next(k for k in range(1, 5000) if group.power(group.g, k) >> 8 * (group.size - 1) == 0)
    drawn = [short.to_bytes(size, "big"), (2).to_bytes(size, "big")]
    private, public = group.key_pair(lambda _: drawn.pop(0))
    assert (private, public) == (2, group.power(group.g, 2))
    base = group.power(group.g, 3)
    private, public = group.key_pair(os.urandom, base)
    assert public == group.power(base, private)


@EVERY
def test_secrets_keep_their_leading_zeros(group):
    short = next(k for k in range(1, 5000) if group.power(group.g, k) >> 8 * (group.size - 1) == 0)
    secret = group.secret(short, group.g)
    assert (len(secret), secret[0]) == (group.size, 0)


@EVERY
def test_the_neutral_element_is_refused_wherever_it_could_come(group):
    minus = group.power(group.g, group.q - 5)
    for come_to in (
        lambda: group.agree(group.q, group.g),
        lambda: group.secret(group.q, group.g),
        lambda: group.mapped(5, minus),
    ):
        with pytest.raises(Fault, match="TLV_BROKEN"):
            come_to()
    assert group.mapped(0, minus) == minus


def test_a_source_that_gives_nothing():
    calls = []

    def nothing(size: int) -> bytes:
        calls.append(size)
        return bytes(size)

    with pytest.raises(ValueError, match="gives no key"):
        BY_PARAMETER[0].private_key(nothing)
    assert len(calls) == DRAWS


def test_a_group_without_long_values_gets_a_short_one():
    """Made up by a hostile card: two to any power has leading zeros in most of this group."""
    group = Group("hostile", (1 << 1024) + 1, 2)
    drawn = []

    def threes(size: int) -> bytes:
        drawn.append(size)
        return (3 << 8 * size - group.p.bit_length()).to_bytes(size, "big")

    assert group.key_pair(threes) == (3, 8)
    assert len(drawn) == LONG_DRAWS


def test_nothing_of_a_group_is_printed_but_its_name():
    assert repr(BY_PARAMETER[1]) == "Group(MODP-2048-224)"
