"""Card checks as rows of the store: how a person was identified, and what became of it later.

A check whose signer nobody could judge at the kiosk waits; `sync.eid.confirm` asks the gateway and the
answer is final. A signer refused while the card is read is final at once. A red lamp of a chip is an
alarm: somebody may have handed in a dossier with a forged card.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from devices.idcard.api import Lamp, Lamps, LampState
from kiosk.clock import Clock, from_ms, to_ms
from kiosk.dossiers.rows import personal
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.people.card_check import CardCheck, Source
from kiosk.store.database import Database
from kiosk.store.link import Reader, Row, Transaction
from kiosk.store.vault import UNREADABLE

REFUSED = "GATEWAY_REFUSED"
"""Why the lamp "trusted" is red after a refusal."""

GATEWAY, LOCAL = "gateway", "local"
"""Who judges signers: the gateway, the station's own store."""

LONGEST_WAIT_S = 21_600
"""No check waits longer than six hours; a later time in the store means that the clock was set back."""

_LAMPS = ("read", "intact", "trusted", "genuine")
_INSERT = """INSERT INTO card_check(dossier_id, source, access, mismatches, signer, signer_sha256,
    confirmation, answered_at, answered_by, lamp_read, why_read, lamp_intact, why_intact,
    lamp_trusted, why_trusted, lamp_genuine, why_genuine)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ALARMING = ("intact", "trusted", "genuine")  # "read" is never red: then there is no card
_ONLY_FOR_TRUST = "ISSUER_NOT_TRUSTED"  # the chip proved itself, its issuer wasn't trusted yet

_log = logging.getLogger(__name__)


class Confirmation(StrEnum):
    """Where the later confirmation of a signer stands."""

    NONE = "none"
    """Nothing to ask: no chip, no signer, no gateway, or the signer was judged at once."""
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """Gateway or store say that the signer isn't to be trusted: an alarm."""
    GAVE_UP = "gave_up"
    """The gateway never took the question; asked again only when a person wants it."""


@dataclass(frozen=True)
class KeptCheck:
    """A dossier's check as it stands now; ``answered_by`` says who judged later, ``last_error`` why not yet."""

    dossier_code: str
    check: CardCheck
    confirmation: Confirmation
    attempts: int
    last_error: str
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, repr=False)
class Waiting:
    """A question for the gateway. ``attempts``: how often it refused to answer this one."""

    dossier_id: str
    dossier_code: str
    number: str
    certificate: bytes = field(repr=False)
    attempts: int = 0

    def __repr__(self) -> str:
        return f"Waiting({self.dossier_code}, attempt {self.attempts + 1})"


def insert(
    tx: Transaction, dossier_id: str, check: CardCheck, station: str, *, gateway: bool
) -> None:
    """Writes the check of a new dossier and tells the journal. ``gateway``: the station has one to ask."""
    lamps = check.lamps
    confirmation = _at_once(check, gateway)
    refused = confirmation is Confirmation.REFUSED
    by = _refused_by(lamps.trusted) if refused else ""
    tx.execute(
        _INSERT,
        (
            dossier_id,
            check.source.value,
            check.access,
            json.dumps(check.mismatches),
            check.signer,
            check.signer_sha256,
            confirmation.value,
            tx.at_ms if refused else None,
            by,
            *_columns(lamps).values(),
        ),
    )
    states = [getattr(lamps, name).state.value for name in _LAMPS]
    journal.append(
        tx, journal.Kind.IDENTIFIED, dossier_id, station, check.source.value, check.access, *states
    )
    if refused:
        kind = journal.Kind.SIGNER_REFUSED
        journal.append(tx, kind, dossier_id, station, by, check.signer_sha256)


def _at_once(check: CardCheck, gateway: bool) -> Confirmation:
    if check.source is not Source.CHIP or check.signer is None:
        return Confirmation.NONE
    state = check.lamps.trusted.state
    if state is LampState.FAILED:
        return Confirmation.REFUSED
    return Confirmation.WAITING if gateway and state is not LampState.OK else Confirmation.NONE


def _refused_by(trusted: Lamp) -> str:
    return GATEWAY if trusted.why == REFUSED else LOCAL


def red(check: CardCheck) -> dict[str, str]:
    """The lamps that make an alarm, each with why it is red; empty when there is none."""
    lamps = {name: getattr(check.lamps, name) for name in _ALARMING}
    return {name: lamp.why for name, lamp in lamps.items() if lamp.state is LampState.FAILED}


def warn(dossier_code: str, check: CardCheck) -> None:
    """Tells the log of an alarm, by the dossier's code."""
    found = red(check)
    if found:
        told = ", ".join(f"{name} {why}" for name, why in found.items())
        _log.warning("card of dossier %s: %s", dossier_code, told)


def load(reader: Reader, dossier_id: str) -> KeptCheck | None:
    """The check of a dossier; None for one that was received before checks were kept."""
    row = reader.row(f"{_SELECT} WHERE dossier_id = ?", (dossier_id,))
    return None if row is None else _kept(row)


def alarms(reader: Reader, limit: int) -> list[KeptCheck]:
    """Dossiers whose card has a red lamp (`red` says which), what was found last first."""
    sql = f"""{_SELECT} WHERE 'failed' IN (lamp_intact, lamp_trusted, lamp_genuine)
              ORDER BY coalesce(answered_at, received_at) DESC, code DESC LIMIT ?"""
    return [_kept(row) for row in reader.rows(sql, (limit,))]


@dataclass(frozen=True)
class OpenCheck:
    """A signer that nobody has judged yet; ``next_at``: None when it isn't asked about by itself any more."""

    dossier_code: str
    confirmation: Confirmation
    since: datetime
    attempts: int
    next_at: datetime | None
    last_error: str


def open_checks(reader: Reader, limit: int) -> list[OpenCheck]:
    """What waits for the gateway's word or was given up, oldest first."""
    sql = """SELECT code, confirmation, received_at, attempts, next_at, last_error
             FROM card_check JOIN dossier ON dossier.id = dossier_id
             WHERE confirmation IN ('waiting', 'gave_up') ORDER BY received_at, code LIMIT ?"""
    return [
        OpenCheck(
            row["code"],
            Confirmation(row["confirmation"]),
            from_ms(row["received_at"]),
            row["attempts"],
            from_ms(row["next_at"]) if row["confirmation"] == "waiting" else None,
            row["last_error"],
        )
        for row in reader.rows(sql, (limit,))
    ]


def counts(reader: Reader) -> dict[str, int]:
    """How many checks stand where, leaving out those with nothing to ask."""
    found = {one.value: 0 for one in Confirmation if one is not Confirmation.NONE}
    sql = """SELECT confirmation, count(*) AS n FROM card_check
             WHERE confirmation <> 'none' GROUP BY confirmation"""
    return found | {row["confirmation"]: row["n"] for row in reader.rows(sql)}


class CardChecks:
    """The waiting checks of a station, as the loop that confirms them uses them."""

    def __init__(self, database: Database, station: str, clock: Clock) -> None:
        self._database = database
        self._station = station
        self._clock = clock

    def due(self) -> Waiting | None:
        """The check that is due longest, if any."""
        now = to_ms(self._clock())
        while True:
            row = self._oldest(now)
            if row is None:
                return None
            try:
                said = personal(self._database.read().vault, row["dossier_id"], row["personal"])
            except Fault as fault:
                if fault.code not in UNREADABLE:
                    raise
                self.give_up(row["dossier_id"], fault.code)  # there is no number to ask about
                continue
            number = str(said["person"]["number"])
            return Waiting(
                row["dossier_id"], row["code"], number, bytes(row["signer"]), row["attempts"]
            )

    def _oldest(self, now: int) -> Row | None:
        return self._database.read().row(
            """SELECT dossier_id, code, personal, signer, attempts
               FROM card_check JOIN dossier ON dossier.id = dossier_id
               WHERE confirmation = 'waiting' AND (next_at <= ? OR next_at > ?)
               ORDER BY next_at, card_check.rowid LIMIT 1""",
            (now, now + LONGEST_WAIT_S * 1000),
        )

    def next_in_s(self) -> float | None:
        """Seconds until a check is due, 0 when one is, None when none waits."""
        row = self._database.read().row(
            "SELECT min(next_at) AS at FROM card_check WHERE confirmation = 'waiting'"
        )
        if row is None or row["at"] is None:
            return None
        wait_s = (row["at"] - to_ms(self._clock())) / 1000
        return 0.0 if wait_s > LONGEST_WAIT_S else max(wait_s, 0.0)

    def counts(self) -> dict[str, int]:
        """See the function of that name."""
        return counts(self._database.read())

    def make_due(self) -> int:
        """A person asks: everything unanswered is due now, also what was given up. Gives the number."""
        with self._database.transaction() as tx:
            return tx.execute(
                """UPDATE card_check SET next_at = 0, attempts = 0, confirmation = 'waiting'
                   WHERE confirmation IN ('waiting', 'gave_up')"""
            )

    def confirm(self, dossier_id: str) -> bool:
        """The gateway vouches for the signer. Whether this was news."""
        return self._answer(dossier_id, trusted=True)

    def refuse(self, dossier_id: str) -> bool:
        """The gateway says that the signer is forged. Whether this was news."""
        return self._answer(dossier_id, trusted=False)

    def postpone(self, dossier_id: str, wait_s: float, why: str, *, counts: bool) -> int:
        """No answer yet: not again before ``wait_s``. Gives how often it was refused, this time included.

        ``counts=False``: the gateway as a whole could not be asked, which says nothing about this one.
        """
        wait_ms = round(min(max(wait_s, 0.0), LONGEST_WAIT_S) * 1000)
        with self._database.transaction() as tx:
            tx.execute(
                """UPDATE card_check SET next_at = ?, last_error = ?, attempts = attempts + ?
                   WHERE dossier_id = ? AND confirmation = 'waiting'""",
                (tx.at_ms + wait_ms, why, int(counts), dossier_id),
            )
            return tx.number("SELECT attempts FROM card_check WHERE dossier_id = ?", (dossier_id,))

    def give_up(self, dossier_id: str, why: str) -> None:
        """Not asked again by itself."""
        with self._database.transaction() as tx:
            tx.execute(
                """UPDATE card_check SET confirmation = 'gave_up', last_error = ?
                   WHERE dossier_id = ? AND confirmation = 'waiting'""",
                (why, dossier_id),
            )

    def _answer(self, dossier_id: str, *, trusted: bool) -> bool:
        """Writes the answer and its journal entry together; a second one changes nothing."""
        with self._database.transaction() as tx:
            kept = load(tx, dossier_id)
            if kept is None or kept.confirmation is not Confirmation.WAITING:
                return False
            state = Confirmation.CONFIRMED if trusted else Confirmation.REFUSED
            values: dict[str, str | int | bytes | None] = {
                "confirmation": state.value,
                "last_error": "",
                "answered_at": tx.at_ms,
                "answered_by": GATEWAY,
                **_columns(answered(kept.check.lamps, trusted=trusted)),
            }
            names = ", ".join(f"{name} = :{name}" for name in values)
            sql = f"UPDATE card_check SET {names} WHERE dossier_id = :id"  # noqa: S608 - names of this file
            tx.execute(sql, values | {"id": dossier_id})
            kinds = journal.Kind
            kind = kinds.SIGNER_CONFIRMED if trusted else kinds.SIGNER_REFUSED
            told = (GATEWAY, kept.check.signer_sha256)
            journal.append(tx, kind, dossier_id, self._station, *told)
            return True


def answered(lamps: Lamps, *, trusted: bool) -> Lamps:
    """The lamps once somebody judged the signer; a chip that only lacked that is genuine then."""
    if not trusted:
        return replace(lamps, trusted=Lamp(LampState.FAILED, REFUSED))
    proved = lamps.genuine.why == _ONLY_FOR_TRUST
    green = Lamp(LampState.OK, "")
    return replace(lamps, trusted=green, genuine=green if proved else lamps.genuine)


_SELECT = "SELECT card_check.*, code FROM card_check JOIN dossier ON dossier.id = dossier_id"


def _columns(lamps: Lamps) -> dict[str, str | int | bytes | None]:
    values: dict[str, str | int | bytes | None] = {}
    for name in _LAMPS:
        lamp: Lamp = getattr(lamps, name)
        values[f"lamp_{name}"] = lamp.state.value
        values[f"why_{name}"] = lamp.why
    return values


def _kept(row: Row) -> KeptCheck:
    lamps = {name: Lamp(LampState(row[f"lamp_{name}"]), row[f"why_{name}"]) for name in _LAMPS}
    check = CardCheck(
        Source(row["source"]),
        row["access"],
        Lamps(**lamps),
        tuple(json.loads(row["mismatches"])),
        row["signer"],
        row["signer_sha256"],
    )
    at = row["answered_at"]
    return KeptCheck(
        row["code"],
        check,
        Confirmation(row["confirmation"]),
        row["attempts"],
        row["last_error"],
        None if at is None else from_ms(at),
        row["answered_by"],
    )
