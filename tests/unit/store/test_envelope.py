"""A file for one office: readable at any place with its key, refused when anything was changed."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.faults import Fault
from kiosk.store import envelope
from kiosk.store.envelope import CHUNK, Opened, Sealing

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = X25519PrivateKey.from_private_bytes(bytes(32))
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7)


def sealed(data: bytes, key: X25519PrivateKey = KEY) -> bytes:
    target = io.BytesIO()
    stream = Sealing(target, key.public_key())
    stream.write(data)
    stream.finish()
    return target.getvalue()


def opened(data: bytes) -> bytes:
    return Opened(io.BytesIO(data), KEY).read()


@cache
def three_chunks() -> bytes:
    return sealed(bytes(2 * CHUNK + 100))


@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out(size: int) -> None:
    data = bytes(i * 31 % 251 for i in range(size))
    assert opened(sealed(data)) == data


@settings(max_examples=40)
@given(st.sampled_from(SIZES), st.lists(st.tuples(st.integers(0, 4 * CHUNK), st.integers(0, 200))))
def test_it_reads_at_any_place_as_a_file_does(size: int, reads: list[tuple[int, int]]) -> None:
    data = bytes(i * 31 % 251 for i in range(size))
    ours, peer = io.BufferedReader(Opened(io.BytesIO(sealed(data)), KEY)), io.BytesIO(data)
    for place, count in reads:
        assert ours.seek(place) == peer.seek(place)
        assert ours.read(count) == peer.read(count)


@settings(max_examples=60)
@given(st.data())
def test_a_changed_byte_anywhere_is_refused(draw: st.DataObject) -> None:
    data = bytearray(three_chunks())
    data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(Fault, match="BUNDLE_"):
        opened(bytes(data))


@settings(max_examples=60)
@given(st.data())
def test_a_cut_file_is_refused_when_it_is_opened(draw: st.DataObject) -> None:
    whole = three_chunks()
    with pytest.raises(Fault, match="BUNDLE_REFUSED"):
        Opened(io.BytesIO(whole[: draw.draw(st.integers(0, len(whole) - 1))]), KEY)


def test_chunks_that_were_swapped_dropped_or_added_are_refused() -> None:
    whole, one = three_chunks(), CHUNK + 16
    head, first, second, last = whole[:48], whole[48 : 48 + one], whole[48 + one :][:one], whole[48 + 2 * one :]  # fmt: skip
    for parts in ([second, first, last], [first, last], [first, second, second, last], [first]):
        with pytest.raises(Fault, match="BUNDLE_REFUSED"):
            opened(head + b"".join(parts))


def test_another_office_is_told_so() -> None:
    with pytest.raises(Fault, match="BUNDLE_KEY_OTHER"):
        opened(sealed(b"data", OTHER))


def test_a_public_key_of_small_order_is_refused() -> None:
    data = bytearray(sealed(b"data"))
    data[16:48] = bytes(32)
    with pytest.raises(Fault, match="BUNDLE_REFUSED"):
        opened(bytes(data))


def test_an_archive_is_written_and_read_through_it() -> None:
    target = io.BytesIO()
    stream = Sealing(target, KEY.public_key())
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("name", b"Nguyen" * 50_000)
    stream.finish()
    assert b"name" not in target.getvalue()
    with zipfile.ZipFile(io.BufferedReader(Opened(io.BytesIO(target.getvalue()), KEY))) as archive:
        assert archive.read("name") == b"Nguyen" * 50_000


def test_the_private_half_is_kept_under_a_passphrase() -> None:
    pem = envelope.private_pem(KEY, "một cửa")
    assert b"ENCRYPTED" in pem
    key = envelope.private_key(pem, "một cửa")
    assert envelope.public_text(key) == envelope.public_text(KEY)
    assert envelope.key_id(envelope.public_key(envelope.public_text(KEY))) == envelope.key_id(
        KEY.public_key()
    )
    for wrong in ("", "other"):
        with pytest.raises(Fault, match="BUNDLE_KEY_OTHER"):
            envelope.private_key(pem, wrong)
    with pytest.raises(ValueError, match="passphrase"):
        envelope.private_pem(KEY, "")


@given(st.binary(max_size=200))
def test_a_file_that_is_no_key_is_a_fault(pem: bytes) -> None:
    with pytest.raises(Fault, match="BUNDLE_KEY_OTHER"):
        envelope.private_key(pem, "x")
