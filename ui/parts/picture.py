"""Decodes pictures; off the window's thread, because Qt's reader lets others run meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

_KINDS = {b"\x89PNG\r\n\x1a\n": b"PNG", b"\xff\xd8\xff": b"JPEG"}
_KEEP = Qt.AspectRatioMode.KeepAspectRatio
FINE = 2
"""Pixels for each one of the screen, so that a dense screen shows it sharp, too."""


def picture_size(data: bytes) -> QSize:
    """Width and height as the first bytes of a PNG or a JPEG say; invalid when they are neither."""
    kind = _kind(data)
    if not kind:
        return QSize()
    buffer = _opened(data)
    return QImageReader(buffer, QByteArray(kind)).size()


def picture(data: bytes, room: QSize | None = None) -> QImage:
    """A PNG or a JPEG; null when the bytes are neither. ``room``: where it is to stand.

    A scanned page has four million pixels: JPEG is decoded at an eighth of its size and more where that is
    enough for the room.
    """
    kind = _kind(data)
    if not kind:
        return QImage()
    buffer = _opened(data)  # a reader doesn't keep what it reads from
    # Named, so that Qt doesn't try its other decoders on what may be hostile bytes.
    reader = QImageReader(buffer, QByteArray(kind))
    whole = reader.size()
    wanted = whole if room is None else whole.scaled(room * FINE, _KEEP)
    if whole.isValid() and wanted.width() < whole.width():
        reader.setScaledSize(wanted.expandedTo(QSize(1, 1)))
    return reader.read()


def _opened(data: bytes) -> QBuffer:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer


def _kind(data: bytes) -> bytes:
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), b"")
