"""What is offered today, as a sequence that follows the day and the releases of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import overload

from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.procedure import Procedure


class Offer(Sequence[Procedure]):
    """``codes`` in their order as they are offered on the day that ``today`` gives, looked up at every use."""

    def __init__(
        self, catalogue: Catalogue, codes: Sequence[str], today: Callable[[], date]
    ) -> None:
        self._catalogue = catalogue
        self._codes = codes
        self._today = today

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    @overload
    def __getitem__(self, index: int) -> Procedure: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Procedure]: ...
    def __getitem__(self, index: int | slice) -> Procedure | Sequence[Procedure]:
        return self._now()[index]

    def _now(self) -> list[Procedure]:
        return self._catalogue.home(self._today(), self._codes)
