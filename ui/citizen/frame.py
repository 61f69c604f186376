"""What stands around every page: the band, the tool row, the footer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.citizen.modes import Modes
from ui.citizen.page import Page
from ui.parts.action_button import ActionButton
from ui.parts.banner import Banner
from ui.parts.body_text import BodyText
from ui.parts.icon_label import IconLabel
from ui.style import tokens
from ui.style.look import Look

_OWN_NAMES = {"vi": "Tiếng Việt", "en": "English"}
"""Each language by its own name, whatever language is shown."""

_TOLD_MS = 12_000


class ToolRow(QWidget):
    """How the person wants to see the screen. Signals: ``modes_chosen``, ``panel_asked``."""

    modes_chosen = Signal(object)
    panel_asked = Signal()

    def __init__(self, look: Look, modes: Modes, landscape: bool, *, whole: bool = False) -> None:
        """``whole``: every choice stands in the row; else large letters get a panel for them."""
        super().__init__()
        self._look = look
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.gap(tokens.SPACE_2))
        other = "en" if modes.language == "vi" else "vi"
        self._add(_OWN_NAMES[other], "language", replace(modes, language=other))
        if look.large and not whole:
            panel = ActionButton(look, self.tr("Hiển thị"), kind="quiet")
            panel.clicked.connect(self.panel_asked)
            self._row.addWidget(panel)
        else:
            for text, icon, chosen in self.choices(modes, landscape):
                self._add(text, icon, chosen)
        self._row.addStretch(1)

    def choices(self, modes: Modes, landscape: bool) -> list[tuple[str, str, Modes]]:
        """Text, icon and what it leads to, of every choice but the language."""
        size = self.tr("Chữ thường") if modes.large else self.tr("Chữ to")
        contrast = self.tr("Màu thường") if modes.contrast else self.tr("Tương phản cao")
        height = self.tr("Nâng màn hình") if modes.lowered else self.tr("Hạ thấp màn hình")
        found = [
            (size, "text-size", replace(modes, large=not modes.large)),
            (contrast, "contrast", replace(modes, contrast=not modes.contrast)),
        ]
        if not landscape:
            found.append((height, "accessible", replace(modes, lowered=not modes.lowered)))
        return found

    def _add(self, text: str, icon: str, chosen: Modes) -> None:
        shown = "" if self._look.large else icon
        button = ActionButton(self._look, text, kind="quiet", icon=shown)
        button.clicked.connect(lambda: self.modes_chosen.emit(chosen))
        self._row.addWidget(button)


class Band(QFrame):
    """The red band: whose machine this is, whether it is a trial, what time it is."""

    def __init__(self, look: Look, office: str, demo: bool, tools: ToolRow | None) -> None:
        super().__init__()
        self._look = look
        self.setProperty("part", "band")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        margin = look.mm(tokens.PAGE_MARGIN)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, 0, margin, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(look.mm(tokens.SPACE_4))
        name = self._label(office)
        name.setWordWrap(True)
        if not look.large:
            row.addWidget(name, 2)
        elif tools is None:  # large letters, upright: the name has a line of its own
            column.addWidget(name)
        if demo:
            row.addWidget(self._badge(look.large), 0 if look.large else 1)
        if look.large:
            row.addStretch(1)
        if tools is not None:
            row.addWidget(tools)
        self._line = OfflineBadge(look)
        row.addWidget(self._line)
        self._clock = self._label("")
        if not (tools and look.large):  # large letters on a low screen: what acts goes first
            row.addWidget(self._clock)
        column.addLayout(row)
        height = tokens.TOOL_ROW_HEIGHT + tokens.SPACE_4 if tools else tokens.BAND_HEIGHT
        self.setMinimumHeight(look.mm(height))

    def set_time(self, moment: datetime) -> None:
        self._clock.setText(f"{moment:%H:%M}")

    def set_line(self, online: bool | None, waiting: int) -> None:
        """Says while the line is down that it is, and how much waits."""
        self._line.show_line(online, waiting)

    def _badge(self, short: bool) -> QLabel:
        whole = self.tr("BẢN THỬ - dữ liệu giả")
        badge = self._label(self.tr("BẢN THỬ") if short else whole)
        badge.setAccessibleName(whole)
        badge.setWordWrap(not short)
        badge.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return badge

    def _label(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(self._look.font("caption"))
        label.setProperty("tone", "on_brand")
        return label


class OfflineBadge(QWidget):
    """On every page of every face while the portal can't be reached: a sign, a word, the count."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._short = look.large
        self._text = QLabel()
        self._text.setFont(look.font("caption"))
        self._text.setProperty("tone", "on_brand")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.mm(tokens.SPACE_2))
        row.addWidget(IconLabel(look, "cloud-off", "on_brand", look.icon_px("caption")))
        row.addWidget(self._text)
        self.hide()

    def show_line(self, online: bool | None, waiting: int) -> None:
        words = self.tr("Mất mạng · %n chờ gửi", "", waiting)
        if not waiting:
            words = self.tr("Mất mạng")
        self._text.setText(str(waiting) if self._short else words)
        self._text.setVisible(bool(waiting) or not self._short)
        self.setAccessibleName(words)
        self.setVisible(online is False)


class Footer(QWidget):
    """Back left, the one main action, help right. Signals: ``back_pressed``, ``primary_pressed``, ``staff_called``."""

    back_pressed = Signal()
    primary_pressed = Signal()
    staff_called = Signal()

    def __init__(self, look: Look, landscape: bool, middle: QWidget | None) -> None:
        super().__init__()
        self._look = look
        upright_large = look.large and not landscape
        bare = look.large and landscape  # words only, so that they stay on one line
        self._back = ActionButton(
            look, self.tr("Quay lại"), kind="plain", icon="" if bare else "arrow-left"
        )
        self._back.clicked.connect(self.back_pressed)
        self._primary = ActionButton(
            look, "…", kind="primary", icon="" if bare else "arrow-right", icon_after=True
        )
        self._primary.clicked.connect(self.primary_pressed)
        self._staff = ActionButton(
            look, self.tr("Gọi cán bộ"), kind="quiet", icon="" if bare else "bell"
        )
        self._staff.clicked.connect(self.staff_called)
        self._told = self._notice()
        self._silence = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._silence.timeout.connect(self._told.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.gap(tokens.SPACE_4))
        column.addWidget(self._told)
        row = QHBoxLayout()
        row.setSpacing(look.gap(tokens.SPACE_4))
        row.addWidget(self._back)
        if middle is not None:
            row.addSpacing(look.mm(tokens.SPACE_4))
            row.addWidget(middle, 1)
            row.addSpacing(look.mm(tokens.SPACE_4))
        else:
            row.addStretch(1)
        if upright_large:  # two rows: large words would break within a third of the width
            column.addWidget(self._primary)
        else:
            row.addWidget(self._primary)
        row.addWidget(self._staff)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def _notice(self) -> QWidget:
        """A line in large letters, where room is scarce; else a banner."""
        words = self.tr("Máy đã kêu một tiếng. Nếu chưa ai đến, mời sang quầy.")
        notice: QWidget = Banner(self._look, "info", words)
        if self._look.large:
            notice = BodyText(self._look, words, size="caption", tone="info", inset=True)
        notice.setAccessibleName(words)
        notice.hide()
        return notice

    def show_page(self, page: Page) -> None:
        """Takes over what a page offers."""
        self._back.setVisible(page.can_go_back())
        offered = page.primary()
        self._primary.setVisible(offered is not None)
        if offered is not None:
            self._primary.set_label(offered.text)
            self._primary.setEnabled(offered.enabled)

    def show_staff_called(self) -> str:
        """Says for a while what the machine did, no more than that; gives the words."""
        self._told.show()
        self._silence.start()
        return self._told.accessibleName()
