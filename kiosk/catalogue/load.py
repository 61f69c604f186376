"""Reads procedures from TOML files; a mistake names the file and the key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import resources
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.check import mistakes
from kiosk.catalogue.errors import CatalogueError
from kiosk.catalogue.procedure import Procedure
from kiosk.catalogue.reading import read
from kiosk.vietnamese import nfc


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """All procedures of a folder, by default those that ship. Raises `CatalogueError`."""
    files = sorted((folder or resources.path("procedures")).glob("*.toml"))
    return Catalogue(load_procedure(file) for file in files)


def load_procedure(file: Path) -> Procedure:
    """One version of one procedure. Raises `CatalogueError` with every mistake found."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CatalogueError(f"{file}: {error.strerror or error}") from error
    return parse_procedure(content, str(file))


def parse_procedure(content: bytes, where: str) -> Procedure:
    """The same from bytes; ``where`` names them in mistakes. Raises `CatalogueError`."""
    try:
        table = tomllib.loads(nfc(content.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogueError(f"{where}: not valid TOML: {error}") from error
    procedure = read(Procedure, _with_absent(table), where)
    found = list(mistakes(procedure))
    if found:
        raise CatalogueError("\n".join(f"{where}: {mistake}" for mistake in found))
    return procedure


def _with_absent(table: dict[str, object]) -> dict[str, object]:
    """TOML has no null: what may be absent gets the value that says so."""
    whole = {"valid_to": None, **table}
    term = whole.get("term")
    if isinstance(term, dict):
        same_day = {"amount": 0} if term.get("unit") == "same_day" else {}
        whole["term"] = {**same_day, "cut_off": None, **term}
    return whole
