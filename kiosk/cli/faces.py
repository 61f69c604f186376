"""The windows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import (
    PortalUrl,
    SettingsFile,
    StateFolder,
    granted,
    load,
    need_display,
)
from kiosk.cli.output import words

app = typer.Typer()


@app.command()
def citizen(
    settings: SettingsFile = None, state: StateFolder = None, portal: PortalUrl = None
) -> None:
    """Opens the citizen's window."""
    need_display()
    from kiosk.commands.citizen import open_citizen

    raise typer.Exit(open_citizen(load(settings, state, portal)))


@app.command()
def technician(settings: SettingsFile = None, state: StateFolder = None) -> None:
    """Opens the technician's window; works beside a running station."""
    need_display()
    from kiosk.commands.technician import open_technician

    raise typer.Exit(open_technician(load(settings, state)))


@app.command()
def demo(
    headless: Annotated[
        Path | None, typer.Option(help="Play the job twice offscreen; leave papers here.")
    ] = None,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Shows the main job with simulated devices and the sandbox portal."""
    chosen = load(settings, state)
    if headless is not None:
        from kiosk.commands.headless import play_headless

        with granted():
            raise typer.Exit(play_headless(chosen, headless, words))
    need_display()
    from kiosk.commands.demo import open_demo

    raise typer.Exit(open_demo(chosen))


@app.command()
def shots(folder: Path) -> None:
    """Draws every page in both languages, themes and text sizes into a folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.shots import shots as draw

    with granted():
        draw(folder)
