"""One value, one encoding; everything else is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.journal.cbor import NotCanonical, decode, encode

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(
    lambda one: unicodedata.normalize("NFC", one)
)
plain = st.none() | st.integers(0, 2**64 - 1) | st.binary(max_size=300) | text
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=30), max_leaves=40)


@pytest.mark.parametrize(
    ("value", "hexadecimal"),
    [  # RFC 8949 Appendix A
        (0, "00"), (23, "17"), (24, "1818"), (100, "1864"), (1000, "1903e8"),
        (1_000_000, "1a000f4240"), (1_000_000_000_000, "1b000000e8d4a51000"),
        (2**64 - 1, "1bffffffffffffffff"), (None, "f6"), (b"", "40"), (b"\1\2\3\4", "4401020304"),
        ("", "60"), ("IETF", "6449455446"), ("\u00fc", "62c3bc"), ("\u6c34", "63e6b0b4"),
        ([], "80"), ([1, [2, 3], [4, 5]], "8301820203820405"),
        (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
    ],
)  # fmt: skip
def test_known_answers(value, hexadecimal):
    assert encode(value).hex() == hexadecimal
    assert decode(bytes.fromhex(hexadecimal)) == value


@given(values)
def test_what_is_encoded_is_decoded(value):
    assert decode(encode(value)) == value


@given(st.binary(max_size=60))
def test_what_is_decoded_encodes_to_the_same_bytes(data):
    try:
        value = decode(data)
    except NotCanonical:
        return
    assert encode(value) == data


@given(values, st.data())
def test_a_changed_bit_is_another_value_or_refused(value, data):
    good = bytearray(encode(value))
    bit = data.draw(st.integers(0, 8 * len(good) - 1))
    good[bit // 8] ^= 1 << bit % 8
    try:
        other = decode(bytes(good))
    except NotCanonical:
        return
    assert encode(other) == bytes(good) != encode(value)


@given(values, st.binary(min_size=1, max_size=3))
def test_nothing_may_follow_or_lack(value, more):
    whole = encode(value)
    for wrong in (whole + more, whole[:-1]):
        with pytest.raises(NotCanonical):
            decode(wrong)


@pytest.mark.parametrize(
    "hexadecimal",
    ["1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff", "580161", "780161", "9800",
     "9f00ff", "5f4101ff", "7f6161ff", "20", "3863", "a0", "a10102", "c000", "d9d9f700", "f4", "f5", "f7",
     "f90000", "fb3ff0000000000000", "1c", "ff", "", "18", "9bffffffffffffffff", "5bffffffffffffffff",
     "61ff", "63eda080", "66c3a0cca3cca3", "8181818181818181818181818181818181818100"],
)  # fmt: skip
def test_other_forms_are_refused(hexadecimal):
    with pytest.raises(NotCanonical):
        decode(bytes.fromhex(hexadecimal))


def test_decomposed_text_is_refused_both_ways():
    apart = unicodedata.normalize("NFD", "ế")
    with pytest.raises(NotCanonical):
        encode(apart)
    raw = apart.encode()
    with pytest.raises(NotCanonical):
        decode(bytes((0x60 | len(raw),)) + raw)


deep: list[object] = []
for _ in range(20):
    deep = [deep]


@pytest.mark.parametrize(
    "value", [-1, 2**64, True, 1.5, {"a": 1}, object(), "\ud800", deep, [True]]
)
def test_other_values_have_no_encoding(value):
    with pytest.raises(NotCanonical):
        encode(value)
