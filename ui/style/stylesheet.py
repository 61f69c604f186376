"""One style sheet string made from the tokens.

Parts that take presses paint themselves; the sheet colours labels, frames and fields. Border
widths never depend on a state, because that would move the text.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.style import tokens
from ui.style.look import Look

_KINDS = ("info", "warn", "danger", "ok")


def build(look: Look) -> str:
    """The style sheet of a look, for the window or the application."""
    rules = [*_base(look), *_texts(look), *_frames(look)]
    for kind in _KINDS:
        rules += _kind(look, kind)
    return "\n".join(rules)


def restyle(widget: QWidget) -> None:
    """Apply the sheet again after a dynamic property changed; Qt does not do it by itself."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def _base(look: Look) -> list[str]:
    t = look.theme
    return [
        f"QWidget {{ color: {t.ink}; }}",
        f"QMainWindow, QDialog, QWidget#page {{ background: {t.page}; }}",
        "QLabel, QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }",
        "QScrollArea { border: none; }",
        (
            f"QLineEdit {{ background: transparent; border: none; padding: 0; color: {t.ink};"
            f" selection-background-color: {t.selection}; selection-color: {t.ink}; }}"
        ),
    ]


def _texts(look: Look) -> list[str]:
    t = look.theme
    return [
        f'QLabel[tone="muted"] {{ color: {t.ink_muted}; }}',
        f'QLabel[tone="disabled"] {{ color: {t.ink_disabled}; }}',
        f'QLabel[tone="primary"] {{ color: {t.primary}; }}',
        f'QLabel[tone="on_brand"] {{ color: {t.on_brand}; }}',
    ]


def _frames(look: Look) -> list[str]:
    t = look.theme
    radius = look.mm(tokens.RADIUS)
    edge = t.line if t.strong_borders else t.divider
    return [
        f'QFrame[part="card"] {{ background: {t.surface}; border: {look.border}px solid {edge};'
        f" border-radius: {radius}px; }}",
        f'QFrame[part="sunken"] {{ background: {t.sunken}; border: {look.border}px solid'
        f" {t.line if t.strong_borders else t.sunken}; border-radius: {radius}px; }}",
        f"QProgressBar {{ background: {t.surface}; border: {look.border}px solid {t.line};"
        f" border-radius: {look.mm(tokens.SPACE_1)}px; }}",
        f"QProgressBar::chunk {{ background: {t.primary}; }}",
        f'QFrame[part="band"] {{ background: {t.brand}; border: none; }}',
        *_table(look, edge, radius),
        f'QFrame[part="divider"] {{ background: {t.divider}; border: none; }}',
    ]


def _table(look: Look, edge: str, radius: int) -> list[str]:
    t = look.theme
    return [
        f"QTableView {{ background: {t.surface}; border: {look.border}px solid {edge};"
        f" border-radius: {radius}px; gridline-color: {t.divider}; }}",
        f"QHeaderView, QTableView QTableCornerButton::section {{ background: {t.sunken}; border: none; }}",
        f"QHeaderView::section {{ background: {t.sunken}; color: {t.ink}; border: none;"
        f" padding: {look.mm(tokens.SPACE_3)}px {look.mm(tokens.SPACE_6)}px; }}",
        *(_scroll_bars(look) if isinstance(look.scale, tokens.DeskScale) else ()),
    ]


def _scroll_bars(look: Look) -> list[str]:
    """For a mouse. A touch screen shows none, and a styled one would ask for room even so."""
    return [
        *_scroll_bar(look, "vertical", "width", "height"),
        *_scroll_bar(look, "horizontal", "height", "width"),
    ]


def _scroll_bar(look: Look, way: str, across: str, along: str) -> list[str]:
    """A plain bar that is easy to hit."""
    t, side = look.theme, look.mm(tokens.SPACE_8)
    bar = f"QScrollBar:{way}"
    return [
        f"{bar} {{ background: {t.sunken}; {across}: {side}px; border: none; margin: 0; }}",
        f"{bar}::handle {{ background: {t.line}; min-{along}: {2 * side}px; margin: {look.border}px;"
        f" border-radius: {look.mm(tokens.RADIUS_KEY)}px; }}",
        f"{bar}::add-page, {bar}::sub-page {{ background: {t.sunken}; }}",
        f"{bar}::add-line, {bar}::sub-line {{ {along}: 0; }}",
    ]


def _kind(look: Look, kind: str) -> list[str]:
    strong = str(getattr(look.theme, kind))
    soft = str(getattr(look.theme, f"{kind}_soft"))
    radius = look.mm(tokens.RADIUS)
    return [
        f'QFrame[part="banner"][kind="{kind}"] {{ background: {soft};'
        f" border: {look.border}px solid {strong}; border-radius: {radius}px; }}",
        f'QFrame[part="chip"][kind="{kind}"] {{ background: {soft};'
        f" border: {look.border}px solid {strong}; border-radius: {radius}px; }}",
        f'QLabel[tone="{kind}"] {{ color: {strong}; }}',
    ]
