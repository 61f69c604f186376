"""The job without a window, the doctor and the reference portal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import (
    PortalUrl,
    SettingsFile,
    StateFolder,
    granted,
    load,
)
from kiosk.cli.output import say, words
from kiosk.settings import SettingsError

app = typer.Typer()


@app.command("run")
def run_script(
    file: Path,
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """Plays a scripted journey and prints one JSON line per event."""
    from kiosk.commands.journey import play_script
    from kiosk.compose import open_station
    from kiosk.journeys.script import load as load_script

    script = load_script(file)
    with open_station(load(settings, state, portal)) as station:
        play_script(station, script, say)


@app.command()
def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on loopback; 0: any.")
    ] = 8899,
    data: Annotated[Path, typer.Option(help="Folder of the portal's own data.")] = Path("sandbox"),
    until_eof: Annotated[
        bool, typer.Option("--until-eof", help="Stop when standard input ends.")
    ] = False,
    seed: Annotated[
        int,
        typer.Option(
            min=0, max=20_000_000, help="Fill it first with so many states of made-up dossiers."
        ),
    ] = 0,
) -> None:
    """The reference portal, on loopback, until stopped."""
    from sync.sandbox.serve import SandboxMissing, serve

    try:
        with granted():
            serve(port, data, until_eof=until_eof, seed=seed)
    except SandboxMissing as missing:
        raise SettingsError(str(missing)) from missing


@app.command()
def doctor(
    settings: SettingsFile = None, state: StateFolder = None, portal: PortalUrl = None
) -> None:
    """Looks at store, devices, texts and portal and says what is wrong."""
    from kiosk.commands.doctor import examine, readable

    result = examine(load(settings, state, portal))
    say(result)
    words(readable(result))
    if not result["ok"]:
        raise typer.Exit(3)
