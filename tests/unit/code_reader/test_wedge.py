"""A scanner's burst of keys is told from a person's typing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.code_reader.wedge import GAP_S, MAX_KEYS, Fate, Stroke, WedgeDecoder

NUMBER = "001300012345"
CODE = NUMBER + "|012345678|Nguyen|02032000"
FAST, SLOW = GAP_S / 3, GAP_S * 3


class Hand:
    """Types, and follows what reaches the widget and what is read."""

    def __init__(self, **options) -> None:
        self.decoder = WedgeDecoder(**options)
        self.now = 100.0
        self.waiting = ""
        self.typed = ""
        self.codes: list[str] = []

    def type(self, text: str, gap: float, digits: str = "") -> None:
        for at, one in enumerate(text):
            self.now += gap
            digit = digits[at : at + 1].strip()
            ends = one in "\r\t"
            stroke = Stroke("" if ends else one, self.now, digit, ends)
            before, own = self.decoder.stroke(stroke)
            self.settle(before)
            if own is Fate.HOLD:
                self.waiting += one
            elif own is Fate.PASS:
                self.typed += one

    def pause(self) -> None:
        self.now += SLOW
        self.settle(self.decoder.lull())

    def settle(self, fate: Fate) -> None:
        if fate is Fate.HOLD:
            return
        if fate is Fate.PASS:
            self.typed += self.waiting
        elif (code := self.decoder.take()) is not None:
            self.codes.append(code)
        self.waiting = ""


def test_a_scan_is_read_and_nothing_is_typed():
    hand = Hand()
    hand.type(CODE + "\r", FAST)
    assert (hand.codes, hand.typed) == ([CODE], "")


def test_tab_ends_a_code_too():
    hand = Hand()
    hand.type(NUMBER + "\t", FAST)
    assert (hand.codes, hand.typed) == ([NUMBER], "")


def test_two_scans_one_after_the_other():
    hand = Hand()
    hand.type(CODE + "\r" + NUMBER + "\r", FAST)
    assert (hand.codes, hand.typed) == ([CODE, NUMBER], "")


def test_without_an_ending_key_a_silence_ends_it():
    hand = Hand()
    hand.type(CODE, FAST)
    hand.pause()
    assert (hand.codes, hand.typed) == ([CODE], "")


def test_a_late_ending_key_still_belongs_to_the_burst():
    hand = Hand()
    hand.type(CODE, FAST)
    hand.pause()
    hand.type("\r", 0)
    assert (hand.codes, hand.typed) == ([CODE], "")
    hand.now += 1
    hand.type("\r", 0)
    assert hand.typed == "\r"


def test_a_person_types_in_peace():
    hand = Hand()
    hand.type("Nguyen 012345\r", SLOW)
    hand.pause()
    assert (hand.codes, hand.typed) == ([], "Nguyen 012345\r")


def test_rolling_fingers_are_no_scanner():
    hand = Hand()
    hand.type("ngu", FAST)
    hand.type("yen", SLOW)
    hand.type("\r", FAST)
    assert (hand.codes, hand.typed) == ([], "nguyen\r")


def test_a_scan_in_the_middle_of_typing_leaves_the_typing():
    hand = Hand()
    hand.type("Mau", SLOW)
    hand.now += SLOW
    hand.type(CODE + "\r", FAST)
    hand.type("x", SLOW)
    hand.pause()
    assert (hand.codes, hand.typed) == ([CODE], "Maux")


@pytest.mark.parametrize("text", ["rm -rf ~", "powershell -enc", "12345678", "IDVNM123"])
def test_a_burst_that_is_no_code_is_thrown_away(text):
    hand = Hand()
    hand.type(text + "\r", FAST)
    assert (hand.codes, hand.typed) == ([], "")


def test_a_machine_readable_zone_in_one_line():
    zone = (
        "IDVNM3000123454001300012345<<50003023F2503022VNM<<<<<<<<<<<6NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"
    )
    hand = Hand()
    hand.type(zone + "\r", FAST)
    assert hand.codes == [zone]


@pytest.mark.parametrize(("row", "shown"), [("1234567890", "ăâêồ̉̃́̀đ"), ("1234567890", "&é\"'(-è_çà")])
def test_a_digit_row_that_writes_letters(row, shown):
    layout = dict(zip(row, shown, strict=True))
    hand = Hand()
    hand.type("".join(layout[one] for one in NUMBER) + "\r", FAST, digits=NUMBER)
    assert hand.codes == [NUMBER]


def test_dead_keys_write_nothing_and_count_all_the_same():
    hand = Hand()
    for digit in NUMBER:
        hand.now += FAST
        _, own = hand.decoder.stroke(Stroke("", hand.now, digit))
        assert own is Fate.HOLD
    hand.type("\r", FAST)
    assert hand.codes == [NUMBER]


def test_a_burst_cut_by_another_key_is_no_code():
    hand = Hand()
    hand.type(CODE, FAST)
    hand.settle(hand.decoder.other_key())
    assert (hand.codes, hand.typed) == ([], "")


def test_another_key_gives_a_persons_key_on():
    hand = Hand()
    hand.type("a", SLOW)
    hand.settle(hand.decoder.other_key())
    assert hand.typed == "a"


def test_times_that_run_backwards_are_a_gap():
    hand = Hand()
    hand.type("abcdefgh", -1.0)
    hand.pause()
    assert (hand.codes, hand.typed) == ([], "abcdefgh")


def test_an_endless_burst_is_bounded_and_dropped():
    hand = Hand()
    hand.type(NUMBER + "|" + "x" * (2 * MAX_KEYS), FAST)
    assert len(hand.decoder._held) <= MAX_KEYS
    hand.type("\r", FAST)
    assert (hand.codes, hand.typed) == ([], "")


@given(
    st.lists(
        st.tuples(st.sampled_from("a1|N\r\t"), st.sampled_from([FAST, SLOW, -1.0])), max_size=60
    )
)
def test_no_key_of_a_person_is_lost_or_moved(keys):
    """Whatever comes, keys reach the widget in order, and only bursts are missing."""
    hand = Hand()
    for one, gap in keys:
        hand.type(one, gap)
    hand.pause()
    rest = iter(one for one, _ in keys)
    assert all(one in rest for one in hand.typed)
    assert not hand.decoder.holding
    if all(gap == SLOW for _, gap in keys):
        assert hand.typed == "".join(one for one, _ in keys)
