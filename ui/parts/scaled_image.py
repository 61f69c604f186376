"""A picture that fills its room and keeps its proportions."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.parts.picture import small_picture
from ui.style.look import Look

_KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


class ScaledImage(QWidget):
    """Never enlarged beyond ``most`` times its pixels; empty until an image comes."""

    def __init__(self, look: Look, name: str, *, most: float = 4.0) -> None:
        super().__init__()
        self.look, self._most = look, most
        self._image = QImage()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_bytes(self, data: bytes | None) -> bool:
        """Show a PNG or a JPEG; False when the bytes are neither."""
        kind = next((k for magic, k in _KINDS.items() if data and data.startswith(magic)), None)
        # Named, so that Qt doesn't try its other decoders on what may be hostile bytes.
        self._image = QImage()
        if data and kind:
            self._image.loadFromData(data, kind)
        return self._taken()

    def set_small(self, data: bytes, room: QSize) -> bool:
        """The same for a picture that never stands larger than in ``room``: quicker."""
        self._image = small_picture(data, room)
        return self._taken()

    def _taken(self) -> bool:
        self.updateGeometry()
        self.update()
        return not self._image.isNull()

    def image(self) -> QImage:
        return self._image

    def target(self) -> QRectF:
        """Where the picture stands."""
        wanted = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        largest = self._image.size() * self._most
        size = wanted if wanted.width() <= largest.width() else largest
        left = (self.width() - size.width()) / 2
        top = (self.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def sizeHint(self) -> QSize:
        if self._image.isNull():
            return QSize(self.look.mm(60), self.look.mm(60))
        room = QSize(self.look.mm(120), self.look.mm(120))
        return self._image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.mm(20), self.look.mm(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.target(), self._image)
        painter.end()
