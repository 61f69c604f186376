"""Bytes of a serial line become codes, however they are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.code_reader.framing import Framer

CODE = "001300012345||Nguyễn Thị Mẫu".encode()


def test_carriage_return_line_feed_or_both_end_a_code():
    framer = Framer(gap_s=0.1)
    assert framer.feed(b"one\rtwo\nthree\r\n\r\nfour", 0) == [b"one", b"two", b"three"]
    assert framer.feed(b"\r", 0.01) == [b"four"]


def test_frame_characters_and_padding_are_no_part_of_the_code():
    assert Framer(0.1).feed(b"\x02one\x03\r\x00\x00two\x04\r", 0) == [b"one", b"two"]


def test_a_silence_ends_a_code_without_terminator():
    framer = Framer(gap_s=0.1)
    assert framer.feed(b"one", 10.0) == []
    assert framer.flush(10.05) == []
    assert framer.wait(10.04) > 0.05
    assert framer.flush(10.2) == [b"one"]
    assert framer.wait(10.2) is None
    assert framer.flush(20.0) == []


def test_what_comes_after_a_silence_is_another_code():
    framer = Framer(gap_s=0.1)
    framer.feed(b"one", 10.0)
    assert framer.feed(b"two\r", 11.0) == [b"one", b"two"]


def test_noise_is_dropped_and_the_next_code_is_read():
    framer = Framer(gap_s=0.1, max_bytes=100)
    assert framer.feed(b"x" * 65536, 0) == []
    assert framer.feed(b"y\rone\r", 0.01) == [b"one"]


def test_noise_ends_with_a_silence_too():
    framer = Framer(gap_s=0.1, max_bytes=100)
    framer.feed(b"x" * 101, 0)
    assert framer.wait(0.05) is not None
    assert framer.feed(b"one\r", 1.0) == [b"one"]


def test_a_code_of_just_the_greatest_length_passes():
    assert Framer(0.1, max_bytes=100).feed(b"x" * 100 + b"\r", 0) == [b"x" * 100]


def test_a_broken_line_forgets_what_was_begun():
    framer = Framer(0.1)
    framer.feed(b"on", 0)
    framer.reset()
    assert framer.feed(b"two\r", 0.01) == [b"two"]


@given(st.lists(st.integers(1, len(CODE) - 1), max_size=8))
def test_letters_may_be_cut_anywhere(cuts):
    framer, at, found = Framer(0.1), 0, []
    for cut in [*sorted(cuts), len(CODE)]:
        found += framer.feed(CODE[at:cut], 0)
        at = cut
    assert found + framer.feed(b"\r", 0) == [CODE]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_bytes_stay_within_the_limit(chunks):
    framer, now = Framer(0.1, max_bytes=64), 0.0
    for chunk in chunks:
        now += 0.03
        for code in framer.feed(chunk, now):
            assert 0 < len(code) <= 64
            assert not set(code) & set(b"\r\n")
