"""A picture that fills its room and keeps its proportions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.background import in_background
from ui.parts.picture import picture, picture_size
from ui.style.look import Look


class ScaledImage(QWidget):
    """Never enlarged beyond ``most`` times its pixels; empty until an image comes.

    It is decoded in the background: until it is there its room is kept, or the former image stands there.

    *Signals*: ``decoded(bool)``, whether the bytes were an image after all.
    """

    decoded = Signal(bool)

    def __init__(self, look: Look, name: str, *, most: float = 4.0) -> None:
        super().__init__()
        self.look, self._most = look, most
        self._data: bytes | None = None
        self._image = QImage()
        self._size = QSize()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_bytes(self, data: bytes | None, room: QSize | None = None) -> bool:
        """Show a PNG or a JPEG; False when the bytes are neither.

        With a ``room`` that it never outgrows it is decoded quicker.
        """
        size = picture_size(data) if data else QSize()
        self._data = data if size.isValid() else None
        if self._data is None:
            self._take_image(QImage(), QSize())
            return False
        if self._image.isNull():
            self._take_image(QImage(), size)
        make = partial(picture, self._data, room)
        in_background(self, make, partial(self._on_decoded, self._data, size))
        return True

    def _on_decoded(self, data: bytes, size: QSize, image: QImage) -> None:
        if data is self._data:  # else another one is wanted by now
            self._take_image(image, QSize() if image.isNull() else size)
            self.decoded.emit(not image.isNull())

    def _take_image(self, image: QImage, size: QSize) -> None:
        self._image = image
        if size != self._size:
            self._size = size
            self.updateGeometry()
        self.update()

    def is_empty(self) -> bool:
        """Whether there is nothing to show, also not soon."""
        return not self._size.isValid()

    def image(self) -> QImage:
        """What is decoded by now."""
        return self._image

    def target(self) -> QRectF:
        """Where the picture stands."""
        wanted = self._size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        largest = self._size * self._most
        size = wanted if wanted.width() <= largest.width() else largest
        left = (self.width() - size.width()) / 2
        top = (self.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def sizeHint(self) -> QSize:
        if self.is_empty():
            return QSize(self.look.mm(60), self.look.mm(60))
        room = QSize(self.look.mm(90), self.look.mm(90))
        return self._size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.mm(20), self.look.mm(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.target(), self._image)
        painter.end()
