"""Commands about what waits for the portal."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import (
    By,
    PassphraseFile,
    PortalUrl,
    SettingsFile,
    StateFolder,
    load,
    passphrase,
    stop_asked,
)
from kiosk.cli.output import say, words
from kiosk.faults import Fault
from kiosk.settings import SettingsError

app = typer.Typer(no_args_is_help=True, help="What waits for the portal.")


Which = Annotated[str, typer.Argument(metavar="ROW", help="Row number, or the dossier's code.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the row. No names, no numbers.")]


@app.command("drain")
def sync_drain(
    timeout: Annotated[float, typer.Option(min=0, max=86_400, help="Seconds at most.")] = 60,
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """Sends until nothing is due; exit 3 when something is left, also when it needs a person."""
    from kiosk.commands.sync import drain, need_a_person
    from kiosk.compose import open_station

    if math.isnan(timeout):
        raise SettingsError("--timeout: a number of seconds")
    with open_station(load(settings, state, portal), devices=False) as station:
        result = drain(station, timeout)
    say(result)
    need_a_person(result)


@app.command("restore")
def sync_restore(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Puts lost or damaged scans back from a copy, and has their dossiers sent again."""
    from kiosk.commands.restore import need_known, restore
    from kiosk.compose import open_station

    with open_station(load(settings, state), devices=False) as station:
        result = restore(station, files)
    say(result)
    need_known(result)


@app.command("run")
def sync_run(
    settings: SettingsFile = None, state: StateFolder = None, portal: PortalUrl = None
) -> None:
    """Sends without a window until stopped; one JSON line whenever the line's condition changes."""
    from kiosk.commands.sync import run as carry
    from kiosk.compose import open_station

    with open_station(load(settings, state, portal), devices=False) as station:
        carry(station, say, stop_asked())


@app.command("once")
def sync_once(
    settings: SettingsFile = None, state: StateFolder = None, portal: PortalUrl = None
) -> None:
    """Sends what is due now, once and at once; exit 3 when the portal gave trouble."""
    from kiosk.commands.sync import once
    from kiosk.compose import open_station

    with open_station(load(settings, state, portal), devices=False) as station:
        result = once(station)
    say(result)
    if result["fault"]:
        raise Fault(str(result["fault"]))


@app.command("hold")
def sync_hold(
    which: Which,
    reason: Reason,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Keeps one message back until 'retry'; works beside a running station."""
    from kiosk.commands.sync import hold

    say(hold(load(settings, state), which, reason, by))


@app.command("retry")
def sync_retry(
    which: Which,
    reason: Reason,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Sends one message again, unchanged and at once: held, stopped or only waiting."""
    from kiosk.commands.sync import retry

    say(retry(load(settings, state), which, reason, by))


@app.command("correct")
def sync_correct(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The dossier's code.")],
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A question's new answer, or person.FIELD; may be repeated; '-': from standard input.",
        ),
    ],
    reason: Reason,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Corrects what a dossier says: a new revision with its own key is sent, the old one stays readable.

    Other users of this machine see a command's arguments while it runs: '--set -' takes a line
    NAME=VALUE from standard input for each.
    """
    from kiosk.commands.sync_correct import correct

    say(correct(load(settings, state), code, changes, reason, by))


@app.command("conflicts")
def sync_conflicts(
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that somebody has seen.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Where portal and station don't say the same, and who won; works beside a running station."""
    from kiosk.commands.sync_conflicts import listed, readable

    rows = listed(load(settings, state), everything=everything)
    say({"conflicts": rows}) if as_json else words(readable(rows))


@app.command("see")
def sync_see(
    number: Annotated[int, typer.Argument(min=1, max=2**53, help="Number of the conflict.")],
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Notes that a person has seen a conflict; works beside a running station."""
    from kiosk.commands.sync import see

    say(see(load(settings, state), number, by))


@app.command("accept-portal")
def sync_accept_portal(
    since: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], help="The backup's day, or one before it."),
    ],
    reason: Reason,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
    portal: PortalUrl = None,
) -> None:
    """The portal was restored from a backup: what it lost is sent again, its feeds are read anew."""
    from kiosk.commands.sync_restored import accept

    say(accept(load(settings, state, portal), since.date(), reason, by))


@app.command("petitions")
def sync_petitions(
    which: Annotated[
        str, typer.Argument(metavar="[ID]", help="One of them: with its words and its answer.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Questions and petitions at the portal, answered or not, and what is overdue."""
    from kiosk.commands.sync_petitions import listed, readable

    rows = listed(load(settings, state), which.strip())
    say({"petitions": rows}) if as_json else words(readable(rows))


@app.command("sent")
def sync_sent(
    which: Annotated[
        str,
        typer.Argument(metavar="[CODE]", help="A dossier's code, or a row's number: everything."),
    ] = "",
    part: Annotated[str, typer.Option("--find", help="Part of a dossier's code.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """What was sent, when, and what came of it, the youngest first; works beside a running station."""
    from kiosk.commands.sync_sent import detailed, listed, readable, table

    station = load(settings, state)
    rows = detailed(station, which) if which.strip() else listed(station, part)
    shown = readable if which.strip() else table
    say({"sent": rows}) if as_json else words(shown(rows))


@app.command("lint")
def sync_lint(
    code: Annotated[
        str, typer.Argument(metavar="[CODE]", help="One dossier; else all that is unsent.")
    ] = "",
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="All that was received on this day."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """What messages would lose in the scoring of QĐ 766, and why; works beside a running station."""
    from kiosk.commands.sync_lint import linted, readable

    result = linted(load(settings, state), code, None if day is None else day.date())
    say(result) if as_json else words(readable(result))


@app.command("export")
def sync_export(
    file: Annotated[Path, typer.Argument(help="Bundle to write; must not exist yet.")],
    reason: Reason,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Writes every unsent dossier with its messages and scans into one file; changes no row.

    The file is sealed: only the office's private key opens it (``vault.export_key`` in the settings).
    """
    from kiosk.commands.take_out import take_out

    say(take_out(load(settings, state), file, reason, by).told())


@app.command("closing")
def sync_closing(
    export: Annotated[
        Path | None, typer.Option(help="Bundle of everything unsent: a new file, or a folder.")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option(help="The list as an A4 PDF: a new file, or a folder.")
    ] = None,
    before_update: Annotated[
        bool,
        typer.Option(
            "--before-update",
            help="For packages: exit 0 only when all is sent or was exported within the hour.",
        ),
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; its hash is kept in the journal.")] = "closing",
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """The day's end: what is unsent, since when and why; exit 3 when something is left. Deletes nothing."""
    from kiosk.commands.closing import Wanted, close, need_nothing_left, readable

    wanted = Wanted(export, pdf, before_update, reason, by)
    result = close(load(settings, state), wanted)
    say(result) if as_json else words(readable(result))
    need_nothing_left(result)


@app.command("import")
def sync_import(
    file: Path,
    key: Annotated[Path | None, typer.Option(help="The office's private key.")] = None,
    passphrase_file: PassphraseFile = None,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Takes a bundle's dossiers into a fresh store, under their own keys; the station must be stopped."""
    from kiosk.commands import office_key
    from kiosk.commands.sync_bundle import import_from

    opener = office_key.load(key, passphrase(passphrase_file)) if key else None
    say(import_from(load(settings, state), file, by, opener))


@app.command("status")
def sync_status(
    made_by: Annotated[
        str, typer.Option("--by", help="Only what this account made, or this station.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """What waits, since when, why, and when it is tried next. Changes no row; works beside a running station."""
    from kiosk.commands.sync import readable, status
    from kiosk.commands.sync_lint import warnings_waiting

    station = load(settings, state)
    result = status(station, made_by) | {"warnings": warnings_waiting(station)}
    say(result) if as_json else words(readable(result))
