"""Corrects a dossier from the command line, beside a running station too."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kiosk.catalogue import release
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import now
from kiosk.commands.sync import store
from kiosk.commands.trust import who
from kiosk.compose import message_encoder, new_id
from kiosk.dossiers.code import normalise
from kiosk.dossiers.corrections import PERSON, Corrections
from kiosk.dossiers.dossier import Answer
from kiosk.outbox.decisions import Decision
from kiosk.outbox.outbox import Outbox
from kiosk.settings import Settings, SettingsError


def correct(
    settings: Settings, which: str, changes: Sequence[str], reason: str, by: str
) -> dict[str, object]:
    """Plans the sending of a corrected revision.

    Raises `SettingsError` for an unknown dossier, a change that can't be read, or no reason; `Fault`
    ANSWERS_INVALID or PROCEDURE_UNKNOWN when it doesn't fit.
    """
    try:
        decision = Decision(reason, who(by))
    except ValueError:
        raise SettingsError("--reason: say why, in a few words") from None
    wanted = dict(_named(one) for one in _lines(changes))
    with store(settings) as database:
        catalogue = release.load(database.read(), fed=bool(settings.feeds.catalogue_path))
        outbox = Outbox(database, settings.office.station, now)
        encode = message_encoder(settings)
        corrections = Corrections(database, outbox, catalogue, new_id=new_id, encode=encode)
        code = normalise(which.strip()) or ""
        row = database.read().row("SELECT procedure, version FROM dossier WHERE code = ?", (code,))
        if row is None:
            raise SettingsError(f"{which[:60]!r}: no dossier has this code")
        procedure = catalogue.version(row["procedure"], row["version"])
        typed = {name: _typed(procedure, name, value) for name, value in wanted.items()}
        done = corrections.correct(code, typed, decision)
    return {
        "event": "corrected",
        "dossier": done.dossier_code,
        "rev": done.rev,
        "changed": list(done.changed),
    }


def _lines(changes: Sequence[str]) -> list[str]:
    return [sys.stdin.readline().rstrip("\n") if one == "-" else one for one in changes]


def _named(change: str) -> tuple[str, str]:
    name, divided, value = change.partition("=")
    if not divided or not name.strip():
        raise SettingsError("--set: NAME=VALUE")
    return name.strip(), value.strip()


def _typed(procedure: Procedure | None, name: str, value: str) -> Answer:
    """Numbers where the question asks for one."""
    kinds = {one.name: one.kind for one in procedure.questions} if procedure else {}
    asks_number = not name.startswith(PERSON) and kinds.get(name) == "number"
    return int(value) if asks_number and value.isascii() and value.isdecimal() else value
