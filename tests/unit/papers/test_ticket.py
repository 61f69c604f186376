"""The ticket: every mark is printed, nothing is clipped, the QR can be read."""

from __future__ import annotations

from io import BytesIO
from math import ceil

import pytest
from PIL import Image, ImageChops, ImageDraw
from PIL.ImageFont import FreeTypeFont

from kiosk.papers.lettering import black_and_white, block, face, line_height, wrap
from kiosk.papers.sheet import MARGIN
from kiosk.papers.ticket import OwnWords, png, ticket_image
from tests.unit.papers.samples import CODE, NAME, OFFICE, handed_in, qr_texts

MARKS = "ẤẨẪỐỔỖỂỄẰẲẴỆỘỢ"


@pytest.mark.parametrize("width", [384, 512, 576, 640, 832])
def test_ticket_is_black_and_white_and_its_qr_decodes(width: int) -> None:
    picture = ticket_image(handed_in(), OFFICE, width, demo=True, again=True, ahead=3)
    assert picture.mode == "1"
    assert picture.width == width
    assert qr_texts(picture) == [CODE]


@pytest.mark.parametrize("width", [384, 576, 832])
def test_margins_stay_white_whatever_the_texts(width: int) -> None:
    long = handed_in(procedure_name="Thủ tục " + "rấtdài" * 40, term="x" * 50)
    office = OFFICE.model_copy(update={"name": "Ủy ban nhân dân " + "Ệ" * 90})
    picture = ticket_image(long, office, width)
    left, top, right, bottom = _ink(picture)
    assert left >= MARGIN
    assert top >= MARGIN
    assert right <= width - MARGIN
    assert bottom <= picture.height - MARGIN


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size", [18, 22, 37, 200])
@pytest.mark.parametrize(
    "words", [f"{MARKS} {NAME}", "fĐ Vj (AV) đưỡng. Wỵ f", f"{CODE} e\u0302\u0301"]
)
def test_words_take_the_room_that_the_font_says(words: str, size: int, bold: bool) -> None:
    left, _, right, _ = face(size, bold).getbbox(words, anchor="ls")
    room = ceil(right - min(left, 0))
    assert wrap(words, size, bold, room) == [words]
    assert len(wrap(words, size, bold, room - 1)) > 1


def test_the_font_measures_each_letter_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question holds Python's lock, which the window waits for."""
    ticket_image(handed_in(), OFFICE)
    asked: list[str] = []
    for name in ("getbbox", "getlength"):
        monkeypatch.setattr(FreeTypeFont, name, lambda _font, words, **_: asked.append(words))
    ticket_image(handed_in(), OFFICE)
    assert asked == []


@pytest.mark.parametrize("width", [383, 833, 0])
def test_a_width_no_printer_has_is_a_bug(width: int) -> None:
    with pytest.raises(ValueError, match="width"):
        ticket_image(handed_in(), OFFICE, width)


def test_no_name_on_the_ticket() -> None:
    other = handed_in(full_name="HOÀN TOÀN KHÁC", residence="nơi khác", summary="khác")
    assert png(ticket_image(other, OFFICE)) == png(ticket_image(handed_in(), OFFICE))


def test_reprint_and_demo_are_marked() -> None:
    plain = ticket_image(handed_in(), OFFICE)
    assert ticket_image(handed_in(), OFFICE, again=True).height > plain.height
    assert ticket_image(handed_in(), OFFICE, demo=True).height > plain.height


def test_png_is_the_same_picture() -> None:
    picture = ticket_image(handed_in(), OFFICE, 384, own=OwnWords(bring="Bản chính"))
    shown = Image.open(
        BytesIO(png(ticket_image(handed_in(), OFFICE, 384, own=OwnWords(bring="Bản chính"))))
    )
    assert shown.convert("L").tobytes() == picture.convert("L").tobytes()


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size", [*range(18, 45), 60, 82])
def test_every_row_of_the_tone_marks_is_drawn(size: int, bold: bool) -> None:
    room = size * 20
    drawn = black_and_white(block([MARKS], size, bold, room))
    free = Image.new("L", (room, size * 4), 255)
    ImageDraw.Draw(free).text((0, size * 2), MARKS, fill=0, font=face(size, bold), anchor="ls")
    assert _rows(drawn) == _rows(black_and_white(free))


@pytest.mark.parametrize("size", [*range(18, 45), 60, 82])
def test_lines_do_not_touch(size: int) -> None:
    """Marks below one line and above the next: each line keeps exactly its own ink."""
    lines = [MARKS, "ẬẶỆỘỢỰỴgpqy", MARKS]
    step = line_height(size)
    together = black_and_white(block(lines, size, True, size * 20))
    for index, line in enumerate(lines):
        alone = black_and_white(block([line], size, True, size * 20))
        part = together.crop((0, index * step, together.width, (index + 1) * step))
        assert part.tobytes() == alone.tobytes()


def test_words_wrap_and_none_is_lost() -> None:
    text = f"{NAME} " * 20 + "x" * 200
    lines = wrap(text, 24, False, 300)
    assert "".join("".join(lines).split()) == "".join(text.split())


def _ink(picture: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.invert(picture.convert("L")).getbbox()
    assert box is not None
    return box


def _rows(picture: Image.Image) -> int:
    _, top, _, bottom = _ink(picture)
    return bottom - top
