"""The heading of a page: the question or what happens now."""

from __future__ import annotations

from ui.parts.body_text import BodyText
from ui.style.look import Look


class Heading(BodyText):
    """First text of a page; announced when the page opens."""

    def __init__(self, look: Look, text: str, *, size: str = "title", inset: bool = False) -> None:
        super().__init__(look, text, size=size, inset=inset)
        self.setAccessibleName(text)
