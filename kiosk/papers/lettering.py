"""Lines of text in pixels: measure, wrap on words, draw. Used where a paper is a picture."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from PIL import Image, ImageDraw, ImageFont

import resources

THRESHOLD = 140
"""Darker than this of 255 becomes black: no dithering, which would fray the tone marks."""

# Noto Sans reaches this far above and below the baseline, in em; together a line of 1.36.
_ASCENT = 1.069
_DESCENT = 0.293


@lru_cache(maxsize=64)
def face(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The shipped font at a size in pixels; never one of the machine."""
    file = resources.path("fonts", "NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf")
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


def line_height(size: int) -> int:
    """1.36 em, rounded up on both sides of the baseline: a mark never loses its outermost row."""
    return _above(size) + ceil(size * _DESCENT)


def wrap(words: str, size: int, bold: bool, room: int) -> list[str]:
    """Lines no wider than ``room``; a word that is wider on its own is broken inside."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}" if line else word
        if _width(longer, size, bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, size, bold, room)
        lines += full
    return [*lines, line] if line else lines


def balanced(words: str, size: int, bold: bool, room: int) -> list[str]:
    """As `wrap` with the same number of lines, but of like length: no lonely last word."""
    lines = wrap(words, size, bold, room)
    too_small, enough = 0, room
    while enough - too_small > size:  # finer than a letter or two isn't seen
        middle = (too_small + enough) // 2
        if len(wrap(words, size, bold, middle)) > len(lines):
            too_small = middle
        else:
            enough = middle
    return wrap(words, size, bold, enough)


def largest(words: str, bold: bool, room: int, most: int, least: int) -> int:
    """The largest size, at most ``most``, at which the words stay on one line; ``least`` if none."""
    for size in range(most, least, -2):
        if _width(words, size, bold) <= room:
            return size
    return least


def block(
    lines: list[str],
    size: int,
    bold: bool,
    width: int,
    *,
    centred: bool = True,
    white: bool = False,
) -> Image.Image:
    """The lines as a grey picture of ``width``; ``white``: white letters on black."""
    ink, paper = (255, 0) if white else (0, 255)
    step = line_height(size)
    picture = Image.new("L", (width, max(1, step * len(lines))), paper)
    pen = ImageDraw.Draw(picture)
    font = face(size, bold)
    for index, line in enumerate(lines):
        x = (width - _width(line, size, bold)) // 2 if centred else 0
        pen.text((x, index * step + _above(size)), line, fill=ink, font=font, anchor="ls")
    return picture


def black_and_white(picture: Image.Image) -> Image.Image:
    """Mode ``1`` by the threshold."""
    return picture.point(lambda level: 255 if level >= THRESHOLD else 0).convert(
        "1", dither=Image.Dither.NONE
    )


def _above(size: int) -> int:
    """Rows above the baseline; hinting may lift the highest mark by one row."""
    return ceil(size * _ASCENT) + 1


def _width(words: str, size: int, bold: bool) -> int:
    """What `face` measures. Added up from letters, because the fonts don't kern: measuring a line anew for each
    word that may still fit keeps Python's lock for most of the time that a ticket takes, and the window waits."""
    at = left = right = 0.0
    for letter in words:
        advance, begins, ends = _letter(letter, size, bold)
        left, right = min(left, at + begins), max(right, at + ends)
        at += advance
    return ceil(max(right, at) - left)


@lru_cache(maxsize=4096)
def _letter(letter: str, size: int, bold: bool) -> tuple[float, float, float]:
    """How far the pen moves on, and where the ink begins and ends."""
    left, _, right, _ = face(size, bold).getbbox(letter, anchor="ls")
    return face(size, bold).getlength(letter), left, right


def _pieces(word: str, size: int, bold: bool, room: int) -> list[str]:
    """The word cut where it no longer fits; at least one letter a piece."""
    pieces: list[str] = []
    piece = ""
    for letter in word:
        if piece and _width(piece + letter, size, bold) > room:
            pieces.append(piece)
            piece = letter
        else:
            piece += letter
    return [*pieces, piece]
