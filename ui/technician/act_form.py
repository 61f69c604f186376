"""Asks why before something is done: the reason goes with it into the record."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from kiosk.outbox.decisions import LONGEST_REASON
from ui.parts.action_button import ActionButton
from ui.parts.announce import announce
from ui.parts.body_text import BodyText
from ui.parts.text_field import TextField
from ui.style import tokens
from ui.style.look import Look


class ActForm(QFrame):
    """A card with a reason and perhaps a file; Enter does it, Esc gives up.

    *Signals*: ``closed``, when it was given up or done.
    """

    closed = Signal()

    def __init__(
        self,
        look: Look,
        title: str,
        verb: str,
        done: Callable[[str, str], None],
        *,
        note: str = "",
        file: str = "",
    ) -> None:
        """``done`` takes reason and file."""
        super().__init__()
        self.look, self._done = look, done
        self.setProperty("part", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._file: TextField | None = None
        self.reason = TextField(
            look,
            label=self.tr("Vì sao? (ghi vào nhật ký; không ghi tên, không ghi số giấy tờ)"),
            max_length=LONGEST_REASON,
        )
        self._missing = BodyText(
            look, self.tr("Hãy ghi lý do, vài chữ."), tone="danger", inset=True
        )
        self._missing.hide()
        column = QVBoxLayout(self)
        pad = look.mm(tokens.CARD_PADDING) - look.ring
        column.setContentsMargins(pad, pad + look.ring, pad, pad)
        column.setSpacing(look.mm(tokens.SPACE_2))
        column.addWidget(BodyText(look, title, size="label", inset=True))
        if note:
            column.addWidget(BodyText(look, note, inset=True))
        if file:
            self._file = TextField(look, label=self.tr("Lưu vào tệp"), max_length=400)
            self._file.set_text(file)
            column.addWidget(self._file)
        column.addWidget(self.reason)
        column.addWidget(self._missing)
        column.addLayout(self._buttons(verb))
        self.reason.entered.connect(self.go)
        self.reason.changed.connect(self._missing.hide)

    @property
    def file(self) -> str:
        """The file's name as it was typed; empty where none is asked for."""
        return "" if self._file is None else self._file.text().strip()

    def fill(self, reason: str, file: str) -> None:
        """Puts in what was typed before."""
        self.reason.set_text(reason)
        if self._file is not None:
            self._file.set_text(file)

    def go(self) -> None:
        """Does it, when there is a reason."""
        reason = self.reason.text().strip()
        self.reason.set_wrong(not reason)
        self._missing.setVisible(not reason)
        if not reason:
            self.reason.setFocus()
            announce(self, self._missing.text(), urgent=True)
            return
        file = self.file
        self.closed.emit()
        self._done(reason, file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _buttons(self, verb: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.look.gap(tokens.SPACE_6))
        go = ActionButton(self.look, verb, kind="primary")
        go.clicked.connect(self.go)
        back = ActionButton(self.look, self.tr("Thôi"))
        back.clicked.connect(self.closed)
        row.addWidget(go)
        row.addWidget(back)
        row.addStretch(1)
        return row
