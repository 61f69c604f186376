"""Commands about keys: the office's, and the station's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import PassphraseFile, passphrase
from kiosk.cli.output import say

app = typer.Typer(no_args_is_help=True, help="Keys of what is stored and exported.")


@app.callback()
def vault() -> None:
    """Keys of what is stored and exported."""


@app.command("office-key")
def vault_office_key(
    file: Annotated[Path, typer.Argument(help="Private key to write; must not exist yet.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Makes the office's key pair: the file stays with the office, ``export_key`` goes into the settings."""
    from kiosk.commands.office_key import make

    say(make(file, passphrase(passphrase_file, twice=True)))
