"""HTML as text: escaped values inside templates that stand in the code."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

_STYLE = Path(__file__).with_name("style.css").read_text("utf-8")
_HEADERS = {
    # no scripts at all, nothing from elsewhere, no frames; the style comes from this origin
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def h(template: str, **values: object) -> Markup:
    """Fills a template; every value that is no `Markup` is escaped, also inside attributes."""
    return Markup(template.format_map({name: _safe(value) for name, value in values.items()}))


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))


def style() -> str:
    """The one style sheet."""
    return _STYLE


def page(language: str, title: str, body: Markup, status: int = 200) -> HTMLResponse:
    """A whole page with the headers that keep everything else out."""
    text = h(_FRAME, language=language, title=title, body=body)
    return HTMLResponse(text, status, _HEADERS)


def _safe(value: object) -> str:
    if isinstance(value, Markup):
        return value
    return escape(str(value).encode("utf-8", "replace").decode("utf-8"))


_FRAME = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/theo-doi/style.css">
<link rel="icon" href="data:,">
</head>
<body>
{body}
</body>
</html>
"""
