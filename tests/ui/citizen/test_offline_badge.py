"""While the line is down every page says so, with how much waits."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.citizen.test_pages import cut
from ui import shots
from ui.citizen.frame import OfflineBadge
from ui.citizen.modes import Modes
from ui.citizen.services import CourierState


def badge(window: shots.CitizenWindow) -> OfflineBadge:
    (found,) = window.sheet.band.findChildren(OfflineBadge)
    return found


@pytest.mark.parametrize("name", shots.page_names())
def test_every_page_has_it_and_nothing_is_cut(
    name: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample, offline = shots.sample_services, CourierState(online=False, waiting=12_345)
    monkeypatch.setattr(
        shots, "sample_services", lambda *_, purpose="": sample(courier=offline, purpose=purpose)
    )
    faults = []
    for screen in shots.SCREENS:
        for large in (False, True):  # in Vietnamese, whose words are longer
            modes = Modes(large=large)
            window = shots.open_page(name, screen, modes)
            qapp.processEvents()
            assert badge(window).isVisible()
            assert "12345" in badge(window).accessibleName()
            faults += [f"{screen.name} {modes}: {fault}" for fault in cut(window)]
            shots.close(window)
    assert faults == []


@pytest.mark.parametrize("online", [True, None])
def test_it_says_nothing_while_the_line_is_up_or_unknown(
    online: bool | None, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = shots.sample_services(courier=CourierState(online=online, waiting=3))
    monkeypatch.setattr(shots, "sample_services", lambda *_, **__: state)
    window = shots.open_page("card", shots.SCREENS[0], Modes())
    assert not badge(window).isVisible()
    shots.close(window)
