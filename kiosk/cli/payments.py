"""Commands about fees."""

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

app = typer.Typer(no_args_is_help=True, help="Fees: what is owed, paid and given back.")


ClaimId = Annotated[str, typer.Argument(metavar="CLAIM", help="Number of the claim.")]
PaymentId = Annotated[int, typer.Argument(metavar="PAYMENT", min=1, max=2**62)]
Why = Annotated[str, typer.Option("--reason", help="Why; kept. No names, no numbers of people.")]
Despite = Annotated[
    str, typer.Option(help="Why money is taken although an online payment is still open.")
]


@app.command("claims")
def payments_claims(code: str, settings: SettingsFile = None, state: StateFolder = None) -> None:
    """A dossier's fees: owed, tried, paid, given back."""
    from kiosk.commands.payments import claims

    say(claims(load(settings, state), code))


@app.command("claim")
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


@app.command("start")
def payments_start(
    claim: ClaimId, by: By = "", settings: SettingsFile = None, state: StateFolder = None
) -> None:
    """Opens the page where a claim is paid online; shows the same one while it is open."""
    from kiosk.commands.payments import start

    say(start(load(settings, state), claim, by))


@app.command("ask")
def payments_ask(
    reference: Annotated[str, typer.Argument(help="Empty: all that are due.")] = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Asks the platform what became of payments; never opens one."""
    from kiosk.commands.payments import ask

    say(ask(load(settings, state), reference))


@app.command("bill")
def payments_bill(
    payment: PaymentId,
    out: Annotated[Path | None, typer.Option(help="Plain copy to write; no file yet.")] = None,
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Fetches the electronic receipt of a payment and keeps it, sealed."""
    from kiosk.commands.payments import bill

    say(bill(load(settings, state), payment, out))


@app.command("qr")
def payments_qr(claim: ClaimId, settings: SettingsFile = None, state: StateFolder = None) -> None:
    """The VietQR text for a transfer; it asks for money and proves nothing."""
    from kiosk.commands.payments import qr

    say(qr(load(settings, state), claim))


@app.command("give-up")
def payments_give_up(
    reference: Annotated[str, typer.Argument(help="Of the attempt, as 'claims' tells it.")],
    reason: Why,
    by: By = "",
    settings: SettingsFile = None,
    state: StateFolder = None,
) -> None:
    """Ends an online payment that waits for ever; money that comes all the same is noted."""
    from kiosk.commands.payments import give_up

    say(give_up(load(settings, state), reference, reason, by))


@app.command("cash")
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


@app.command("transfer")
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


@app.command("count")
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


@app.command("void")
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


@app.command("refund")
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


@app.command("refunded")
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


@app.command("reconcile")
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
