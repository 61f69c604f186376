"""The paper of the simulated printer: takes dots row by row and becomes a picture."""

from __future__ import annotations

from PIL import Image, ImageDraw

from devices.ticket_printer.virtual.stream import (
    Command,
    Cut,
    Feed,
    LineFeed,
    LineSpacing,
    Picture,
    PrintStored,
    Store,
    Strip,
)

_LINE = 30
_TAIL = 16
MAX_ROWS = 20_000


class Paper:
    """What was printed since the last job."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._parts: list[Image.Image] = []
        self._stored: Picture | None = None
        self._strip: Image.Image | None = None
        self._spacing: int | None = None
        self.rows = 0
        self.cut = False

    @property
    def blank(self) -> bool:
        return not self._parts

    def take(self, command: Command) -> None:
        """Prints one command; those that print nothing leave the paper as it is."""
        if isinstance(command, Picture):
            self._put(_image(command))
        elif isinstance(command, Store):
            self._stored = command.picture
        elif isinstance(command, PrintStored) and self._stored is not None:
            self._put(_image(self._stored))
        elif isinstance(command, Strip):
            self._strip = _columns(command)
        elif isinstance(command, LineSpacing):
            self._spacing = command.dots
        elif isinstance(command, LineFeed):
            self._line_feed()
        elif isinstance(command, Feed) and self._parts:
            self._put(Image.new("1", (self._width, command.lines * _LINE), 1))
        elif isinstance(command, Cut):
            self.cut = True

    def picture(self) -> Image.Image:
        """The paper as mode ``L``; where it was cut stands a grey line."""
        whole = Image.new("L", (self._width, max(1, self.rows) + (_TAIL if self.cut else 0)), 255)
        top = 0
        for part in self._parts:
            whole.paste(part, (0, top))
            top += part.height
        if self.cut:
            ImageDraw.Draw(whole).line((0, top + 8, self._width, top + 8), fill=160, width=2)
        return whole

    def _line_feed(self) -> None:
        if self._strip is not None:
            # A strip is 24 dots high whatever the spacing is called in this printer's units.
            self._put(self._strip)
            self._strip = None
        elif self._parts and not self.cut:
            self._put(Image.new("1", (self._width, _LINE), 1))

    def _put(self, part: Image.Image) -> None:
        if self.rows + part.height <= MAX_ROWS and part.height:
            self._parts.append(part)
            self.rows += part.height


def _image(picture: Picture) -> Image.Image:
    return Image.frombytes("1", (picture.width, picture.rows), picture.data, "raw", "1;I")


def _columns(strip: Strip) -> Image.Image:
    sideways = Image.frombytes("1", (24, strip.width), strip.data, "raw", "1;I")
    return sideways.transpose(Image.Transpose.TRANSPOSE)
