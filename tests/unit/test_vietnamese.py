from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.vietnamese import amount_in_words, fold, nfc, same_name, sort_key

RIGHT_ORDER = [
    "An",
    "Àn",
    "Ản",
    "Ãn",
    "Án",
    "Ạn",
    "Ánh",
    "Ăn",
    "Ân",
    "Ấn",
    "Bình",
    "Dũng",
    "Dương",
    "Đặng",
    "Đức",
    "Oanh",
    "Ông",
    "Ơn",
    "Uy",
    "Ưng",
    "Yến",
]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Đẹp", "nguyen thi dep"),
        ("ĐƯỜNG  Số 5\n", "duong so 5"),
        (unicodedata.normalize("NFD", "Trưởng Phòng"), "truong phong"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hòa", "Hoà", True),
        ("NGUYỄN THỦY", "Nguyễn  Thuỷ", True),
        ("Khỏe", "khoẻ", True),
        ("TRẦN", unicodedata.normalize("NFD", "Trần"), True),
        ("Trần", "Trân", False),
        ("Hòa", "Hóa", False),
        ("Đức", "Dức", False),
        ("Quý", "Qúy", True),
    ],
)
def test_names(one, other, same):
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def test_the_right_order_of_names():
    shuffled = RIGHT_ORDER[:]
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == RIGHT_ORDER


def test_words_come_before_tones_and_case():
    assert sorted(["Tạ An", "Ta Ân", "ta an", "Ta An", "Tá An"], key=sort_key) == [
        "ta an", "Ta An", "Tá An", "Tạ An", "Ta Ân",
    ]  # fmt: skip
    assert sort_key("a b") < sort_key("ab")
    assert sort_key("9") < sort_key("a") < sort_key("字")


def test_the_order_is_qts_order():
    core = pytest.importorskip("PySide6.QtCore")
    collator = core.QCollator(core.QLocale("vi_VN"))
    dice = random.Random(20_261)
    onsets = ["", "b", "c", "ch", "d", "đ", "g", "gh", "h", "kh", "l", "m", "n", "ng", "nh", "ph",
              "qu", "r", "s", "t", "th", "tr", "v", "x"]  # fmt: skip
    vowels = [nfc(v + t) for v in "aăâeêioôơuưy" for t in ("", *"\u0300\u0309\u0303\u0301\u0323")]
    codas = ["", "n", "ng", "nh", "t", "c", "m", "i", "o"]

    def name() -> str:
        words = (
            dice.choice(onsets) + dice.choice(vowels) + dice.choice(codas)
            for _ in range(dice.choice((1, 1, 2, 3)))
        )
        return " ".join(word.capitalize() if dice.random() < 0.8 else word for word in words)

    for _ in range(20_000):
        one = name()
        other = name() if dice.random() < 0.5 else one[:-1] + dice.choice(vowels)
        ours = (sort_key(one) > sort_key(other)) - (sort_key(one) < sort_key(other))
        assert ours == collator.compare(one, other), (one, other)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5_000, "Năm nghìn đồng"),
        (14_000, "Mười bốn nghìn đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (24_000, "Hai mươi tư nghìn đồng"),
        (101_000, "Một trăm linh một nghìn đồng"),
        (115_000, "Một trăm mười lăm nghìn đồng"),
        (264_000, "Hai trăm sáu mươi tư nghìn đồng"),
        (1_000_005, "Một triệu không trăm linh năm đồng"),
        (1_050_000, "Một triệu không trăm năm mươi nghìn đồng"),
        (1_366_200, "Một triệu ba trăm sáu mươi sáu nghìn hai trăm đồng"),
        (2_024_005, "Hai triệu không trăm hai mươi tư nghìn không trăm linh năm đồng"),
        (1_000_000_001, "Một tỷ không trăm linh một đồng"),
        (1_250_000_000_000, "Một nghìn hai trăm năm mươi tỷ đồng"),
        (11, "Mười một đồng"),
        (10, "Mười đồng"),
        (111, "Một trăm mười một đồng"),
        (10**15, "Một triệu tỷ đồng"),
    ],
)
def test_amounts_in_words(amount, words):
    assert amount_in_words(amount) == words


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1))
def test_two_amounts_never_read_the_same(one, other):
    assert (amount_in_words(one) == amount_in_words(other)) is (one == other)


@pytest.mark.parametrize("amount", [-1, 10**18])
def test_amounts_out_of_range(amount):
    with pytest.raises(ValueError, match="between"):
        amount_in_words(amount)
