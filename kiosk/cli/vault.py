"""Commands about keys: the office's, and the station's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import PassphraseFile, SettingsFile, StateFolder, load, passphrase
from kiosk.cli.output import say

app = typer.Typer(no_args_is_help=True, help="Keys of what is stored and exported.")


@app.command("office-key")
def vault_office_key(
    file: Annotated[Path, typer.Argument(help="Private key to write; must not exist yet.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Makes the office's key pair: the file stays with the office, ``export_key`` goes into the settings."""
    from kiosk.commands.office_key import make

    say(make(file, passphrase(passphrase_file, twice=True)))


@app.command("status")
def vault_status(settings: SettingsFile = None, state: StateFolder = None) -> None:
    """Who keeps the station's keys, which are there and which the store needs; ids only."""
    from kiosk.commands.vault import status

    say(status(load(settings, state)))


@app.command("rotate")
def vault_rotate(settings: SettingsFile = None, state: StateFolder = None) -> None:
    """Makes a new key for all that is stored from the next start on; the station must be stopped."""
    from kiosk.commands.vault import rotate

    say(rotate(load(settings, state)))


@app.command("new-key")
def vault_new_key() -> None:
    """Prints a fresh key, to be piped into 'systemd-creds encrypt'; it is stored nowhere."""
    from kiosk.commands.vault import new_ring

    typer.echo(new_ring().decode("ascii"), nl=False)


@app.command("unseal")
def vault_unseal(
    file: Annotated[Path, typer.Argument(help="Sealed copy of the store.")],
    target: Annotated[Path, typer.Argument(help="Plain file to write; must not exist yet.")],
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Opens a copy of the store that an upgrade made and sealed, to put it back."""
    from kiosk.commands.vault import unseal

    say(unseal(load(settings, state), file, target))
