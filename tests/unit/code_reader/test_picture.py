"""Codes in pictures: drawn by one library, read by another; and pictures that are none."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from devices.code_reader import picture
from devices.code_reader.picture import codes_in
from devices.fault import Fault
from devices.idcard import qr

TEXT = (
    "001300012345|012345678|Nguyễn Thị Mẫu|02032000|Nữ|"
    "Số 1 Phố Mẫu, Phường Thử, Ba Đình, Hà Nội|10052021"
)


def drawn(content: str | bytes = TEXT, scale: int = 4, **options) -> Image.Image:
    stream = BytesIO()
    segno.make_qr(content, **options).save(stream, kind="png", scale=scale)
    return Image.open(stream).convert("RGB")


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    stream = BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_the_code_of_a_card_from_end_to_end(kind):
    (code,) = codes_in(encoded(drawn(), kind))
    assert code.text == TEXT
    card = qr.parse(code.text, doubtful=code.doubtful)
    assert (card.full_name, card.can.digits, card.doubtful) == ("Nguyễn Thị Mẫu", "012345", ())


@pytest.mark.parametrize("options", [{"eci": True, "encoding": "utf-8"}, {"encoding": "utf-8"}])
def test_with_and_without_a_declared_encoding(options):
    (code,) = codes_in(drawn(**options))
    assert (code.text, code.doubtful) == (TEXT, False)


def test_bytes_in_another_encoding_are_doubtful():
    (code,) = codes_in(drawn("Trần".encode("utf-16-le") + b"\xff\xfe"))
    assert code.doubtful


def test_turned_blurred_and_on_a_transparent_ground():
    turned = drawn().rotate(30, expand=True, fillcolor="white").filter(ImageFilter.GaussianBlur(1))
    assert codes_in(encoded(turned))[0].text == TEXT
    stream = BytesIO()
    segno.make_qr(TEXT).save(stream, kind="png", scale=4, light=None)
    assert codes_in(stream.getvalue())[0].text == TEXT


def test_a_large_photograph_is_made_smaller_first():
    ground = Image.new("L", (6000, 4500), 200)
    ground.paste(drawn(scale=24).convert("L"), (1500, 800))
    assert codes_in(encoded(ground, "JPEG"))[0].text == TEXT


def test_several_codes():
    ground = Image.new("RGB", (1000, 500), "white")
    ground.paste(drawn("one"), (0, 0))
    ground.paste(drawn("two"), (500, 0))
    assert {code.text for code in codes_in(ground)} == {"one", "two"}


def fault_of(data: bytes | Image.Image) -> str:
    with pytest.raises(Fault) as caught:
        codes_in(data)
    return caught.value.code


def test_a_picture_without_a_code():
    assert fault_of(Image.new("RGB", (300, 300), "white")) == "NO_CODE_FOUND"
    assert fault_of(drawn().crop((0, 0, 80, 80))) == "NO_CODE_FOUND"
    assert fault_of(Image.new("1", (1, 1))) == "NO_CODE_FOUND"


def test_a_code_of_invisible_characters_is_none():
    assert fault_of(drawn("\u200b\u202e")) == "NO_CODE_FOUND"


def test_what_is_no_picture_or_too_large(monkeypatch):
    assert fault_of(b"") == "PICTURE_UNREADABLE"
    assert fault_of(b"%PDF-1.7") == "PICTURE_UNREADABLE"
    assert fault_of(encoded(drawn())[:300]) == "PICTURE_UNREADABLE"
    assert fault_of(encoded(drawn(), "GIF")) == "PICTURE_UNREADABLE"
    monkeypatch.setattr(picture, "MAX_PIXELS", 100)
    assert fault_of(encoded(drawn())) == "PICTURE_UNREADABLE"
    assert fault_of(drawn()) == "PICTURE_UNREADABLE"
    monkeypatch.setattr(picture, "MAX_BYTES", 100)
    assert fault_of(encoded(drawn())) == "PICTURE_UNREADABLE"


def test_a_bomb_is_not_unpacked():
    bomb = encoded(Image.new("1", (20_000, 20_000)))
    assert len(bomb) < 100_000
    assert fault_of(bomb) == "PICTURE_UNREADABLE"


SMALL = {kind: encoded(drawn("one", scale=2), kind) for kind in ("PNG", "JPEG", "WEBP", "BMP")}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(SMALL)),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_spoilt_pictures_are_read_or_a_fault(kind, changes):
    data = bytearray(SMALL[kind])
    for at, value in changes:
        data[at % len(data)] = value
    with suppress(Fault):
        assert codes_in(bytes(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_fault(data):
    assert fault_of(data) == "PICTURE_UNREADABLE"
