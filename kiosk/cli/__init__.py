"""The command line.

Results for machines are JSON on stdout, words for people go to stderr. Exit codes: 0 done, 1 a bug,
2 bad settings or arguments, 3 a fault of the world (``{"fault": code, "message": …}`` on stdout).
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Sequence

import typer
from typer._click.exceptions import ClickException

from kiosk.catalogue.errors import CatalogueError
from kiosk.cli import card, faces, payments, portal, simulate, station, sync, trust, vault
from kiosk.cli.output import say_bug, say_fault, words
from kiosk.faults import Fault
from kiosk.logbook import tell_bug
from kiosk.settings import SettingsError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=__doc__,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(faces.app)
app.add_typer(station.app)
app.add_typer(card.app, name="card")
app.add_typer(trust.app, name="trust")
app.add_typer(sync.app, name="sync")
app.add_typer(payments.app, name="payments")
app.add_typer(portal.app, name="portal")
app.add_typer(vault.app, name="vault")
app.add_typer(simulate.app, name="simulate")


def run(arguments: Sequence[str]) -> int:
    """Runs the command line and gives the exit code; the last guard of the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # never fails on a letter the terminal lacks
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    logging.getLogger().addHandler(logging.NullHandler())  # until the log is open: not on stderr
    # Bugs in a thread or in a slot of the window: told without their text, too.
    sys.excepthook = lambda _kind, bug, _place: tell_bug(bug)
    threading.excepthook = lambda args: tell_bug(args.exc_value) if args.exc_value else None
    try:
        command = typer.main.get_command(app)
        code = command.main(list(arguments), prog_name="kiosk", standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ClickException as error:
        from kiosk.commands.usage import explained

        words(explained(error))
        return error.exit_code
    except (SettingsError, CatalogueError) as error:
        words(str(error))
        return 2
    except Fault as fault:
        return say_fault(fault)
    except Exception as bug:  # noqa: BLE001  the program's last guard
        return say_bug(bug)
    return code if isinstance(code, int) else 0
