"""Commands about the ID card and its reader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import (
    SettingsFile,
    StateFolder,
    granted,
    load,
    stop_asked,
)
from kiosk.cli.output import say, words

app = typer.Typer(no_args_is_help=True, help="The ID card and its reader.")


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


@app.command("read", context_settings=_MORE_LINES)
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


@app.command("trace", context_settings=_MORE_LINES)
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


@app.command("qr")
def card_qr(
    picture: Annotated[Path, typer.Argument(help="Photograph of the code: JPEG, PNG, WebP, BMP.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Reads the code printed on a card from a picture. It proves nothing: anybody can print one."""
    from kiosk.commands.card_qr import read_picture, readable

    result = read_picture(picture)
    say(result) if as_json else words(readable(result))


@app.command("readers")
def card_readers() -> None:
    """Lists the readers that PC/SC knows."""
    from kiosk.commands.card import list_readers

    say({"readers": list_readers()})


@app.command("faults")
def card_faults() -> None:
    """Lists the fault switches of the virtual card."""
    from kiosk.commands.card import meanings

    say(meanings())


@app.command("simulate")
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
