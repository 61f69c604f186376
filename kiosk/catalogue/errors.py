"""Mistakes in the files of the catalogue, told to the person who edits them."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError


class CatalogueError(Exception):
    """A procedure or calendar file can't be used; the text names the file, the key and why."""


def readable(file: Path, error: ValidationError) -> str:
    """One line for each mistake: file, key, what is wrong."""
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in problem["loc"]) or "(file)"
        unknown = problem["type"] in ("extra_forbidden", "unexpected_keyword_argument")
        lines.append(f"{file}: {key}: {'unknown key' if unknown else problem['msg']}")
    return "\n".join(lines)
