"""Makes docs/failure-codes.md from the fault texts: ``python -m tests.failure_codes_page``."""

from __future__ import annotations

import resources
from kiosk.faults import texts

PAGE = resources.path().parent / "docs" / "failure-codes.md"
HEAD = """# Failure codes

Each fault of the world has a stable code. The citizen reads the first sentence, the clerk the second; the code stands small on the
fault page and in the technical log. This page is made from `resources/texts/faults/` (`python -m tests.failure_codes_page`).
"""


def page() -> str:
    """The whole page: one section a file of texts, one entry a code."""
    parts = [HEAD]
    for code, text in sorted(texts().items()):
        again = "Trying again can help." if text.retry else "Trying again does not help."
        parts.append(
            f"## `{code}`\n\n"
            f"- Citizen: {text.citizen['vi']} / {text.citizen['en']}\n"
            f"- Clerk: {text.clerk['vi']} / {text.clerk['en']}\n"
            f"- {again}\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
