"""The procedures of the house, each in versions with dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kiosk.catalogue.errors import CatalogueError
from kiosk.catalogue.procedure import Procedure


class Catalogue:
    """All versions of all procedures. A dossier keeps the version it was received under."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        """Raises `CatalogueError` when versions of one procedure overlap or share a name."""
        self._versions: dict[str, list[Procedure]] = {}
        for procedure in sorted(procedures, key=lambda one: (one.code, one.valid_from)):
            versions = self._versions.setdefault(procedure.code, [])
            if any(one.version == procedure.version for one in versions):
                raise CatalogueError(f"{procedure.code}: version {procedure.version} twice")
            if versions and (versions[-1].valid_to or date.max) >= procedure.valid_from:
                raise CatalogueError(
                    f"{procedure.code}: versions {versions[-1].version} and {procedure.version} overlap"
                )
            versions.append(procedure)

    def on(self, code: str, day: date) -> Procedure | None:
        """The version of a procedure that is valid on a day of the office."""
        for one in self._versions.get(code, []):
            if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to):
                return one
        return None

    def version(self, code: str, version: str) -> Procedure | None:
        """A certain version, valid or not any more."""
        return next((one for one in self._versions.get(code, []) if one.version == version), None)

    def home(self, day: date, codes: Sequence[str] | None = None) -> list[Procedure]:
        """What the home page offers on a day: `codes` in that order, or everything by code."""
        wanted = sorted(self._versions) if codes is None else codes
        return [found for code in wanted if (found := self.on(code, day)) is not None]
