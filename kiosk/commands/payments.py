"""``kiosk payments …``: claims, payments, refunds and the day's comparison. Works beside a running station."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import TypeVar

from kiosk.catalogue import release
from kiosk.clock import at_office, now
from kiosk.commands.sync import store
from kiosk.commands.trust import who
from kiosk.compose import fee_news
from kiosk.dossiers import rows as dossier_rows
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.code import normalise
from kiosk.dossiers.dossier import Dossier
from kiosk.faults import Fault
from kiosk.outbox.outbox import Outbox
from kiosk.payments import reconcile as days
from kiosk.payments import rows, statement
from kiosk.payments.claim import PORTAL_WORDS, Attempt, Claim, Payment, Refund, Unfit
from kiosk.payments.claims import Claims, Exemption
from kiosk.payments.owed import fees_of
from kiosk.payments.takings import Receipt, Takings
from kiosk.payments.transfer import transfer_text
from kiosk.settings import Settings, SettingsError
from kiosk.store.database import Database
from kiosk.store.link import Reader
from sync.payments.cashier import Cashier
from sync.payments.client import PlatformClient

_Result = TypeVar("_Result")
Told = dict[str, object]


@dataclass(frozen=True)
class Desk:
    """What the commands work with, for one act."""

    settings: Settings
    database: Database
    claims: Claims
    takings: Takings

    @property
    def reader(self) -> Reader:
        return self.database.read()


@contextmanager
def desk(settings: Settings) -> Iterator[Desk]:
    """Opens the station's store; afterwards it is planned what the portal is to be told.

    What the office's part calls a wrong argument is a `SettingsError` here.
    """
    with store(settings) as database:
        takings = Takings(database, settings.office.station)
        try:
            yield Desk(settings, database, Claims(database), takings)
        except Unfit as error:
            raise SettingsError(str(error)) from None
        with suppress(Fault):  # what was done stands; the courier's next round plans it else
            outbox = Outbox(database, settings.office.station, now)
            fee_news(settings, database, outbox).plan()


@contextmanager
def cashier(at: Desk) -> Iterator[Cashier]:
    """The way to the platform. Raises `SettingsError` where the settings know none."""
    settings = at.settings
    if not settings.payments.url:
        raise SettingsError("payments.url: there is no payment platform")
    client = PlatformClient(settings.payments, settings.office, now)
    bills = Attachments(settings.folder / "receipts", at.reader.vault)
    try:
        yield Cashier(at.database, settings.office.station, client, bills, now, Random())  # noqa: S311  spreads load only
    finally:
        client.close()


def claims(settings: Settings, code: str) -> Told:
    """A dossier's claims with their attempts, payments and refunds."""
    with desk(settings) as at:
        found = _dossier(at.reader, code)
        return {"dossier": found.code, "claims": _claims(at.reader, found.code)}


def claim(settings: Settings, code: str, exempt: str, proof: str, by: str) -> Told:
    """Makes the claims of a dossier's fees, once; with ``exempt`` and ``proof`` nothing is owed any more."""
    exemption = Exemption(exempt, proof) if exempt or proof else None
    with desk(settings) as at:
        found = _dossier(at.reader, code)
        fed = bool(settings.feeds.catalogue_path)
        catalogue = release.load(at.reader, fed=fed)
        procedure = catalogue.version(found.procedure, found.version)
        if procedure is None:
            raise SettingsError(f"{found.procedure} {found.version}: not in the catalogue")
        for fee in fees_of(found, procedure):
            if exemption is None:
                at.claims.make(found.id, fee, who(by))
            else:
                at.claims.exempt(found.id, fee, exemption, who(by))
        return {"dossier": found.code, "claims": _claims(at.reader, found.code)}


def start(settings: Settings, claim_id: str, by: str) -> Told:
    """The address where the claim is paid online; the same one while it is open."""
    with desk(settings) as at, cashier(at) as platform:
        return _attempt(platform.start(claim_id, who(by)))


def ask(settings: Settings, reference: str) -> Told:
    """Asks the platform after one attempt, or after all that are due."""
    with desk(settings) as at, cashier(at) as platform:
        asked = [platform.ask(reference)] if reference else platform.round()
        return {"asked": [_attempt(one) for one in asked]}


def bill(settings: Settings, payment_id: int, out: Path | None = None) -> Told:
    """Fetches the electronic receipt of a payment and keeps it sealed; ``out``: a plain copy, for a person.

    Raises `Fault` SYSTEM_REFUSED when the copy is there already or can't be written.
    """
    with desk(settings) as at, cashier(at) as platform:
        sha256 = platform.bill(payment_id)
        if out is not None:
            kept = Attachments(settings.folder / "receipts", at.reader.vault).read(sha256)
            _hand_out(out, kept)
        return {"payment": payment_id, "sha256": sha256, "file": str(out) if out else None}


def _hand_out(file: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise Fault("SYSTEM_REFUSED", f"{file.name}: {error.strerror}") from error


def qr(settings: Settings, claim_id: str) -> Told:
    """The VietQR text that asks for a claim's sum. It proves nothing; see ``transfer``."""
    chosen = settings.payments
    if not (chosen.account and chosen.bank):
        raise SettingsError("payments.account and payments.bank are needed")
    with desk(settings) as at:
        found = _known(rows.claim(at.reader, claim_id), "claim")
        if not found.owed:
            raise Fault("PAYMENT_STATE", f"{found.id} is {found.state.value}")
        return {
            "claim": found.id,
            "text": transfer_text(chosen, found.dossier_code, found.owed),
        }


def give_up(settings: Settings, reference: str, reason: str, by: str) -> Told:
    """Ends an attempt that nothing certain is heard of, after the platform was asked once more.

    Raises `Fault` PAYMENT_STATE when it isn't open (any more).
    """
    with desk(settings) as at:
        if settings.payments.url:
            with cashier(at) as platform:
                platform.ask(reference)
        at.takings.give_up(reference, reason, who(by))
        return _attempt(_known(rows.attempt(at.reader, reference), "attempt"))


def cash(settings: Settings, claim_id: str, receipt: Receipt, by: str, despite: str) -> Told:
    """A clerk took the sum in cash."""
    return _done(settings, lambda at: at.takings.cash(claim_id, receipt, who(by), despite))


def transfer(settings: Settings, claim_id: str, number: str, by: str, despite: str) -> Told:
    """A clerk found the sum on the bank's statement."""
    return _done(settings, lambda at: at.takings.transfer(claim_id, number, who(by), despite))


def count(settings: Settings, payment_id: int, reason: str, by: str) -> Told:
    """A person counts held money as paying its claim."""
    return _done(settings, lambda at: at.takings.count_held(payment_id, reason, who(by)))


def void(settings: Settings, claim_id: str, reason: str, by: str) -> Told:
    """Ends a claim that was not paid."""
    with desk(settings) as at:
        return _claim(at.reader, at.claims.void(claim_id, reason, who(by)))


def propose_refund(settings: Settings, payment_id: int, reason: str, by: str) -> Told:
    """Says that money is to go back."""
    with desk(settings) as at:
        return _refund(at.takings.propose_refund(payment_id, reason, who(by)))


def refunded(settings: Settings, payment_id: int, number: str, by: str) -> Told:
    """Money went back."""
    with desk(settings) as at:
        return _refund(at.takings.refunded(payment_id, number, who(by)))


def reconcile(
    settings: Settings, day: date, file: Path | None, *, ask_first: bool, close_by: str | None
) -> Told:
    """The report of a day. ``ask_first``: the platform is asked about every attempt of that day.

    ``close_by``: freezes the day, which needs the statement. Raises `Fault` PAYMENT_STATEMENT, PAYMENT_DAY.
    """
    with desk(settings) as at:
        kept = days.kept(at.reader, day)
        if kept is not None:
            return kept
        unasked: list[str] = []
        if ask_first and settings.payments.url:
            with cashier(at) as platform:
                unasked = platform.review(days.attempts_on(at.reader, day))
        listed = None if file is None else statement.read(_content(file))
        if close_by is None:
            return days.report(at.reader, day, listed, unasked)
        if listed is None:
            raise SettingsError("--statement: a day is closed with the platform's list only")
        return days.close(at.database, day, listed, who(close_by))


def day_of(text: str) -> date:
    """An office's day as typed; empty: today. Raises `SettingsError`."""
    try:
        return date.fromisoformat(text) if text else at_office(now()).date()
    except ValueError:
        raise SettingsError("--day: write 2026-11-24") from None


def readable(report: Told) -> str:
    """A report for people."""
    found = report["differences"]
    assert isinstance(found, list)  # noqa: S101  made by reconcile
    head = f"{report['day']}: {'đã khóa / closed' if report['closed'] else 'đang mở / open'}"
    sides = f"Máy / station: {report['station']}\nHệ thống / platform: {report['platform']}"
    lines = [" ".join(f"{name}={value}" for name, value in one.items()) for one in found]
    none = ["Không có chênh lệch / no differences."]
    return "\n".join([head, sides, *(lines or none)])


def _done(settings: Settings, act: Callable[[Desk], Payment]) -> Told:
    with desk(settings) as at:
        made = act(at)
        found = rows.claim(at.reader, made.claim_id)
        return _payment(made) | {"claim_state": found.state.value if found else ""}


def _dossier(reader: Reader, code: str) -> Dossier:
    found = dossier_rows.load(reader, "code", normalise(code) or "")
    if found is None:
        raise SettingsError("CODE: no dossier of this station has this code")
    return found.dossier


def _known(found: _Result | None, name: str) -> _Result:
    if found is None:
        raise SettingsError(f"no such {name}")
    return found


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(statement.LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}") from error


def _claims(reader: Reader, code: str) -> list[Told]:
    return [_claim(reader, one) for one in rows.claims_of(reader, code)]


def _claim(reader: Reader, one: Claim) -> Told:
    payments = rows.payments_of(reader, one.id)
    refunds = [rows.refund(reader, payment.id) for payment in payments]
    return {
        "claim": one.id,
        "fee": one.fee_code,
        "kind": one.kind,
        "amount": one.amount,
        "owed": one.owed,
        "collect": one.collect.value,
        "state": one.state.value,
        "words": PORTAL_WORDS[one.state],
        "reason": one.reason,
        "attempts": [_attempt(attempt) for attempt in rows.attempts_of(reader, one.id)],
        "payments": [_payment(payment) for payment in payments],
        "refunds": [_refund(refund) for refund in refunds if refund],
    }


def _attempt(one: Attempt) -> Told:
    return {
        "reference": one.reference,
        "claim": one.claim_id,
        "amount": one.amount,
        "state": one.state.value,
        "url": one.url,
        "why": one.why,
        "asked": one.asked,
        "next_at": _moment(one.next_at) if one.is_open else None,
    }


def _payment(one: Payment) -> Told:
    return {
        "payment": one.id,
        "claim": one.claim_id,
        "channel": one.channel.value,
        "number": one.number,
        "amount": one.amount,
        "taken_at": _moment(one.taken_at),
        "by": one.noted_by,
        "standing": one.standing.value,
        "bill": one.bill_sha256,
    }


def _refund(one: Refund) -> Told:
    return {
        "payment": one.payment_id,
        "claim": one.claim_id,
        "amount": one.amount,
        "reason": one.reason,
        "done_at": None if one.done_at is None else _moment(one.done_at),
        "done_by": one.done_by,
        "number": one.evidence,
    }


def _moment(at: datetime) -> str:
    return at_office(at).isoformat(timespec="seconds")
