"""Simulated devices for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import (
    granted,
    stop_asked,
)
from kiosk.cli.output import say
from kiosk.settings import SettingsError

app = typer.Typer(no_args_is_help=True, help="Simulated devices for other programs.")


@app.command("ticket-printer")
def simulate_ticket_printer(
    data: Annotated[Path, typer.Option(help="Folder for what is printed.")],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on loopback; 0: any.")
    ] = 9100,
) -> None:
    """An ESC/POS printer on TCP that keeps what it prints as PNG, until stopped."""
    from devices.ticket_printer.simulated import serve

    with granted():
        serve(data, port, stop_asked(), lambda at: say({"event": "listening", "port": at}))


@app.command("eid-gateway")
def simulate_eid_gateway(
    data: Annotated[Path, typer.Option(help="Folder of its keys and of the signers it trusts.")],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on loopback; 0: any.")
    ] = 8898,
    until_eof: Annotated[
        bool, typer.Option("--until-eof", help="Stop when standard input ends.")
    ] = False,
) -> None:
    """The gateway that vouches for signers of ID cards, on loopback, until stopped."""
    from sync.sandbox.eid import serve_gateway
    from sync.sandbox.serve import SandboxMissing

    try:
        with granted():
            serve_gateway(port, data, until_eof=until_eof)
    except (SandboxMissing, ValueError) as wrong:
        raise SettingsError(str(wrong)) from wrong
