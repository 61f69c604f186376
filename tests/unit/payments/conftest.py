"""An office that takes money."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.fee_office import FeeOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[FeeOffice]:
    made = FeeOffice(tmp_path)
    yield made
    made.close()
