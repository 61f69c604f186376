"""Decodes pictures that stand small on the screen at the size that they are shown in."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

_KINDS = {b"\x89PNG\r\n\x1a\n": b"PNG", b"\xff\xd8\xff": b"JPEG"}
_FINE = 2
"""Pixels for each one of the screen, so that a dense screen shows it sharp, too."""


def small_picture(data: bytes, room: QSize) -> QImage:
    """A PNG or a JPEG that is to stand in ``room``; null when the bytes are neither.

    A scanned page has four million pixels: decoding all of them for a thumbnail would hold the window up,
    page for page. JPEG is decoded at an eighth of its size and more where that is enough.
    """
    kind = next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)
    if kind is None:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    # Named, so that Qt doesn't try its other decoders on what may be hostile bytes.
    reader = QImageReader(buffer, QByteArray(kind))
    whole = reader.size()
    wanted = whole.scaled(room * _FINE, Qt.AspectRatioMode.KeepAspectRatio)
    if whole.isValid() and wanted.width() < whole.width():
        reader.setScaledSize(wanted.expandedTo(QSize(1, 1)))
    return reader.read()
