"""``kiosk demo``: the citizen's window with the simulated world beside it."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from kiosk.commands.citizen import serving
from kiosk.commands.world import DemoWorld, sandbox_behind_a_line
from kiosk.compose import open_station
from kiosk.settings import Settings
from ui.application import application
from ui.simulated_world.desk import Desk
from ui.simulated_world.place import stand_beside, stand_upright


def open_demo(settings: Settings) -> int:
    """Opens window and desk; the sandbox and the simulated devices live and end with them.

    Without a state folder of its own choosing everything lies in a temporary one and is gone afterwards.
    """
    app = application()
    with ExitStack() as stack:
        settings = with_folder(settings, stack)
        settings, _, line = stack.enter_context(
            sandbox_behind_a_line(settings, settings.folder / "portal")
        )
        station = stack.enter_context(open_station(settings))
        window = stack.enter_context(serving(station))
        world = DemoWorld(station, line)
        stack.callback(world.close)
        desk = Desk(world)
        stand_upright(window)
        window.show()
        stand_beside(desk, window)
        desk.show()
        return app.exec()


def with_folder(settings: Settings, stack: ExitStack) -> Settings:
    """The settings with a state folder that is gone afterwards, unless one was named."""
    if settings.state.folder:
        return settings
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mot-cua-"))
    state = settings.state.model_copy(update={"folder": str(Path(folder))})
    return settings.model_copy(update={"state": state})
