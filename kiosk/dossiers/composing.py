"""Makes a dossier out of what was handed in, its number and its moment."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from kiosk.catalogue.calendar import Calendar
from kiosk.catalogue.due import due
from kiosk.catalogue.fees import copies, fee_of
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers import answers
from kiosk.dossiers.dossier import Component, Dossier, DossierState, Submission
from kiosk.dossiers.intake import Content
from kiosk.papers.clean import clean
from kiosk.people.person import Person
from kiosk.vietnamese import nfc

_LONGEST = 10_000
"""Longer texts of a form end in "…"; its own limits are far below."""

_PERSON = tuple(field.name for field in fields(Person))


def composed(submission: Submission) -> Submission:
    """The submission with every text as papers may carry it: one line, NFC, nothing invisible.

    What is sent and what is printed are then the same words, and a portal meets no control characters.
    """
    person = submission.person
    given = {nfc(name): _nfc(value) for name, value in submission.answers.items()}
    whole = Person(**{name: _nfc(getattr(person, name)) for name in _PERSON})
    return replace(submission, person=whole, answers=given)


def dossier_of(
    procedure: Procedure, content: Content, code: str, at: datetime, calendar: Calendar
) -> Dossier:
    """The dossier that is received at this moment under this code."""
    pages = sum(paper.pages for paper in content.papers)
    return Dossier(
        id=content.id,
        code=code,
        key=content.key,
        agency=content.agency,
        station=content.station,
        procedure=procedure.code,
        version=procedure.version,
        procedure_name=procedure.name["vi"],
        sector=procedure.sector,
        sector_name=procedure.sector_name["vi"],
        person=content.person,
        answers=content.answers,
        summary=answers.summary(procedure, content.answers),
        components=_components(procedure, content),
        fee=fee_of(procedure, content.answers, pages),
        state=DossierState.RECEIVED,
        received_at=at,
        due_at=due(procedure.term, at, calendar),
        term=procedure.term.words["vi"],
    )


def _components(procedure: Procedure, content: Content) -> tuple[Component, ...]:
    """The slip's rows: each paper was shown as one original; copies are those asked for."""
    papers = {paper.component: paper for paper in content.papers}
    asked = copies(procedure.fees[0], content.answers) if procedure.fees else 1
    return tuple(
        Component(
            code=rule.code,
            name=rule.name["vi"],
            originals=1,
            certified=0,
            photocopies=0,
            pages=papers[rule.code].pages if rule.code in papers else 0,
            copies=asked,
            attachment=papers[rule.code].file if rule.code in papers else None,
        )
        for rule in procedure.components
        if not rule.scanned or rule.code in papers
    )


def _nfc(value: Any) -> Any:  # noqa: ANN401 - passes on what is no text
    return clean(value, _LONGEST) if isinstance(value, str) else value
