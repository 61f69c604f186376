"""Commands that ask the portal what it has; nothing is sent there."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk.cli.options import PortalUrl, SettingsFile, StateFolder, load
from kiosk.cli.output import say, words

app = typer.Typer(no_args_is_help=True, help="What the portal itself has.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@app.command("agencies")
def portal_agencies(
    as_json: AsJson = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """The portal's agencies with their codes."""
    from kiosk.commands.portal import agencies, table

    rows = agencies(load(settings, state, portal))
    say({"agencies": rows}) if as_json else words(table(rows))


@app.command("sectors")
def portal_sectors(
    as_json: AsJson = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """The portal's sectors with their codes."""
    from kiosk.commands.portal import sectors, table

    rows = sectors(load(settings, state, portal))
    say({"sectors": rows}) if as_json else words(table(rows))


@app.command("procedures")
def portal_procedures(
    agency: Annotated[
        str, typer.Argument(metavar="[AGENCY]", help="An agency's code; default: the station's.")
    ] = "",
    as_json: AsJson = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """The procedures of an agency."""
    from kiosk.commands.portal import procedures, table

    rows = procedures(load(settings, state, portal), agency)
    say({"procedures": rows}) if as_json else words(table(rows))


@app.command("procedure")
def portal_procedure(
    code: str,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """One procedure as the portal has it: terms, fees, components, results."""
    from kiosk.commands.portal import described, procedure

    found = procedure(load(settings, state, portal), code)
    say({"procedure": found}) if as_json else words(described(found))


@app.command("compare")
def portal_compare(
    as_json: AsJson = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """Where the station's procedures and the portal's differ; exit 3 when they do."""
    from kiosk.commands.portal import compare, compared

    result = compare(load(settings, state, portal))
    say(result) if as_json else words(compared(result))
    if result["differences"]:
        raise typer.Exit(3)
