from __future__ import annotations

import pytest

from tests.unit.dossiers.office import open_office


@pytest.fixture
def office(tmp_path):
    opened = open_office(tmp_path)
    yield opened
    opened.close()
