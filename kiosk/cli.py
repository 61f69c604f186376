"""The command line.

Results for machines are JSON on stdout, words for people go to stderr. Exit codes: 0 done, 1 a bug,
2 bad settings or arguments, 3 a fault of the world (``{"fault": code, "message": …}`` on stdout).
"""

from __future__ import annotations

import io
import json
import logging
import math
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from typer._click.exceptions import ClickException

from kiosk import settings as station_settings
from kiosk.catalogue.errors import CatalogueError
from kiosk.faults import Fault, texts
from kiosk.logbook import tell_bug
from kiosk.settings import Settings, SettingsError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=__doc__,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
card_app = typer.Typer(no_args_is_help=True, help="The ID card and its reader.")
sync_app = typer.Typer(no_args_is_help=True, help="What waits for the portal.")
payments_app = typer.Typer(no_args_is_help=True, help="Fees: what is owed, paid and given back.")
simulate_app = typer.Typer(no_args_is_help=True, help="Simulated devices for other programs.")
trust_app = typer.Typer(no_args_is_help=True, help="Whose signatures on ID cards are believed.")
app.add_typer(card_app, name="card")
app.add_typer(trust_app, name="trust")
app.add_typer(sync_app, name="sync")
app.add_typer(payments_app, name="payments")
app.add_typer(simulate_app, name="simulate")

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="Settings file; default: the demo settings.")
]
StateFolder = Annotated[
    Path | None, typer.Option("--state", help="State folder; overrides the settings.")
]
PortalUrl = Annotated[
    str | None, typer.Option("--portal", help="Portal's address; overrides the settings.")
]


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


def say_bug(bug: BaseException) -> int:
    """Tells of a bug and gives exit code 1."""
    tell_bug(bug)
    words("This is an error of the program. The log has more.")
    return 1


def say_fault(fault: Fault) -> int:
    """Prints a fault for machines and for people; gives exit code 3."""
    text = texts().get(fault.code)
    message = text.clerk["vi"] if text else fault.code
    say({"fault": fault.code, "message": message})
    words(f"{fault.code}: {text.clerk['en'] if text else fault.detail}")
    if fault.detail:
        words(f"  ({fault.detail})")
    return 3


def say(value: object) -> None:
    """One line of JSON on stdout, flushed."""
    _write(json.dumps(value, ensure_ascii=False), sys.stdout)


def words(text: str) -> None:
    """A line for people, on stderr."""
    _write(text, sys.stderr)


def _write(line: str, stream: TextIO) -> None:
    """Raises `Fault` ``SYSTEM_REFUSED`` when there is no room for the line; what follows is dropped."""
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:  # nobody reads on: typer ends the program
        raise
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # else Python tries the rest again at its end
        os.close(nowhere)
        raise Fault("SYSTEM_REFUSED", f"output: {error.strerror or error}") from error


def load(settings: Path | None, state: Path | None, portal: str | None = None) -> Settings:
    return station_settings.load(settings or station_settings.DEMO, state=state, portal=portal)


# --- faces --------------------------------------------------------------------------------------


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


# --- the job without a window ----------------------------------------------------------------------


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


Can = Annotated[
    str | None,
    typer.Option(help="Last six digits of the number: enough for PACE. '-': from standard input."),
]
Zone = Annotated[
    list[str] | None,
    typer.Option(
        "--mrz",
        help="Lines of the machine-readable zone, one after the other; or in one; or '-'.",
        metavar="LINES",
    ),
]
CardNumber = Annotated[str | None, typer.Option(help="Number printed on the card.")]
Birth = Annotated[str | None, typer.Option(help="Birth date, YYMMDD.")]
Expiry = Annotated[str | None, typer.Option(help="Expiry date, YYMMDD.")]
ReaderName = Annotated[str, typer.Option(help="Part of the reader's name.")]
NoPhoto = Annotated[bool, typer.Option("--no-photo", help="Leave the portrait out.")]
TrustFolder = Annotated[
    str | None,  # a Path would take an empty one for this folder
    typer.Option(
        "--trust", metavar="DIR", help="Folder of country signers; default: the station's store."
    ),
]
_MORE_LINES = {"allow_extra_args": True}  # after --mrz


@card_app.command("read", context_settings=_MORE_LINES)
def card_read(  # noqa: PLR0913  one option each
    more: typer.Context,
    can: Can = None,
    zone: Zone = None,
    number: CardNumber = None,
    birth: Birth = None,
    expiry: Expiry = None,
    reader: ReaderName = "",
    no_photo: NoPhoto = False,
    trust: TrustFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Reads the card that lies on a reader.

    Other users of this machine see a command's arguments while it runs: '--can -' and '--mrz -'
    take the value from standard input.
    """
    from kiosk.commands.card import ReadOptions, read_card, trust_folder
    from kiosk.commands.card_key import KeyOptions, key_of, zone_lines
    from kiosk.commands.card_report import described, readable

    key = key_of(KeyOptions(can, zone_lines(zone, more.args), number, birth, expiry))
    options = ReadOptions(reader, not no_photo, trust_folder(trust))
    card = read_card(load(settings, state), key, options, words)
    say(described(card)) if as_json else words(readable(card))


@card_app.command("trace", context_settings=_MORE_LINES)
def card_trace(  # noqa: PLR0913  one option each
    more: typer.Context,
    can: Can = None,
    zone: Zone = None,
    number: CardNumber = None,
    birth: Birth = None,
    expiry: Expiry = None,
    reader: ReaderName = "",
    no_photo: NoPhoto = False,
    trust: TrustFolder = None,
    out: Annotated[Path | None, typer.Option(help="File for the record, too.")] = None,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Reads the card and prints an anonymous record of it: lengths, status words, times, no data.

    A reading that fails is recorded, too; its fault stands in the record and the exit code is 3.
    """
    from kiosk.commands.card import ReadOptions, keep, trace_card, trust_folder
    from kiosk.commands.card_key import KeyOptions, key_of, zone_lines

    key = key_of(KeyOptions(can, zone_lines(zone, more.args), number, birth, expiry))
    options = ReadOptions(reader, not no_photo, trust_folder(trust))
    record = trace_card(load(settings, state), key, options, words)
    say(record)
    if out is not None:
        with granted():
            keep(record, out)
        words(f"Kept in {out}. Look through it before you send it.")
    if "fault" in record:
        raise typer.Exit(3)


@card_app.command("qr")
def card_qr(
    picture: Annotated[Path, typer.Argument(help="Photograph of the code: JPEG, PNG, WebP, BMP.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Reads the code printed on a card from a picture. It proves nothing: anybody can print one."""
    from kiosk.commands.card_qr import read_picture, readable

    result = read_picture(picture)
    say(result) if as_json else words(readable(result))


@card_app.command("readers")
def card_readers() -> None:
    """Lists the readers that PC/SC knows."""
    from kiosk.commands.card import list_readers

    say({"readers": list_readers()})


@card_app.command("faults")
def card_faults() -> None:
    """Lists the fault switches of the virtual card."""
    from kiosk.commands.card import meanings

    say(meanings())


@card_app.command("simulate")
def card_simulate(
    host: Annotated[
        str, typer.Option(help="Where vpcd listens; empty: the pcscd of this machine.")
    ] = "",
    port: Annotated[int, typer.Option(min=1, max=65535, help="vpcd's port.")] = 35963,
    person: Annotated[
        Path | None, typer.Option(help="TOML or JSON file of the synthetic person.")
    ] = None,
    expiry: Annotated[str, typer.Option(help="Expiry of the card instead, YYMMDD.")] = "",
    fault: Annotated[
        list[str] | None,
        typer.Option(help="Fault switch, e.g. tear_after=20; may be repeated ('card faults')."),
    ] = None,
    trust_out: Annotated[
        Path | None,
        typer.Option(help="Folder to write this card's country signer and list to, for --trust."),
    ] = None,
) -> None:
    """Puts the synthetic virtual card into a slot of the real pcscd, until stopped.

    Where no pcscd runs, one is started in a network of its own and ended afterwards (needs root).
    """
    from kiosk.commands.card import SimulateOptions, simulate_card

    options = SimulateOptions(host, port, person, expiry, tuple(fault or ()), trust_out)
    with granted():
        simulate_card(options, words, stop_asked())


# --- whom we believe --------------------------------------------------------------------------------

By = Annotated[str, typer.Option(help="Your name, for the record; default: the system's user.")]
Fingerprint = Annotated[
    str, typer.Argument(metavar="SHA256", help="Fingerprint, or its beginning.")
]
WholeFingerprint = Annotated[str, typer.Argument(metavar="SHA256", help="The whole fingerprint.")]


@trust_app.command("import")
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


@trust_app.command("list")
def trust_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """What is in the store."""
    from kiosk.commands.trust import listed, readable_list

    result = listed(load(settings, state))
    say(result) if as_json else words(readable_list(result))


@trust_app.command("disable")
def trust_disable(
    sha256: Fingerprint, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Takes a certificate out of use; a running station heeds it at the next reading."""
    from kiosk.commands.trust import disable

    say(disable(load(settings, state), sha256, by))


@trust_app.command("enable")
def trust_enable(
    sha256: Fingerprint, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Takes a disabled certificate into use again."""
    from kiosk.commands.trust import enable

    say(enable(load(settings, state), sha256, by))


@trust_app.command("confirm")
def trust_confirm(
    sha256: WholeFingerprint, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Says that you compared the fingerprint of a certificate whose key is on a curve of its own."""
    from kiosk.commands.trust import confirm

    say(confirm(load(settings, state), sha256, by))


@trust_app.command("log")
def trust_log(settings: SettingsFile = None, state: StateFolder = None) -> None:
    """Everything that was ever done to the store, by whom and when."""
    from kiosk.commands.trust import log

    say(log(load(settings, state)))


@simulate_app.command("ticket-printer")
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


@simulate_app.command("eid-gateway")
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


# --- the portal -------------------------------------------------------------------------------------


@sync_app.command("drain")
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


@sync_app.command("restore")
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


@sync_app.command("run")
def sync_run(
    settings: SettingsFile = None, state: StateFolder = None, portal: PortalUrl = None
) -> None:
    """Sends without a window until stopped; one JSON line whenever the line's condition changes."""
    from kiosk.commands.sync import run as carry
    from kiosk.compose import open_station

    with open_station(load(settings, state, portal), devices=False) as station:
        carry(station, say, stop_asked())


@sync_app.command("once")
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


Which = Annotated[str, typer.Argument(metavar="ROW", help="Row number, or the dossier's code.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the row. No names, no numbers.")]


@sync_app.command("hold")
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


@sync_app.command("retry")
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


@sync_app.command("conflicts")
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


@sync_app.command("see")
def sync_see(
    number: Annotated[int, typer.Argument(min=1, max=2**53, help="Number of the conflict.")],
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Notes that a person has seen a conflict; works beside a running station."""
    from kiosk.commands.sync import see

    say(see(load(settings, state), number, by))


@sync_app.command("export")
def sync_export(
    file: Annotated[Path, typer.Argument(help="Bundle to write; must not exist yet.")],
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Writes every unsent dossier with its messages and scans into one file; changes nothing here.

    The file holds personal data: keep it on an encrypted disk.
    """
    from kiosk.commands.sync_bundle import export_to

    say(export_to(load(settings, state), file))


@sync_app.command("import")
def sync_import(
    file: Path, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Takes a bundle's dossiers into a fresh store, under their own keys; the station must be stopped."""
    from kiosk.commands.sync_bundle import import_from

    say(import_from(load(settings, state), file, by))


@sync_app.command("status")
def sync_status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """What waits, since when, why, and when it is tried next. Changes no row; works beside a running station."""
    from kiosk.commands.sync import readable, status

    result = status(load(settings, state))
    say(result) if as_json else words(readable(result))


# --- fees -------------------------------------------------------------------------------------------

ClaimId = Annotated[str, typer.Argument(metavar="CLAIM", help="Number of the claim.")]
PaymentId = Annotated[int, typer.Argument(metavar="PAYMENT", min=1, max=2**62)]
Why = Annotated[str, typer.Option("--reason", help="Why; kept. No names, no numbers of people.")]
Despite = Annotated[
    str, typer.Option(help="Why money is taken although an online payment is still open.")
]


@payments_app.command("claims")
def payments_claims(code: str, settings: SettingsFile = None, state: StateFolder = None) -> None:
    """A dossier's fees: owed, tried, paid, given back."""
    from kiosk.commands.payments import claims

    say(claims(load(settings, state), code))


@payments_app.command("claim")
def payments_claim(
    code: str,
    exempt: Annotated[str, typer.Option(help="Why nothing is to be paid.")] = "",
    proof: Annotated[str, typer.Option(help="The paper that proves it.")] = "",
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Makes the claims of a dossier's fees, once each."""
    from kiosk.commands.payments import claim

    say(claim(load(settings, state), code, exempt, proof, by))


@payments_app.command("start")
def payments_start(
    claim: ClaimId, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Opens the page where a claim is paid online; shows the same one while it is open."""
    from kiosk.commands.payments import start

    say(start(load(settings, state), claim, by))


@payments_app.command("ask")
def payments_ask(
    reference: Annotated[str, typer.Argument(help="Empty: all that are due.")] = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Asks the platform what became of payments; never opens one."""
    from kiosk.commands.payments import ask

    say(ask(load(settings, state), reference))


@payments_app.command("bill")
def payments_bill(
    payment: PaymentId, settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Fetches the electronic receipt of a payment and keeps it."""
    from kiosk.commands.payments import bill

    say(bill(load(settings, state), payment))


@payments_app.command("qr")
def payments_qr(claim: ClaimId, settings: SettingsFile = None, state: StateFolder = None) -> None:
    """The VietQR text for a transfer; it asks for money and proves nothing."""
    from kiosk.commands.payments import qr

    say(qr(load(settings, state), claim))


@payments_app.command("cash")
def payments_cash(
    claim: ClaimId,
    form: Annotated[str, typer.Option(help="Mẫu số of the receipt.")],
    series: Annotated[str, typer.Option(help="Ký hiệu of the receipt.")],
    number: Annotated[str, typer.Option(help="Số of the receipt.")],
    by: By = "",
    despite: Despite = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Notes that a claim was paid in cash, against a receipt."""
    from kiosk.commands.payments import cash
    from kiosk.payments.takings import Receipt

    say(cash(load(settings, state), claim, Receipt(form, series, number), by, despite))


@payments_app.command("transfer")
def payments_transfer(
    claim: ClaimId,
    number: Annotated[str, typer.Option(help="Number of the line in the bank's statement.")],
    by: By = "",
    despite: Despite = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Notes that a claim's sum stands in the bank's statement."""
    from kiosk.commands.payments import transfer

    say(transfer(load(settings, state), claim, number, by, despite))


@payments_app.command("count")
def payments_count(
    payment: PaymentId,
    reason: Why,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Counts held money, of another sum than was asked, as paying its claim."""
    from kiosk.commands.payments import count

    say(count(load(settings, state), payment, reason, by))


@payments_app.command("void")
def payments_void(
    claim: ClaimId,
    reason: Why,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Ends a claim that was not paid."""
    from kiosk.commands.payments import void

    say(void(load(settings, state), claim, reason, by))


@payments_app.command("refund")
def payments_refund(
    payment: PaymentId,
    reason: Why,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Says that money is to go back; 'refunded' says that it did."""
    from kiosk.commands.payments import propose_refund

    say(propose_refund(load(settings, state), payment, reason, by))


@payments_app.command("refunded")
def payments_refunded(
    payment: PaymentId,
    number: Annotated[str, typer.Option(help="Number under which the money went back.")],
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Notes that money went back."""
    from kiosk.commands.payments import refunded

    say(refunded(load(settings, state), payment, number, by))


@payments_app.command("reconcile")
def payments_reconcile(
    day: Annotated[str, typer.Option(help="2026-11-24; default: today.")] = "",
    statement: Annotated[
        Path | None, typer.Option(help="The platform's list of that day (CSV).")
    ] = None,
    ask: Annotated[bool, typer.Option(help="Ask the platform about that day's payments.")] = True,
    close: Annotated[bool, typer.Option("--close", help="Freeze the day.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Compares a day's money here and at the platform; exit 3 when something differs."""
    from kiosk.commands.payments import day_of, readable, reconcile

    chosen = load(settings, state)
    report = reconcile(
        chosen, day_of(day), statement, ask_first=ask, close_by=by if close else None
    )
    say(report) if as_json else words(readable(report))
    if report["differences"]:
        raise typer.Exit(3)


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


@contextmanager
def granted() -> Iterator[None]:
    """What the operating system refuses inside (a port in use, a folder that is a file) is a fault of the world."""
    try:
        yield
    except OSError as error:
        raise Fault("SYSTEM_REFUSED", f"{error.strerror or error}") from error


def need_display() -> None:
    """Raises `SettingsError` where no window can be shown."""
    if sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    ):
        raise SettingsError("there is no display: set DISPLAY, or use demo --headless DIR")


def stop_asked() -> threading.Event:
    """An event that SIGTERM or Ctrl+C sets."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked
