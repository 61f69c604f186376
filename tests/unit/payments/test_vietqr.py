"""VietQR texts: known answers, round trips, hostile texts, and the drawn code read back."""

from __future__ import annotations

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.faults import Fault
from kiosk.papers.qr import qr_picture
from kiosk.payments.vietqr import LARGEST_AMOUNT, VietQr, build, crc, parse

NAPAS = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA"
    "530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E"
)
NAPAS_QR = VietQr("970403", "0011012345678", 180_000, "NPS6869", "thanh toan don hang")

ascii_words = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=25)
codes = st.builds(
    VietQr,
    bank=st.from_regex(r"\A[0-9]{6}\Z"),
    number=st.from_regex(r"\A[A-Za-z0-9]{1,19}\Z"),
    amount=st.none() | st.integers(1, LARGEST_AMOUNT),
    bill=ascii_words,
    purpose=ascii_words,
    card=st.booleans(),
)


def sealed(text: str) -> str:
    """With a true checksum, so that what is inside is looked at."""
    return f"{text}6304{crc(text + '6304'):04X}"


def test_the_checksum_is_ccitt_false() -> None:
    assert crc("123456789") == 0x29B1


def test_the_known_answer_of_napas_both_ways() -> None:
    assert build(NAPAS_QR) == NAPAS
    assert parse(NAPAS) == NAPAS_QR


def test_without_an_amount_it_is_static() -> None:
    text = build(VietQr("970436", "0123456789"))
    assert text.startswith("000201010211")
    assert parse(text).amount is None


@given(codes)
def test_what_is_built_is_read_back(qr: VietQr) -> None:
    text = build(qr)
    assert parse(text) == qr
    assert text[-4:] == f"{crc(text[:-4]):04X}"


@given(codes)
def test_a_changed_character_is_seen(qr: VietQr) -> None:
    text = build(qr)
    at = len(text) // 2
    other = "0" if text[at] != "0" else "1"
    with pytest.raises(Fault) as caught:
        parse(text[:at] + other + text[at + 1 :])
    assert caught.value.code == "VIETQR_UNFIT"


@given(
    st.text(max_size=600) | st.builds(sealed, st.from_regex(r"\A([0-9]{4}[A-Z0-9]{0,9}){0,20}\Z"))
)
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    code = ""
    try:
        parse(text)
    except Fault as fault:
        code = fault.code
    assert code in ("", "VIETQR_UNFIT")


BODY = NAPAS[:-8]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6304",
        NAPAS[:-1],
        NAPAS + "5",
        NAPAS + "6304FFFF",
        sealed(BODY.replace("5303704", "5303840")),  # dollars
        sealed(BODY.replace("5802VN", "5802US")),
        sealed(BODY.replace("A000000727", "A000000728")),
        sealed(BODY.replace("QRIBFTTA", "QRPUSHXX")),
        sealed(BODY.replace("5406180000", "54061800.0")),
        sealed(BODY.replace("5406180000", "5406018000")),
        sealed(BODY.replace("5406180000", "5406-18000")),
        sealed(BODY.replace("5406180000", "")[:-2]),  # a length beyond the end
        sealed(BODY + "5802VN"),  # twice
        sealed(BODY.replace("010212", "010213")),
        sealed(BODY.replace("0006970403", "000697040x")),
        sealed(BODY + "9900"),
        sealed(BODY + "9" * 500),
        sealed(BODY + "8005thuế "),
    ],
)
def test_hostile_texts(text: str) -> None:
    with pytest.raises(Fault) as caught:
        parse(text)
    assert caught.value.code == "VIETQR_UNFIT"
    assert "0011012345678" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": LARGEST_AMOUNT + 1},
        {"amount": 5000.0},
        {"amount": True},
        {"purpose": "phí chứng thực"},
        {"purpose": "x" * 26},
        {"bill": "a\nb"},
        {"bank": "97043"},
        {"bank": "٩٧٠٤٣٦"},
        {"number": ""},
        {"number": "0" * 20},
    ],
)
def test_what_banks_can_not_take_is_not_built(changes: dict[str, object]) -> None:
    values: dict[str, object] = {"bank": "970436", "number": "0123456789"}
    with pytest.raises(ValueError, match=r"bank|bill|amount"):
        VietQr(**(values | changes))  # type: ignore[arg-type]


def test_nothing_of_the_account_is_in_its_repr() -> None:
    assert "0011012345678" not in repr(NAPAS_QR)


def test_the_drawn_code_is_read_back() -> None:
    (seen,) = zxingcpp.read_barcodes(qr_picture(NAPAS, 4).convert("L"))
    assert parse(seen.text) == NAPAS_QR
    rows = [list(row) for row in segno.make_qr(NAPAS).matrix_iter(scale=4, border=4)]
    picture = Image.new("L", (len(rows[0]), len(rows)), 255)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    (other,) = zxingcpp.read_barcodes(picture)
    assert other.text == NAPAS
