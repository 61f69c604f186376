"""Commands about whose signatures are believed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import (
    By,
    SettingsFile,
    StateFolder,
    load,
)
from kiosk.cli.output import say, words

app = typer.Typer(no_args_is_help=True, help="Whose signatures on ID cards are believed.")


Fingerprint = Annotated[
    str, typer.Argument(metavar="SHA256", help="Fingerprint, or its beginning.")
]
WholeFingerprint = Annotated[str, typer.Argument(metavar="SHA256", help="The whole fingerprint.")]


@app.command("import")
def trust_import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    signer: Annotated[
        str, typer.Option(help="SHA-256 of the master list's signer, as its publisher tells it.")
    ] = "",
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Imports certificates, master lists and lists of revoked certificates.

    A file that can't be read, or a master list that can't be believed, ends it with nothing imported.
    A single certificate or list that can't be used is left out and told under "refused"; when
    nothing is left to import, exit code 3.
    """
    from kiosk.commands.trust import import_into, readable

    result = import_into(load(settings, state), files, signer, by)
    say(result)
    words(readable(result))


@app.command("list")
def trust_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """What is in the store."""
    from kiosk.commands.trust import listed, readable_list

    result = listed(load(settings, state))
    say(result) if as_json else words(readable_list(result))


@app.command("disable")
def trust_disable(
    sha256: Fingerprint, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Takes a certificate out of use; a running station heeds it at the next reading."""
    from kiosk.commands.trust import disable

    say(disable(load(settings, state), sha256, by))


@app.command("enable")
def trust_enable(
    sha256: Fingerprint, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Takes a disabled certificate into use again."""
    from kiosk.commands.trust import enable

    say(enable(load(settings, state), sha256, by))


@app.command("confirm")
def trust_confirm(
    sha256: WholeFingerprint, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Says that you compared the fingerprint of a certificate whose key is on a curve of its own."""
    from kiosk.commands.trust import confirm

    say(confirm(load(settings, state), sha256, by))


@app.command("log")
def trust_log(settings: SettingsFile = None, state: StateFolder = None) -> None:
    """Everything that was ever done to the store, by whom and when."""
    from kiosk.commands.trust import log

    say(log(load(settings, state)))
