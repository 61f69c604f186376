"""Finds procedures: by code on a day, a certain version, or all that a citizen may choose on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kiosk.catalogue.errors import CatalogueError
from kiosk.catalogue.procedure import Procedure

_Versions = Mapping[str, Sequence[Procedure]]


class Catalogue:
    """All versions of all procedures. A draft or dossier keeps the version it was begun under.

    What is offered can be replaced while the program runs; every reader sees the old or the new, never half.
    """

    def __init__(self, procedures: Iterable[Procedure], retired: Iterable[Procedure] = ()) -> None:
        """``retired``: versions that are known but offered no more; one that is also offered counts as that.

        Raises `CatalogueError` when versions of one procedure overlap or share a name.
        """
        self._versions = _ordered(procedures)
        self._known = {(one.code, one.version): one for one in retired} | _named(self._versions)

    def on(self, code: str, day: date) -> Procedure | None:
        """The version of a procedure that is offered on a day of the office."""
        for one in self._versions.get(code, ()):
            if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to):
                return one
        return None

    def version(self, code: str, version: str) -> Procedure | None:
        """A certain version, valid and offered or not any more."""
        return self._known.get((code, version))

    def home(self, day: date, codes: Sequence[str] | None = None) -> list[Procedure]:
        """What the home page offers on a day: `codes` in that order, or everything by code."""
        wanted = sorted(self._versions) if codes is None else codes
        return [found for code in wanted if (found := self.on(code, day)) is not None]

    def offered(self) -> list[Procedure]:
        """Every version that is offered on some day."""
        return [one for versions in self._versions.values() for one in versions]

    def known(self) -> list[Procedure]:
        """Every version, offered or not any more."""
        return list(self._known.values())

    def replaced(self, procedures: Iterable[Procedure]) -> Catalogue:
        """A catalogue that offers these only and still knows all versions of before.

        Raises `CatalogueError`: overlap, name twice, or a version whose content is another than it was.
        """
        after = Catalogue(procedures, self._known.values())
        for name, before in self._known.items():
            if after._known[name] != before:
                raise CatalogueError(
                    f"{name[0]}: version {name[1]} was published with other content"
                )
        return after

    def become(self, other: Catalogue) -> None:
        """Takes over what another offers and knows. For the one thread that brings new catalogues."""
        self._known = other._known  # first: whoever was offered a version finds it
        self._versions = other._versions


def _ordered(procedures: Iterable[Procedure]) -> dict[str, list[Procedure]]:
    found: dict[str, list[Procedure]] = {}
    for procedure in sorted(procedures, key=lambda one: (one.code, one.valid_from)):
        versions = found.setdefault(procedure.code, [])
        if any(one.version == procedure.version for one in versions):
            raise CatalogueError(f"{procedure.code}: version {procedure.version} twice")
        if versions and (versions[-1].valid_to or date.max) >= procedure.valid_from:
            raise CatalogueError(
                f"{procedure.code}: versions {versions[-1].version} and {procedure.version} overlap"
            )
        versions.append(procedure)
    return found


def _named(versions: _Versions) -> dict[tuple[str, str], Procedure]:
    return {(one.code, one.version): one for all_ in versions.values() for one in all_}
