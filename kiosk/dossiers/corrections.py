"""Corrects a dossier that the portal refused: a new revision with its own key, the old one stays as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.fees import fee_of
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers import answers, rows
from kiosk.dossiers.dossier import Answer, Dossier
from kiosk.dossiers.entry import PORTAL
from kiosk.dossiers.states import ENDED
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox.decisions import Decision
from kiosk.outbox.message import Message
from kiosk.outbox.outbox import Outbox
from kiosk.papers.clean import clean
from kiosk.payments.claims import Fee, mark_told
from kiosk.payments.owed import fees_of
from kiosk.payments.telling import fees_claimed
from kiosk.people.person import Person
from kiosk.store.database import Database
from kiosk.store.link import Transaction

PERSON = "person."
"""How the name of a change begins that is about the person and not about an answer."""

_LONGEST = 10_000
_PERSON = {field.name for field in fields(Person) if field.type == "str"}


@dataclass(frozen=True)
class Corrected:
    """The new revision's number, and the names of what changed."""

    dossier_code: str
    rev: int
    changed: tuple[str, ...]


class Corrections:
    """Changes what a dossier says and plans its sending anew.

    A revision that is under way is never touched: its answer goes to it alone, and the new one follows it. One that
    was refused or set apart stays readable, but counts as done with (`kiosk.outbox.due`).
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        catalogue: Catalogue,
        *,
        new_id: Callable[[], str],
        encode: Callable[[Dossier, tuple[Fee, ...]], Sequence[Message]],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._catalogue = catalogue
        self._new_id = new_id
        self._encode = encode

    def correct(self, code: str, changes: Mapping[str, Answer], decision: Decision) -> Corrected:
        """``changes``: new answers by question; what begins with `PERSON` is a field of the person.

        The fee must stay the same, since it may be paid already. Raises `Fault`: PROCEDURE_UNKNOWN, ANSWERS_INVALID
        (nothing changes, the dossier has ended, the fee would differ, or an answer doesn't fit), and what
        a durable write raises; `KeyError` when there is no such dossier.
        """
        with self._database.transaction() as tx:
            found = rows.load(tx, "code", code)
            if found is None:
                raise KeyError(code)
            before = found.dossier
            procedure = self._catalogue.version(before.procedure, before.version)
            if procedure is None:
                raise Fault("PROCEDURE_UNKNOWN", f"{before.procedure} {before.version}")
            after = _changed(before, procedure, changes)
            rows.rewrite(tx, after)
            fees = fees_claimed(tx, after.id) or tuple(fees_of(after, procedure))
            mark_told(tx, after.id)
            rev = self._outbox.revise(
                tx,
                key=self._new_id(),
                dossier_id=after.id,
                dest=PORTAL,
                message=self._encode(after, fees)[0],
                made_by=decision.by,
            )
            self._tell_journal(tx, after, rev, decision)
        return Corrected(code, rev, tuple(sorted(changes)))

    def _tell_journal(
        self, tx: Transaction, dossier: Dossier, rev: int, decision: Decision
    ) -> None:
        said = hashlib.sha256(decision.reason.encode()).digest()
        journal.append(tx, journal.Kind.DOSSIER_CORRECTED, dossier.id, decision.by, rev, said)


def _changed(before: Dossier, procedure: Procedure, changes: Mapping[str, Answer]) -> Dossier:
    if before.state in ENDED:
        raise Fault("ANSWERS_INVALID", "the dossier has ended")
    cleaned = {name: _clean(value) for name, value in changes.items()}
    own = {name[len(PERSON) :]: str(v) for name, v in cleaned.items() if name.startswith(PERSON)}
    unknown = sorted(set(own) - _PERSON)
    if unknown:
        raise Fault("ANSWERS_INVALID", ", ".join(f"{PERSON}{name[:40]}" for name in unknown))
    given = {
        **before.answers,
        **{name: value for name, value in cleaned.items() if not name.startswith(PERSON)},
    }
    answers.check_answers(procedure, given)
    after = replace(
        before,
        person=Person(**{**vars(before.person), **own}),
        answers=given,
        summary=answers.summary(procedure, given),
    )
    if after == before:
        raise Fault("ANSWERS_INVALID", "nothing changes")
    pages = sum(one.pages for one in before.components)
    if fee_of(procedure, given, pages) != before.fee:
        raise Fault("ANSWERS_INVALID", "the fee would differ")
    return after


def _clean(value: Answer) -> Answer:
    return clean(value, _LONGEST) if isinstance(value, str) else value
