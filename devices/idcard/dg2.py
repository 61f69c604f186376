"""DG2: the portrait inside its ISO/IEC 19794-5 record (ICAO 9303-10 §4.7.2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, Jpeg2KImagePlugin

from devices.fault import Fault
from devices.idcard import tlv
from devices.idcard.api import Face

TAG = 0x75
MAX_FACES = 9
MAX_PIXELS = 4_000_000
_COARSE = 4
"""Times both sides are halved where a look is enough."""
JP2, CODESTREAM, JPEG = b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51", b"\xff\xd8\xff"
MAX_TILES = 256
_SIZE = struct.Struct(">HH8I")
_RECORD = struct.Struct(">4s4sIH")
_FACE = struct.Struct(">IHBBB3sH3s3s")
_IMAGE = struct.Struct(">BBHHBBHH")
_POINT = 8
# What Pillow's decoders raise on hostile input, seen or read in its code.
_DECODER = (
    OSError, ValueError, SyntaxError, EOFError, MemoryError, TypeError, IndexError, KeyError,
    OverflowError, AttributeError, RuntimeError, struct.error, Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)  # fmt: skip


def parse(data: bytes) -> Face:
    """The first portrait, undecoded; the format is told by its first bytes, not by the record.

    Raises `Fault` ``TLV_BROKEN``, and ``PORTRAIT_UNSUPPORTED`` for the newer ISO/IEC 39794-5 (tag
    7F2E), which isn't read yet.
    """
    templates = tlv.parse(data, TAG).child(0x7F61)
    count = templates.child(0x02).value
    if len(count) != 1 or not 1 <= count[0] <= MAX_FACES:
        raise Fault("TLV_BROKEN", "number of faces not allowed")
    template = templates.child(0x7F60)
    record = template.find(0x5F2E)
    if record is None:
        if template.find(0x7F2E) is not None:
            raise Fault("PORTRAIT_UNSUPPORTED", "ISO 39794-5")
        raise Fault("TLV_BROKEN", "DG2 without a portrait record")
    picture = _picture(record.value)
    return Face(_media_type(picture), picture)


def build(picture: bytes, width: int, height: int, jpeg2000: bool) -> bytes:
    """DG2 around one picture, without feature points."""
    image = _IMAGE.pack(1, int(jpeg2000), width, height, 1, 2, 0, 0)
    block = _FACE.size + _IMAGE.size + len(picture)
    face = _FACE.pack(block, 0, 0, 0, 0, bytes(3), 0, bytes(3), bytes(3))
    head = _RECORD.pack(b"FAC\0", b"010\0", _RECORD.size + block, 1)
    return wrap(tlv.build(0x5F2E, head + face + image + picture))


def wrap(record: bytes) -> bytes:
    """DG2 around a finished record object."""
    kind = tlv.build(
        0xA1, b"\x81\x01\x02", b"\x82\x01\x00", b"\x87\x02\x01\x01", b"\x88\x02\x00\x08"
    )
    template = tlv.build(0x7F60, kind, record)
    return tlv.build(TAG, tlv.build(0x7F61, b"\x02\x01\x01", template))


def check(face: Face) -> None:
    """Whether the portrait can be unpacked, tried on its coarsest form: a fraction of a millisecond.

    Raises `Fault` ``TLV_BROKEN`` for a picture that can't be read or is too large to unpack. What is
    spoilt only in its fine detail is seen by `decode`.
    """
    with _opened(face) as picture:
        if isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
            picture.reduce = _COARSE
        else:
            picture.draft("L", (picture.width >> _COARSE, picture.height >> _COARSE))
        try:
            picture.load()
        except OSError:  # fewer levels of detail than that: there is only the whole
            decode(face)


def decode(face: Face) -> Image.Image:
    """The portrait as RGB; the size is looked at before anything is unpacked.

    Raises `Fault` ``TLV_BROKEN`` for a picture that can't be shown. Takes some hundredths of a
    second: call it on a worker.
    """
    with _opened(face) as picture:
        return picture.convert("RGB")


@contextmanager
def _opened(face: Face) -> Iterator[Image.Image]:
    """The picture, not yet unpacked; whatever goes wrong with it inside is a fault of the card."""
    formats = ["JPEG"] if face.media_type == "image/jpeg" else ["JPEG2000"]
    try:
        with Image.open(BytesIO(face.data), formats=formats) as picture:
            if not 0 < picture.width * picture.height <= MAX_PIXELS:
                raise Fault("TLV_BROKEN", f"portrait of {picture.width} × {picture.height}")
            if _tiles(face.data) > MAX_TILES:
                raise Fault("TLV_BROKEN", "portrait of too many tiles")
            yield picture
    except _DECODER as error:
        raise Fault("TLV_BROKEN", f"portrait: {type(error).__name__}") from None


def _tiles(data: bytes) -> int:
    """Tiles of a JPEG 2000 picture by its SIZ marker (ISO/IEC 15444-1 A.5.1), each of which costs the
    decoder memory however few bytes it has; 1 for other pictures."""
    at = data.find(CODESTREAM)
    if at < 0 or len(data) < at + len(CODESTREAM) + _SIZE.size:
        return 1
    _, _, width, height, _, _, tile_width, tile_height, tile_left, tile_top = _SIZE.unpack_from(
        data, at + len(CODESTREAM)
    )
    if not (tile_width and tile_height):
        return MAX_TILES + 1
    tiles: int = -(-(width - tile_left) // tile_width) * -(-(height - tile_top) // tile_height)
    return tiles


def _picture(record: bytes) -> bytes:
    at = _RECORD.size
    if len(record) < at + _FACE.size + _IMAGE.size or not record.startswith(b"FAC\0"):
        raise Fault("TLV_BROKEN", "portrait record too short or unknown")
    block, points = struct.unpack_from(">IH", record, at)
    start = at + _FACE.size + points * _POINT + _IMAGE.size
    return record[start : min(at + block, len(record))]


def _media_type(picture: bytes) -> str:
    if picture.startswith(JPEG):
        return "image/jpeg"
    if picture.startswith((JP2, CODESTREAM)):
        return "image/jp2"
    raise Fault("TLV_BROKEN", "portrait is neither JPEG nor JPEG 2000")
